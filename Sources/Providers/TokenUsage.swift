/// Tokens of one call, as the provider counted them, and the service tier that they are billed at.
package struct TokenUsage: Sendable, Equatable {
  /// Everything that was read, whether from a cache, into a cache, or neither.
  package var promptTokens: Int
  package var completionTokens: Int
  /// Of the prompt tokens, those read from the provider's cache.
  package var cachedTokens: Int
  /// Of the prompt tokens, those written to the provider's cache.
  package var cacheWriteTokens: Int
  /// Of the tokens written to the cache, those that are kept for an hour.
  package var cacheWriteHourTokens: Int
  /// Of the completion tokens, those spent on reasoning.
  package var reasoningTokens: Int
  /// The tier that answered, in lower case: `default`, `flex`, `priority`, ...; nil where the provider named none.
  package var serviceTier: String?
  /// US dollars, where the provider itself says what these tokens cost.
  package var reportedCost: Double?

  package var totalTokens: Int { promptTokens + completionTokens }

  /// A number that cannot be a count becomes the nearest that can: sums of whatever a server says must not overflow.
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
