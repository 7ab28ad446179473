/// The basis on which calls to a model are priced.
package enum CallPricing: Sendable, Equatable {
  /// The calls are free.
  case free
  /// The prices set in its credential.
  case price(ModelPrice)
  /// The vendor's list prices, at the vendor's own address.
  case list
  /// The vendor's list prices, for a local server that answers under the name of one of its models.
  case assumedList
  case unknown

  /// The first of these rules that applies.
  ///
  /// 1. At a vendor's own address, its list price for a model in the list.
  /// 2. The credential's own prices; at a vendor's own address with its factors for batches and tiers.
  /// 3. Nothing for a model of Ollama on this machine or in a private network, unless Ollama's cloud runs it.
  /// 4. The list price for a model of the vendor's list behind a local address. A server there with the vendor's name
  ///    is most likely a gateway to it (LiteLLM, a company's tunnel, a stand-in in a test), and an overestimated cost
  ///    keeps `max_cost`, which an unknown one could not. Estimates and runs warn that the price is assumed.
  /// 5. Unknown. OpenRouter itself reports the cost of each call.
  init(of model: String, over connection: ProviderConnection, _ credential: ProviderCredential?) {
    let provider = connection.provider
    let isListed = provider.price(of: model) != nil
    let isFreeAtHome = provider.prices.billing == .freeOnOwnNetwork
    if !isFreeAtHome, connection.isOwnAddress, isListed {
      self = .list
    } else if var price = credential?.price {
      // What another server takes for its tiers and batches is not known, so they have the full price.
      price.tierFactors = connection.isOwnAddress ? provider.prices.tierFactors(model) : nil
      self = .price(price)
    } else if isFreeAtHome {
      self = connection.endpoint.isOnOwnNetwork && !ModelName.isCloudHosted(model) ? .free : .unknown
    } else if isListed, connection.endpoint.isLoopback {
      self = .assumedList
    } else {
      self = .unknown
    }
  }
}

extension CallPricing {
  /// The price of a vendor's model; nil if unknown.
  func price(of model: String, _ provider: Vendor) -> ModelPrice? {
    switch self {
    case .free: .free
    case .price(let price): price
    case .list, .assumedList: provider.price(of: model)
    case .unknown: nil
    }
  }
}

extension ProviderConnection {
  /// The list price that is assumed for calls; nil for other prices.
  func assumedPrice(
    of model: String, _ credential: ProviderCredential?, _ pricing: CallPricing
  ) -> ListPriceAssumption? {
    guard pricing == .assumedList, let credential else { return nil }
    return ListPriceAssumption(
      model: model, origin: endpoint.origin, list: provider.displayName, credentialID: credential.id)
  }

  /// The notes about the destination of the calls of a route.
  func notes(on model: String, _ credential: ProviderCredential?, isStandIn: Bool) -> [String] {
    guard let credential else { return [] }
    var sentences: [String] = []
    if isStandIn, let vendor = ModelName.family(of: model), vendor == provider || credential.isNamed(vendor.rawValue) {
      sentences.append(
        "\(model) goes to credential \(credential.id) at \(endpoint.origin), because there is no key for "
          + "\(vendor.displayName) itself.")
    }
    return sentences
  }

  /// Whether a call to this model is certainly free, because it stays on this machine and is not passed on to a cloud.
  func isFree(_ model: String) -> Bool { endpoint.isLoopback && !ModelName.isCloudHosted(model) }
}
