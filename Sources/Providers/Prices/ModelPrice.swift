/// What a model's tokens cost, in US dollars per million.
package struct ModelPrice: Sendable, Equatable {
  package var input: Double
  /// Input that the provider read from its cache.
  package var cachedInput: Double
  package var output: Double
  /// The price of a whole call whose prompt is longer than so many tokens.
  package var long: LongPrompt?

  /// Factors on the prices of a call with a long prompt.
  package struct LongPrompt: Sendable, Equatable {
    package var threshold: Int
    package var inputFactor: Double
    package var outputFactor: Double
  }

  package init(_ input: Double, cached: Double, output: Double, long: LongPrompt? = nil) {
    self.input = input
    cachedInput = cached
    self.output = output
    self.long = long
  }

  /// US dollars for one call.
  package func cost(of usage: TokenUsage) -> Double {
    let cached = min(usage.cachedTokens, usage.promptTokens)
    let prompt = Double(usage.promptTokens - cached) * input + Double(cached) * cachedInput
    let completion = Double(usage.completionTokens) * output
    guard let long, usage.promptTokens > long.threshold else { return (prompt + completion) / 1_000_000 }
    return (prompt * long.inputFactor + completion * long.outputFactor) / 1_000_000
  }
}
