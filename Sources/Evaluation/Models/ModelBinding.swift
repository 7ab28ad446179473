package import Providers
import Store

/// A model that can be called, with the prices of its calls.
package struct ModelBinding: Sendable {
  /// The answer to a request, after retries.
  package struct Answer: Sendable {
    package let result: Result<Completion, ProviderError>
    /// The number of attempts.
    package let attempts: Int
    /// The usage of attempts without an answer.
    package let wasted: [TokenUsage]
    /// The number of attempts of unknown cost, such as those that timed out.
    package let uncounted: Int
    /// The number of attempts that ended in an error of the server, which count as free and may have been billed.
    package let serverErrors: Int

    package init(
      result: Result<Completion, ProviderError>, attempts: Int, wasted: [TokenUsage] = [], uncounted: Int = 0,
      serverErrors: Int = 0
    ) {
      self.result = result
      self.attempts = attempts
      self.wasted = wasted
      self.uncounted = uncounted
      self.serverErrors = serverErrors
    }
  }

  /// The handling of pauses between the attempts of a call.
  package struct Retries: Sendable {
    /// Called with each failure that is retried.
    package let willRetry: @Sendable (ProviderError) -> Void
    /// Waits for a number of seconds; throws to abandon the call.
    package let sleep: RetryingModel.Sleeper

    package init(willRetry: @escaping @Sendable (ProviderError) -> Void, sleep: @escaping RetryingModel.Sleeper) {
      self.willRetry = willRetry
      self.sleep = sleep
    }
  }

  package typealias Ask = @Sendable (CompletionRequest, Retries) async -> Answer

  /// Streams the answer to a request, with retries until the first text; the closure receives each part of the text.
  package typealias Stream =
    @Sendable (CompletionRequest, Retries, @escaping @Sendable (String) -> Void) async -> Answer

  /// The model's name without a provider prefix, as the provider uses it.
  package let model: String
  /// `openai`, `anthropic`, ...; `echo` for the built-in model.
  package let provider: String
  /// The address of its server; nil for a built-in model.
  package let address: String?
  /// Answers a request, with retries.
  package let answer: Ask
  package let stream: Stream
  /// Answers many requests at a lower price and within a day; nil if the provider cannot.
  package let batches: (any BatchService)?
  /// The way its server keeps prompts; nil if it does not, or not that is known.
  package let promptCache: PromptCache?
  /// The service tier that its calls ask for; nil for what is usual at the provider.
  package var tier: ServiceTier?
  /// Whether it is known which service tiers the model has.
  package let knowsTiers: Bool
  /// The most tokens of an answer with these parameters, with its reasoning; nil if that is not known.
  package let longestAnswer: @Sendable (RequestParameters) -> Int?
  /// The cost of a call in US dollars; nil if unknown.
  package private(set) var cost: @Sendable (ModelCall) -> Double?
  /// Notes for every run of the model, such as its announced end; empty for most models.
  package var notes: [String]
  /// The list price that is assumed for its calls; nil for other prices.
  let assumedPrice: ListPriceAssumption?
  /// Remarks made once, when the model is chosen: where its calls go; empty for most models.
  package let remarks: [String]
  /// Why the model cannot take these parameters, as a sentence; nil if no objection is known.
  package let refusal: @Sendable (RequestParameters) -> String?
  /// Requests the provider's list of models; empty if it has none.
  private let listed: @Sendable () async -> [ModelInfo]
  /// The name of another model of the provider in the form that this one's name had.
  private let spelling: @Sendable (String) -> String

  /// - Parameter stream: nil for a model that does not stream.
  package init(
    model: String, provider: String, address: String? = nil, notes: [String] = [],
    assumedPrice: ListPriceAssumption? = nil,
    remarks: [String] = [], answer: @escaping Ask,
    stream: Stream? = nil, batches: (any BatchService)? = nil, promptCache: PromptCache? = nil,
    knowsTiers: Bool = true,
    longestAnswer: @escaping @Sendable (RequestParameters) -> Int? = { $0.maxTokens },
    refusal: @escaping @Sendable (RequestParameters) -> String? = { _ in nil },
    listed: @escaping @Sendable () async -> [ModelInfo] = { [] },
    spelling: @escaping @Sendable (String) -> String = { $0 },
    cost: @escaping @Sendable (ModelCall) -> Double?
  ) {
    self.model = model
    self.provider = provider
    self.address = address
    self.notes = notes
    self.assumedPrice = assumedPrice
    self.remarks = remarks
    self.refusal = refusal
    self.answer = answer
    self.batches = batches
    self.promptCache = promptCache
    self.knowsTiers = knowsTiers
    self.longestAnswer = longestAnswer
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

  /// Where its requests go.
  var destination: RunSnapshot.Destination { .init(provider: provider, address: address, model: model) }

  /// The cost of these tokens in US dollars; nil if the price is unknown.
  func cost(of usage: TokenUsage) -> Double? {
    cost(ModelCall(Completion(text: "", model: model, usage: usage)))
  }

  /// The same model with the price from the provider's own list if no other is known.
  func priced() async -> ModelBinding {
    guard cost(of: TokenUsage(promptTokens: 1, completionTokens: 1)) == nil,
      let info = await listed().first(where: { $0.id == model }), let price = info.price
    else { return self }
    var priced = self
    priced.cost = { [cost] call in cost(call) ?? call.usage.flatMap(price.cost(of:)) }
    return priced
  }

  /// A likely intended model for a name that the provider does not know; nil if none is close.
  func suggestion() async -> String? {
    let names = await listed().map(\.id)
    let suggestion =
      names.isEmpty ? KnownModels.suggestion(for: model) : KnownModels.nearest(to: model, among: names)
    return suggestion.map(spelling)
  }
}
