import JSONCoding

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
    /// What stood before it in the name that was asked for: a vendor or a credential with a slash, or nothing.
    package let prefix: String
    /// Whether the credential was chosen by its id.
    let isChosenByID: Bool
    package let pricing: CallPricing
    /// What a person should know about where the calls go and what they cost; empty for most models.
    package let notes: [String]
    /// Whether no call to it can cost anything: it is built in, or runs on this machine.
    package let isFree: Bool
    /// Whether its vendor answers at its own address and bills by the cost that its answers report.
    let isBilledAsReported: Bool
    /// Whether a call may have a cost: a server on this machine costs nothing unless it has a price.
    package var isBilled: Bool {
      switch pricing {
      case .free: false
      case .price, .list, .assumedList: true
      case .unknown: !isFree
      }
    }
    /// How requests to it are written, and what sentences call its provider; nil for what is built in.
    fileprivate var dialect: (format: any WireFormat, provider: String)?
    /// When its vendor ends the model; nil where that is not announced, or another server answers for it.
    package var shutdown: ModelShutdown?

    /// Why the model is known not to take parameters, as a sentence; nil if nothing is known against them.
    ///
    /// For finding out before the first call.
    package func refusal(of parameters: RequestParameters) -> String? {
      let request = CompletionRequest(model: name, messages: [], parameters: parameters)
      return dialect.flatMap { $0.format.refusal(of: request, at: $0.provider) }
    }

    /// US dollars for a completion; nil where they are not known.
    package func cost(of completion: Completion) -> Double? {
      cost(of: completion.usage, reported: completion.reportedCost)
    }

    /// US dollars for a call; nil where they are not known.
    ///
    /// What a vendor reports that bills by it comes first. What another server reports counts where no price is
    /// known, and where its calls would pass for free, as those of a gateway on this machine. Its 0 never counts: many
    /// write that for every call.
    package func cost(of usage: TokenUsage?, reported: Double?) -> Double? {
      if let reported, isBilledAsReported { return reported }
      let cost = usage.flatMap(cost(of:))
      if let reported, reported > 0, cost == nil || pricing == .free { return reported }
      return cost
    }

    /// US dollars for so many tokens; nil where the price is not known.
    package func cost(of usage: TokenUsage) -> Double? {
      guard case .provider(let provider, let model, _, _) = route else { return 0 }
      return pricing == .free ? 0 : pricing.price(of: model, provider)?.cost(of: usage)
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
        model: EchoModel(), route: route, name: EchoModel.name, prefix: "", isChosenByID: false, pricing: .free,
        notes: [], isFree: true, isBilledAsReported: false)
    case .provider(let provider, let model, let credential, let standsIn):
      let connection = try connection(to: provider, credential)
      let pricing = CallPricing(of: model, over: connection, credential)
      let format = connection.format(anthropicVersion: anthropicVersion)
      let isVendors = connection.isOwnAddress || pricing == .assumedList
      let asked = name.trimmed()
      let choice = credentialID == nil ? router.note(on: asked, answeredBy: credential) : nil
      return ResolvedModel(
        model: languageModel(format, connection), route: route, name: model,
        prefix: asked.hasSuffix(model) ? String(asked.dropLast(model.count)) : "", isChosenByID: credentialID != nil,
        pricing: pricing,
        notes: (choice.map { [$0] } ?? []) + connection.notes(on: model, credential, standsIn: standsIn, pricing),
        isFree: connection.isFree(model),
        isBilledAsReported: provider.reportsCost && connection.isOwnAddress,
        dialect: (format, connection.name),
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

  /// The name by which another model of the same provider is asked for as one was.
  ///
  /// As that name was written, if it leads to the same credential; else as it stands in the list of models.
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

  /// What a provider offers.
  package func catalogue(
    of provider: Vendor, credential: ProviderCredential? = nil
  ) throws(RoutingError) -> ModelCatalogue {
    ModelCatalogue(
      try connection(to: provider, credential), credential, transport: transport, anthropicVersion: anthropicVersion,
      clock: clock)
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
