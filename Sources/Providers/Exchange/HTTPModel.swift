/// A model behind an HTTP API, in any wire format.
struct HTTPModel<Format: WireFormat>: LanguageModel {
  private let streaming: any HTTPStreamingTransport
  private let exchange: ProviderExchange<Format>
  let batches: (any BatchService)?

  /// - Parameters:
  ///   - streaming: the transport of streamed answers; without one a streamed answer arrives in one piece.
  ///   - timeout: seconds for one call.
  init(
    _ format: Format, _ connection: ProviderConnection, transport: any HTTPTransport,
    streaming: (any HTTPStreamingTransport)? = nil, clock: ProviderClock = .system,
    timeout: Double = HTTPRequest.defaultTimeout
  ) {
    self.streaming = streaming ?? WholeAnswerStreaming(transport: transport)
    exchange = ProviderExchange(format, connection, transport, clock, timeout: timeout)
    batches = connection.batches?.service(of: exchange, over: self.streaming)
  }

  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    try await exchange.complete(request)
  }

  func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion {
    try await exchange.stream(request, over: streaming, onText: onText)
  }
}
