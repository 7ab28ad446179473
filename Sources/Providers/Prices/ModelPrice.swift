/// The prices of a model's tokens, in US dollars per million.
package struct ModelPrice: Sendable, Equatable {
  package var input: Double
  /// The price of input read from the provider's cache.
  package var cachedInput: Double
  /// The prices of input written to the provider's cache, for the usual time and for an hour.
  package var cacheWrite: Double
  package var cacheWriteHour: Double
  package var output: Double
  /// The factors for a call whose prompt exceeds a length.
  package var long: LongPrompt?
  /// The factors on a call's price at non-standard tiers, of which others have no known price; nil if none is known, and
  /// then only the dear ones have no known price.
  package var tierFactors: [String: Double]?

  /// Factors on the prices of a call with a long prompt.
  package struct LongPrompt: Sendable, Equatable {
    package var threshold: Int
    package var inputFactor: Double
    package var outputFactor: Double
  }

  package static let free = ModelPrice(0, cached: 0, output: 0)

  /// - Parameters:
  ///   - cacheWrite: nil if cache writes cost no more than other input.
  ///   - cacheWriteHour: nil if an hour costs no more than the usual time.
  package init(
    _ input: Double, cached: Double, output: Double, cacheWrite: Double? = nil, cacheWriteHour: Double? = nil,
    long: LongPrompt? = nil, tierFactors: [String: Double]? = nil
  ) {
    self.input = input
    cachedInput = cached
    self.cacheWrite = cacheWrite ?? input
    self.cacheWriteHour = cacheWriteHour ?? self.cacheWrite
    self.output = output
    self.long = long
    self.tierFactors = tierFactors
  }

  /// The cost of one call in US dollars; nil if the price of its service tier is unknown.
  package func cost(of usage: TokenUsage) -> Double? {
    guard let factor = factor(forTier: usage.serviceTier) else { return nil }
    let cached = min(usage.cachedTokens, usage.promptTokens)
    let written = min(usage.cacheWriteTokens, usage.promptTokens - cached)
    let hour = min(usage.cacheWriteHourTokens, written)
    var prompt = Double(usage.promptTokens - cached - written) * input + Double(cached) * cachedInput
    prompt += Double(written - hour) * cacheWrite + Double(hour) * cacheWriteHour
    var completion = Double(usage.completionTokens) * output
    if let long, usage.promptTokens > long.threshold {
      prompt *= long.inputFactor
      completion *= long.outputFactor
    }
    return (prompt + completion) * factor / 1_000_000
  }

  private static let standardTiers: Set<String> = ["default", "standard", "auto", "on_demand", "standard_only"]

  private func factor(forTier tier: String?) -> Double? {
    guard let tier, !Self.standardTiers.contains(tier), self != .free else { return 1 }
    if let tierFactors { return tierFactors[tier] }
    return ServiceTier.dearWords.contains(tier) ? nil : 1
  }
}
