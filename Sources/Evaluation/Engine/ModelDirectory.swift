package import Providers

/// Finds what answers for a model's name.
package protocol ModelDirectory: Sendable {
  /// - Parameters:
  ///   - model: as the user wrote it, with or without a provider prefix.
  ///   - credentialID: the credential to use; nil to find the provider by the name.
  /// - Throws: an error whose description says what could be meant.
  func binding(for model: String, credentialID: Int?) async throws -> ModelBinding
}

/// A model that can be asked, and what its calls cost.
package struct ModelBinding: Sendable {
  /// One call with its retries.
  package struct Answer: Sendable {
    package let result: Result<Completion, ProviderError>
    /// How often the provider was asked.
    package let attempts: Int

    package init(result: Result<Completion, ProviderError>, attempts: Int) {
      self.result = result
      self.attempts = attempts
    }
  }

  /// Asks the model; the closure is called with each failure that is tried again.
  package typealias Ask = @Sendable (CompletionRequest, @escaping @Sendable (ProviderError) -> Void) async -> Answer

  /// Streams the answer to a request, with retries until there is text; the closure takes each part of the text.
  package typealias Stream = @Sendable (CompletionRequest, @escaping @Sendable (String) -> Void) async -> Answer

  /// The model's name without a provider prefix, as the provider knows it.
  package let model: String
  /// `openai`, `anthropic`, ...; `echo` for the built-in model.
  package let provider: String
  /// Answers a request, with retries; the closure is told of each failure that is tried again.
  package let answer: Ask
  package let stream: Stream
  /// US dollars for a call; nil where it cannot be known.
  package let cost: @Sendable (ModelCall) -> Double?

  /// - Parameter stream: nil for a model that says everything at once.
  package init(
    model: String, provider: String, answer: @escaping Ask, stream: Stream? = nil,
    cost: @escaping @Sendable (ModelCall) -> Double?
  ) {
    self.model = model
    self.provider = provider
    self.answer = answer
    self.stream =
      stream ?? { request, onText in
        let whole = await answer(request) { _ in }
        if case .success(let completion) = whole.result { onText(completion.text) }
        return whole
      }
    self.cost = cost
  }
}
