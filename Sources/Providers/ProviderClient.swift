import JSONCoding

/// Creates models and catalogues for routes: the entry point for other modules.
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
  ///   - transport: the transport of all requests; the program passes one ``GuardedTransport`` around one
  ///     ``CurlTransport``.
  ///   - streaming: the transport of streamed answers; without it they arrive in one piece over `transport`.
  ///   - allowPrivate: whether endpoints in private networks are allowed.
  ///   - allowedKeys: the environment keys that may be sent to hosts other than the vendors' own.
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

  /// A model ready for calls, and its properties.
  package struct ResolvedModel: Sendable {
    package let model: any LanguageModel
    package let route: ModelRoute
    /// The model's name in requests.
    package let name: String
    /// The prefix in the requested name: a vendor or a credential with a slash, or nothing.
    package let prefix: String
    /// Whether the credential was chosen by its id.
    let isChosenByID: Bool
    package let pricing: CallPricing
    /// The price of its calls; nil if unknown.
    let price: ModelPrice?
    /// Notes on the destination of the calls; empty for most models.
    package let notes: [String]
    /// The list price that is assumed for its calls; nil for other prices.
    package var assumedPrice: ListPriceAssumption?
    /// Whether the model is built in or answers on this machine.
    package let isFree: Bool
    /// Whether its vendor answers at its own address and bills the cost that its answers report.
    let isBilledAsReported: Bool
    /// Whether a call may cost money: the model is elsewhere, or it has a price, as behind a gateway on this machine.
    package var mayCost: Bool { !isFree || price.map { $0.input > 0 || $0.output > 0 } ?? false }
    /// Whether a call may have a cost; a local server is free unless it has a price.
    package var isBilled: Bool {
      switch pricing {
      case .free: false
      case .price, .list, .assumedList: true
      case .unknown: !isFree
      }
    }
    /// The wire format of requests, and the provider's name in sentences; nil for a built-in model.
    fileprivate var dialect: (format: any WireFormat, provider: String)?
    /// The announced end of the model; nil if there is none, or if another server provides it.
    package var shutdown: ModelShutdown?
    /// The address of its server; nil for a built-in model.
    package var address: String?
    /// The way its server keeps prompts; nil if it does not, or not that is known.
    package var promptCache: PromptCache?

    /// The most tokens that its vendor lets an answer have if nothing limits it; nil if unknown.
    fileprivate var longestAnswer: Int?

    /// The most tokens of an answer with these parameters, with its reasoning; nil if that is not known.
    package func longestAnswer(with parameters: RequestParameters) -> Int? {
      let request = CompletionRequest(model: name, messages: [], parameters: parameters)
      return request.maxTokens ?? dialect?.format.maxTokensByDefault(request) ?? longestAnswer
    }

    /// Whether it is known which service tiers the model has.
    package var knowsTiers: Bool {
      dialect?.format.rules(for: CompletionRequest(model: name, messages: [])).knowsTiers ?? true
    }

    /// Why the model is known not to accept parameters, as a sentence; nil if no objection is known.
    ///
    /// This allows a check before the first call.
    package func refusal(of parameters: RequestParameters) -> String? {
      let request = CompletionRequest(model: name, messages: [], parameters: parameters)
      return dialect.flatMap { $0.format.refusal(of: request, at: $0.provider) }
    }

    /// The cost of a completion in US dollars; nil if unknown.
    package func cost(of completion: Completion) -> Double? {
      cost(of: completion.usage, reported: completion.reportedCost)
    }

    /// The cost of a call in US dollars; nil if unknown.
    ///
    /// The reported cost of a vendor that bills by it takes precedence. The reported cost of another server counts if
    /// no price is known, or if its calls would count as free, such as those of a local gateway. A reported 0 never
    /// counts, because many servers report it for every call.
    package func cost(of usage: TokenUsage?, reported: Double?) -> Double? {
      if let reported, isBilledAsReported { return reported }
      // Free calls cost nothing, even if the server does not count their tokens.
      let cost = usage.flatMap(cost(of:)) ?? (price == .free ? 0 : nil)
      if let reported, reported > 0, cost == nil || pricing == .free { return reported }
      return cost
    }

    /// The cost of these tokens in US dollars; nil if the price is unknown.
    package func cost(of usage: TokenUsage) -> Double? { price?.cost(of: usage) }
  }

  /// Where a model's name leads, whether or not there is a key; the address is nil for a built-in model.
  package func destination(
    of name: String, credentialID: Int?, credentials: [ProviderCredential]
  ) throws(RoutingError) -> (provider: String, address: String?, credential: ProviderCredential?) {
    switch try ModelRouter(credentials: credentials, environment: environment).route(name, credentialID: credentialID) {
    case .echo: return (EchoModel.name, nil, nil)
    case .provider(let provider, _, let credential, _):
      let environment = ProviderEnvironment(environment)
      let address = credential?.endpoint ?? environment.address(of: provider) ?? provider.defaultEndpoint
      do {
        return (provider.rawValue, try address.map { try Endpoint($0, allowPrivate: true).text }, credential)
      } catch {
        throw RoutingError("\(error)")
      }
    }
  }

  /// Routes a model's name and prepares its connection, without sending anything.
  ///
  /// The model can be kept for a whole run and called from many tasks; it remembers which parameters it rejects.
  /// - Throws: ``RoutingError``, a sentence with the remedy.
  package func model(
    named name: String, credentialID: Int? = nil, credentials: [ProviderCredential]
  ) throws(RoutingError) -> ResolvedModel {
    let router = ModelRouter(credentials: credentials, environment: environment)
    let route = try router.route(name, credentialID: credentialID)
    switch route {
    case .echo:
      return ResolvedModel(
        model: EchoModel(), route: route, name: EchoModel.name, prefix: "", isChosenByID: false, pricing: .free,
        price: .free, notes: [], isFree: true, isBilledAsReported: false)
    case .provider(let provider, let model, let credential, let isStandIn):
      let connection = try connection(to: provider, credential)
      let pricing = CallPricing(of: model, over: connection, credential)
      let format = connection.format(anthropicVersion: anthropicVersion)
      let isVendors = connection.isOwnAddress || pricing == .assumedList
      let asked = name.trimmed()
      let choice = credentialID == nil ? router.note(on: asked, answeredBy: credential) : nil
      return ResolvedModel(
        model: languageModel(format, connection), route: route, name: model,
        prefix: asked.hasSuffix(model) ? String(asked.dropLast(model.count)) : "", isChosenByID: credentialID != nil,
        pricing: pricing, price: pricing.price(of: model, provider),
        notes: (choice.map { [$0] } ?? []) + connection.notes(on: model, credential, isStandIn: isStandIn),
        assumedPrice: connection.assumedPrice(of: model, credential, pricing),
        isFree: connection.isFree(model),
        isBilledAsReported: provider.reportsCost && connection.isOwnAddress,
        dialect: (format, connection.name),
        shutdown: isVendors ? provider.shutdown(of: model) : nil, address: connection.endpoint.text,
        promptCache: connection.promptCache(of: model, isVendors: isVendors),
        longestAnswer: isVendors ? provider.longestAnswer(model) : nil)
    }
  }

  /// The name that leads to a model of a catalogue.
  ///
  /// It begins with the credential's name if there is one; otherwise it is the shortest name that leads there, or the
  /// model's own name if only `provider_credential_id` can select its server.
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

  /// The name of another model of the same provider, in the form that one name had.
  ///
  /// The form is that of the given name if it leads to the same credential; otherwise that of the list of models.
  package func spelling(
    of model: String, like resolved: ResolvedModel, among credentials: [ProviderCredential]
  ) -> String {
    let name = resolved.prefix + model
    guard case .provider(let provider, _, let credential, _) = resolved.route, !resolved.isChosenByID else {
      return name
    }
    let router = ModelRouter(credentials: credentials, environment: environment)
    if case .provider(provider, model, credential, _) = router.destination(of: name) { return name }
    return usableName(of: ModelInfo(id: model, provider: provider), credential, among: credentials)
  }

  /// The catalogue of a provider.
  package func catalogue(
    of provider: Vendor, credential: ProviderCredential? = nil
  ) throws(RoutingError) -> ModelCatalogue {
    ModelCatalogue(
      try connection(to: provider, credential), credential, transport: transport, anthropicVersion: anthropicVersion,
      clock: clock)
  }

  /// The models of a model's provider; empty if its list is unavailable.
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
      variable, for: provider, at: try endpoint(text ?? provider.exampleEndpoint),
      isOwnOrigin: text.map { ProviderCredential.isOwnOrigin($0, of: provider) } ?? true, allowed: allowedKeys)
  }

  private func connection(
    to provider: Vendor, _ credential: ProviderCredential?
  ) throws(RoutingError) -> ProviderConnection {
    try ProviderConnection(
      provider: provider, credential: credential, environment: environment, allowPrivate: allowPrivate,
      allowedKeys: allowedKeys)
  }

  private func languageModel(_ format: some WireFormat, _ connection: ProviderConnection) -> any LanguageModel {
    HTTPModel(format, connection, transport: transport, streaming: streaming, clock: clock, timeout: timeout)
  }
}
