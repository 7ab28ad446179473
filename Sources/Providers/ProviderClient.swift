/// Makes models and catalogues for routes: what the other modules begin with.
package struct ProviderClient: Sendable {
  package let environment: [String: String]
  private let transport: any HTTPTransport
  private let streaming: (any HTTPStreamingTransport)?
  private let allowPrivate: Bool
  private let anthropicVersion: String
  private let clock: ProviderClock
  private let timeout: Double

  /// - Parameters:
  ///   - transport: what everything goes through; the program gives one ``GuardedTransport`` around one
  ///     ``CurlTransport``.
  ///   - streaming: what streamed answers go through; without it they come in one piece over `transport`.
  ///   - allowPrivate: whether endpoints may lie in private networks.
  ///   - timeout: seconds for one call.
  package init(
    transport: any HTTPTransport, streaming: (any HTTPStreamingTransport)? = nil, environment: [String: String],
    allowPrivate: Bool = false,
    anthropicVersion: String = AnthropicModel.defaultVersion, clock: ProviderClock = .system,
    timeout: Double = HTTPRequest.defaultTimeout
  ) {
    self.transport = transport
    self.streaming = streaming
    self.environment = environment
    self.allowPrivate = allowPrivate
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

    /// US dollars for a completion: what the provider says, else by the price table; nil where neither knows.
    package func cost(of completion: Completion) -> Double? {
      if let reported = completion.reportedCost { return reported }
      return completion.usage.flatMap(cost)
    }

    /// US dollars by the price table; nil where it does not know the model.
    package func cost(of usage: TokenUsage) -> Double? {
      switch route {
      case .echo: 0
      case .provider(let provider, let model, _): PriceTable.cost(of: usage, model: model, provider: provider)
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
    case .echo: return ResolvedModel(model: EchoModel(), route: route, name: EchoModel.name)
    case .provider(let provider, let model, let credential):
      let connection = try connection(to: provider, credential)
      return ResolvedModel(model: languageModel(connection), route: route, name: model)
    }
  }

  /// What a provider offers.
  package func catalogue(
    of provider: ProviderKind, credential: ProviderCredential? = nil
  ) throws(RoutingError) -> ModelCatalogue {
    ModelCatalogue(
      try connection(to: provider, credential), transport: transport, anthropicVersion: anthropicVersion, clock: clock)
  }

  /// Checks an address before it is stored.
  package func endpoint(_ text: String) throws(EndpointError) -> Endpoint {
    try Endpoint(text, allowPrivate: allowPrivate)
  }

  private func connection(
    to provider: ProviderKind, _ credential: ProviderCredential?
  ) throws(RoutingError) -> ProviderConnection {
    try ProviderConnection(
      provider: provider, credential: credential, environment: environment, allowPrivate: allowPrivate)
  }

  private func languageModel(_ connection: ProviderConnection) -> any LanguageModel {
    switch connection.provider {
    case .anthropic:
      AnthropicModel(
        connection, version: anthropicVersion, transport: transport, streaming: streaming, clock: clock,
        timeout: timeout)
    case .openai, .ollama, .openrouter:
      ChatCompletionsModel(
        connection, transport: transport, streaming: streaming, clock: clock, timeout: timeout)
    }
  }
}
