/// By what the calls to a model are priced.
package enum CallPricing: Sendable, Equatable {
  /// Nobody bills for it.
  case free
  /// The prices that its credential names.
  case price(ModelPrice)
  /// The vendor's list prices, at the vendor's own address.
  case list
  /// The vendor's list prices, for a server on this machine that answers under the name of one of its models.
  case assumedList
  case unknown

  /// The first of these that fits.
  ///
  /// 1. At a vendor's own address its list price, for a model that the list has.
  /// 2. The credential's own prices.
  /// 3. A model of Ollama on this machine or in a private network costs nothing, unless Ollama's cloud runs it.
  /// 4. A model of the vendor's list behind an address of this machine: what listens there under the vendor's label is
  ///    most likely a gateway to it (LiteLLM, a tunnel of the company, a stand-in in a test), and a cost that is too high
  ///    keeps `max_cost`, where an unknown one could not. The run says that the price is assumed.
  /// 5. Nothing is known. OpenRouter itself says what each call costs.
  init(of model: String, over connection: ProviderConnection, _ credential: ProviderCredential?) {
    let provider = connection.provider
    let isListed = provider.price(of: model) != nil
    let isFreeAtHome = provider.prices.billing == .freeOnOwnNetwork
    if !isFreeAtHome, connection.isOwnAddress, isListed {
      self = .list
    } else if let price = credential?.price {
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
  /// The price of a vendor's model; nil where it is not known.
  func price(of model: String, _ provider: Vendor) -> ModelPrice? {
    switch self {
    case .free: ModelPrice(0, cached: 0, output: 0)
    case .price(let price): price
    case .list, .assumedList: provider.price(of: model)
    case .unknown: nil
    }
  }
}

extension ProviderConnection {
  /// What a person should know of the calls that a route leads to.
  func notes(
    on model: String, _ credential: ProviderCredential?, standsIn: Bool, _ pricing: CallPricing
  ) -> [String] {
    guard let credential else { return [] }
    var sentences: [String] = []
    if standsIn, let vendor = ModelName.family(of: model), vendor == provider || credential.isNamed(vendor.rawValue) {
      sentences.append(
        "\(model) is asked of credential \(credential.id) at \(endpoint.origin): there is no key for "
          + "\(vendor.displayName) itself.")
    }
    if pricing == .assumedList {
      sentences.append(
        "The cost of \(model) at \(endpoint.origin) is reckoned with \(provider.displayName)'s list price; input_price and "
          + "output_price of credential \(credential.id) replace it.")
    }
    return sentences
  }

  /// Whether a call to this model cannot cost anything: it stays on this machine, which does not pass it on to Ollama's
  /// cloud.
  func isFree(_ model: String) -> Bool { endpoint.isLoopback && !ModelName.isCloudHosted(model) }
}
