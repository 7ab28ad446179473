/// A model that answers conversations: the only access to language models.
package protocol LanguageModel: Sendable {
  /// Makes one attempt, without retries.
  ///
  /// - Throws: ``ProviderError``, redacted; `CancellationError` is reported as ``ProviderError/Kind/cancelled``.
  func complete(_ request: CompletionRequest) async throws(ProviderError) -> Completion
  /// Makes one attempt and forwards the answer's text as it arrives.
  ///
  /// - Parameter onText: receives each new part, in order; called by one thread at a time, it must not block.
  /// - Returns: the whole answer.
  /// - Throws: ``ProviderError``, with ``ProviderError/partialText`` if the answer was cut off.
  func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion
  /// The batch API that answers the same requests; nil if the provider has none.
  var batches: (any BatchService)? { get }
}

extension LanguageModel {
  /// The default for models without a batch API.
  package var batches: (any BatchService)? { nil }

  /// The default for models that do not stream.
  package func stream(
    _ request: CompletionRequest, onText: @escaping @Sendable (String) -> Void
  ) async throws(ProviderError) -> Completion {
    let completion = try await complete(request)
    if !completion.text.isEmpty { onText(completion.text) }
    return completion
  }
}
