/// A model behind Anthropic's Messages API, or a server compatible with it.
package struct AnthropicModel: LanguageModel {
  /// The API version that requests name unless another is set; the last one that takes sampling parameters.
  package static let defaultVersion = "2023-06-01"

  private let streaming: any HTTPStreamingTransport
  private let exchange: ProviderExchange<MessagesFormat>

  /// - Parameter streaming: what streams go through; without one a streamed answer comes in one piece.
  package init(
    _ connection: ProviderConnection, version: String = AnthropicModel.defaultVersion, transport: any HTTPTransport,
    streaming: (any HTTPStreamingTransport)? = nil, clock: ProviderClock = .system,
    timeout: Double = HTTPRequest.defaultTimeout
  ) {
    self.streaming = streaming ?? WholeAnswerStreaming(transport: transport)
    exchange = ProviderExchange(MessagesFormat(version: version), connection, transport, clock, timeout: timeout)
  }

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    try await exchange.complete(request)
  }

  package func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion {
    try await exchange.stream(request, over: streaming, onText: onText)
  }
}
