/// The tokens of one call, as counted by the provider, and the service tier by which they are billed.
package struct TokenUsage: Sendable, Equatable {
  /// All input tokens, including those read from or written to a cache.
  package var promptTokens: Int
  package var completionTokens: Int
  /// The prompt tokens that were read from the provider's cache.
  package var cachedTokens: Int
  /// The prompt tokens that were written to the provider's cache.
  package var cacheWriteTokens: Int
  /// The tokens written to the cache that are kept for an hour.
  package var cacheWriteHourTokens: Int
  /// The completion tokens that were spent on reasoning.
  package var reasoningTokens: Int
  /// The tier of the answer, in lower case: `default`, `flex`, `priority`, ...; nil if the provider named none.
  package var serviceTier: String?
  /// US dollars, if the provider reports the cost of these tokens.
  package var reportedCost: Double?

  package var totalTokens: Int { promptTokens + completionTokens }

  /// A number that cannot be a count is clamped, so that sums of a server's numbers cannot overflow.
  package init(
    promptTokens: Int, completionTokens: Int, cachedTokens: Int = 0, cacheWriteTokens: Int = 0,
    cacheWriteHourTokens: Int = 0, reasoningTokens: Int = 0, serviceTier: String? = nil
  ) {
    self.promptTokens = Self.count(promptTokens)
    self.completionTokens = Self.count(completionTokens)
    self.cachedTokens = Self.count(cachedTokens)
    self.cacheWriteTokens = Self.count(cacheWriteTokens)
    self.cacheWriteHourTokens = Self.count(cacheWriteHourTokens)
    self.reasoningTokens = Self.count(reasoningTokens)
    self.serviceTier = serviceTier
  }

  /// The highest integer that every JSON library reads exactly.
  static let highest = 1 << 53 - 1

  static func count(_ number: Int) -> Int { min(max(number, 0), highest) }
}
