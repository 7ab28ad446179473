/// A model behind the Chat Completions API: OpenAI's, OpenRouter's, Ollama's, and every compatible server's.
package struct ChatCompletionsModel: LanguageModel {
  private let streaming: any HTTPStreamingTransport
  private let exchange: ProviderExchange<ChatCompletionsFormat>

  /// - Parameter streaming: what streams go through; without one a streamed answer comes in one piece.
  package init(
    _ connection: ProviderConnection, transport: any HTTPTransport,
    streaming: (any HTTPStreamingTransport)? = nil, clock: ProviderClock = .system,
    timeout: Double = HTTPRequest.defaultTimeout
  ) {
    self.streaming = streaming ?? WholeAnswerStreaming(transport: transport)
    exchange = ProviderExchange(
      ChatCompletionsFormat(provider: connection.provider), connection, transport, clock, timeout: timeout)
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
