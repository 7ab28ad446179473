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
    /// What attempts without an answer cost all the same.
    package let wasted: [TokenUsage]
    /// How many attempts may have cost something of which nothing is known, such as those that timed out.
    package let uncounted: Int

    package init(
      result: Result<Completion, ProviderError>, attempts: Int, wasted: [TokenUsage] = [], uncounted: Int = 0
    ) {
      self.result = result
      self.attempts = attempts
      self.wasted = wasted
      self.uncounted = uncounted
    }
  }

  /// What happens between the attempts of a call.
  package struct Retries: Sendable {
    /// Told of each failure that is tried again.
    package let willRetry: @Sendable (ProviderError) -> Void
    /// Waits for so many seconds; throws to give the call up.
    package let sleep: RetryingModel.Sleeper

    package init(willRetry: @escaping @Sendable (ProviderError) -> Void, sleep: @escaping RetryingModel.Sleeper) {
      self.willRetry = willRetry
      self.sleep = sleep
    }

    /// Pauses that end only with their task, and failures that nobody asks about.
    package static let unobserved = Retries(willRetry: { _ in }, sleep: { try await Task.sleep(for: .seconds($0)) })
  }

  package typealias Ask = @Sendable (CompletionRequest, Retries) async -> Answer

  /// Streams the answer to a request, with retries until there is text; the closure takes each part of the text.
  package typealias Stream =
    @Sendable (CompletionRequest, Retries, @escaping @Sendable (String) -> Void) async -> Answer

  /// The model's name without a provider prefix, as the provider knows it.
  package let model: String
  /// `openai`, `anthropic`, ...; `echo` for the built-in model.
  package let provider: String
  /// Answers a request, with retries.
  package let answer: Ask
  package let stream: Stream
  /// US dollars for a call; nil where it cannot be known.
  package let cost: @Sendable (ModelCall) -> Double?
  /// What every run of the model says, such as that its vendor ends it; empty for most models.
  package let notes: [String]
  /// What is said once, where the model is chosen: where its calls go and how they are priced; empty for most models.
  package let remarks: [String]
  /// Why the model is known not to take parameters, as a sentence; nil if nothing is known against them.
  package let refusal: @Sendable (RequestParameters) -> String?
  /// Asks the provider for what it offers; empty where that cannot be had.
  private let listed: @Sendable () async -> [ModelInfo]
  /// The name by which another model of the provider is asked for as this one was.
  private let spelling: @Sendable (String) -> String

  /// - Parameter stream: nil for a model that says everything at once.
  package init(
    model: String, provider: String, notes: [String] = [], remarks: [String] = [], answer: @escaping Ask,
    stream: Stream? = nil, refusal: @escaping @Sendable (RequestParameters) -> String? = { _ in nil },
    listed: @escaping @Sendable () async -> [ModelInfo] = { [] },
    spelling: @escaping @Sendable (String) -> String = { $0 },
    cost: @escaping @Sendable (ModelCall) -> Double?
  ) {
    self.model = model
    self.provider = provider
    self.notes = notes
    self.remarks = remarks
    self.refusal = refusal
    self.answer = answer
    self.listed = listed
    self.spelling = spelling
    self.stream =
      stream ?? { request, retries, onText in
        let whole = await answer(request, retries)
        if case .success(let completion) = whole.result { onText(completion.text) }
        return whole
      }
    self.cost = cost
  }

  /// US dollars for so many tokens; nil where the price is not known.
  func cost(of usage: TokenUsage) -> Double? {
    cost(ModelCall(Completion(text: "", model: model, usage: usage)))
  }

  /// The same model, with the price of the provider's own list where no other is known.
  func priced() async -> ModelBinding {
    guard cost(of: TokenUsage(promptTokens: 1, completionTokens: 1)) == nil,
      let info = await listed().first(where: { $0.id == model }), let price = info.price
    else { return self }
    return ModelBinding(
      model: model, provider: provider, notes: notes, remarks: remarks, answer: answer, stream: stream,
      refusal: refusal, listed: listed, spelling: spelling,
      cost: { [cost] call in cost(call) ?? call.usage.flatMap(price.cost(of:)) })
  }

  /// The model that was probably meant by a name that the provider does not know; nil if none is close.
  func suggestion() async -> String? {
    let names = await listed().map(\.id)
    let suggestion =
      names.isEmpty ? KnownModels.suggestion(for: model) : KnownModels.nearest(to: model, among: names)
    return suggestion.map(spelling)
  }
}
