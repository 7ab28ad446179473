/// Makes models and catalogues for routes: what the other modules begin with.
package struct ProviderClient: Sendable {
  package let environment: [String: String]
  private let transport: any HTTPTransport
  private let streaming: (any HTTPStreamingTransport)?
  private let allowPrivate: Bool
  private let allowedKeys: [AllowedKey]
  private let anthropicVersion: String
  private let clock: ProviderClock
  private let timeout: Double

  /// - Parameters:
  ///   - transport: what everything goes through; the program gives one ``GuardedTransport`` around one
  ///     ``CurlTransport``.
  ///   - streaming: what streamed answers go through; without it they come in one piece over `transport`.
  ///   - allowPrivate: whether endpoints may lie in private networks.
  ///   - allowedKeys: which keys of the environment may go to which hosts, beside the vendors' own.
  ///   - timeout: seconds for one call.
  package init(
    transport: any HTTPTransport, streaming: (any HTTPStreamingTransport)? = nil, environment: [String: String],
    allowPrivate: Bool = false, allowedKeys: [AllowedKey] = [],
    anthropicVersion: String = Anthropic.apiVersion, clock: ProviderClock = .system,
    timeout: Double = HTTPRequest.defaultTimeout
  ) {
    self.transport = transport
    self.streaming = streaming
    self.environment = environment
    self.allowPrivate = allowPrivate
    self.allowedKeys = allowedKeys
    self.anthropicVersion = anthropicVersion
    self.clock = clock
    self.timeout = timeout
  }

  /// A model to ask, and what it is.
  package struct ResolvedModel: Sendable {
    package let model: any LanguageModel
    package let route: ModelRoute
    /// The name to put into requests.
    package let name: String
    package let pricing: CallPricing
    /// What a person should know about where the calls go and what they cost; empty for most models.
    package let notes: [String]
    /// Whether no call to it can cost anything: it is built in, or runs on this machine.
    package let isFree: Bool
    /// Whether a call may have a cost: a server on this machine costs nothing unless it has a price.
    package var isBilled: Bool {
      switch pricing {
      case .free: false
      case .price, .list, .assumedList: true
      case .unknown: !isFree
      }
    }
    /// When its vendor ends the model; nil where that is not announced, or another server answers for it.
    package var shutdown: ModelShutdown?

    /// US dollars for a completion: what the provider says, else by its price; nil where neither is known.
    package func cost(of completion: Completion) -> Double? {
      if let reported = completion.reportedCost { return reported }
      return completion.usage.flatMap(cost)
    }

    /// US dollars for so many tokens; nil where the price is not known.
    package func cost(of usage: TokenUsage) -> Double? {
      switch (pricing, route) {
      case (.free, _), (_, .echo): 0
      case (.price(let price), _): price.cost(of: usage)
      case (.list, .provider(let provider, let model, _, _)), (.assumedList, .provider(let provider, let model, _, _)):
        provider.cost(of: usage, model: model)
      case (.unknown, _): nil
      }
    }
  }

  /// Routes a model's name and connects it; nothing is sent yet.
  ///
  /// The model may be kept for a whole run and asked from many tasks: it remembers what parameters it refuses.
  /// - Throws: ``RoutingError``, a sentence that says what to do.
  package func model(
    named name: String, credentialID: Int? = nil, credentials: [ProviderCredential]
  ) throws(RoutingError) -> ResolvedModel {
    let router = ModelRouter(credentials: credentials, environment: environment)
    let route = try router.route(name, credentialID: credentialID)
    switch route {
    case .echo:
      return ResolvedModel(
        model: EchoModel(), route: route, name: EchoModel.name, pricing: .free, notes: [], isFree: true)
    case .provider(let provider, let model, let credential, let standsIn):
      let connection = try connection(to: provider, credential)
      let pricing = CallPricing(of: model, over: connection, credential)
      let isVendors = connection.isOwnAddress || pricing == .assumedList
      return ResolvedModel(
        model: languageModel(connection), route: route, name: model, pricing: pricing,
        notes: connection.notes(on: model, credential, standsIn: standsIn, pricing),
        isFree: connection.isFree(model),
        shutdown: isVendors ? provider.shutdown(of: model) : nil)
    }
  }

  /// The name that leads to a model of a catalogue as it stands.
  ///
  /// With the credential's name before it where there is one, else as short as it leads there; the model's own name if
  /// only `provider_credential_id` can tell where it is.
  package func usableName(
    of model: ModelInfo, _ credential: ProviderCredential?, among credentials: [ProviderCredential]
  ) -> String {
    let router = ModelRouter(credentials: credentials, environment: environment)
    let names =
      (credential?.prefix.map { ["\($0)/\(model.id)"] } ?? []) + [model.id, "\(model.provider.rawValue)/\(model.id)"]
    let usable = names.first { name in
      guard case .provider(model.provider, model.id, let found, _) = router.destination(of: name) else { return false }
      return found?.id == credential?.id
    }
    return usable ?? model.id
  }

  /// What a provider offers.
  package func catalogue(
    of provider: Vendor, credential: ProviderCredential? = nil
  ) throws(RoutingError) -> ModelCatalogue {
    ModelCatalogue(
      try connection(to: provider, credential), transport: transport, anthropicVersion: anthropicVersion, clock: clock)
  }

  /// What the provider of a model offers; empty where its list cannot be had.
  package func offered(beside resolved: ResolvedModel) async -> [ModelInfo] {
    guard case .provider(let provider, _, let credential, _) = resolved.route else { return [] }
    do {
      return try await catalogue(of: provider, credential: credential).models()
    } catch {
      return []
    }
  }

  /// Checks an address before it is stored.
  package func endpoint(_ text: String) throws(EndpointError) -> Endpoint {
    try Endpoint(text, allowPrivate: allowPrivate)
  }

  /// Why a credential must not read its key from a variable of the environment; nil if it may.
  ///
  /// - Parameter endpoint: nil for the provider's own address.
  package func keyFault(variable: String, for provider: Vendor, endpoint text: String?) throws(EndpointError)
    -> String?
  {
    AllowedKey.fault(
      variable, for: provider, at: try endpoint(text ?? provider.defaultEndpoint),
      isOwnAddress: text.map { ProviderCredential.isOwn($0, of: provider) } ?? true, allowed: allowedKeys)
  }

  private func connection(
    to provider: Vendor, _ credential: ProviderCredential?
  ) throws(RoutingError) -> ProviderConnection {
    try ProviderConnection(
      provider: provider, credential: credential, environment: environment, allowPrivate: allowPrivate,
      allowedKeys: allowedKeys)
  }

  private func languageModel(_ connection: ProviderConnection) -> any LanguageModel {
    func model(_ format: some WireFormat) -> any LanguageModel {
      HTTPModel(format, connection, transport: transport, streaming: streaming, clock: clock, timeout: timeout)
    }
    return model(connection.provider.format(Vendor.WireOptions(anthropicVersion: anthropicVersion)))
  }
}
