/// A model behind the Chat Completions API: OpenAI's, OpenRouter's, Ollama's, and every compatible server's.
package struct ChatCompletionsModel: LanguageModel {
  private let exchange: ProviderExchange<ChatCompletionsFormat>

  package init(
    _ connection: ProviderConnection, transport: any HTTPTransport, clock: ProviderClock = .system,
    timeout: Double = HTTPRequest.defaultTimeout
  ) {
    exchange = ProviderExchange(
      ChatCompletionsFormat(provider: connection.provider), connection, transport, clock, timeout: timeout)
  }

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    try await exchange.complete(request)
  }
}
