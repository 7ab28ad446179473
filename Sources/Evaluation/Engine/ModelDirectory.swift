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

  /// The model's name without a provider prefix, as the provider knows it.
  package let model: String
  /// `openai`, `anthropic`, ...; `echo` for the built-in model.
  package let provider: String
  /// Answers a request, with retries; the closure is told of each failure that is tried again.
  package let answer: Ask
  /// US dollars for a call; nil where it cannot be known.
  package let cost: @Sendable (ModelCall) -> Double?

  package init(
    model: String, provider: String, answer: @escaping Ask,
    cost: @escaping @Sendable (ModelCall) -> Double?
  ) {
    self.model = model
    self.provider = provider
    self.answer = answer
    self.cost = cost
  }
}
