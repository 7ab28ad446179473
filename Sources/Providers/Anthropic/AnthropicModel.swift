/// A model behind Anthropic's Messages API, or a server compatible with it.
package struct AnthropicModel: LanguageModel {
  /// The API version that requests name unless another is set; the last one that takes sampling parameters.
  package static let defaultVersion = "2023-06-01"

  private let exchange: ProviderExchange<MessagesFormat>

  package init(
    _ connection: ProviderConnection, version: String = AnthropicModel.defaultVersion, transport: any HTTPTransport,
    clock: ProviderClock = .system, timeout: Double = HTTPRequest.defaultTimeout
  ) {
    exchange = ProviderExchange(MessagesFormat(version: version), connection, transport, clock, timeout: timeout)
  }

  package func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion {
    try await exchange.complete(request)
  }
}
