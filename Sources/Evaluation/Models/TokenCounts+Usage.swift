package import Providers
package import Store

extension TokenUsage {
  /// Tokens that were recorded.
  package init(_ counts: TokenCounts, tier: String? = nil) {
    self.init(
      promptTokens: counts.promptTokens, completionTokens: counts.completionTokens, cachedTokens: counts.cachedTokens,
      cacheWriteTokens: counts.cacheWriteTokens, reasoningTokens: counts.reasoningTokens, serviceTier: tier)
  }
}

extension TokenCounts {
  package init(_ usage: TokenUsage) {
    self.init(
      promptTokens: usage.promptTokens, completionTokens: usage.completionTokens, cachedTokens: usage.cachedTokens,
      cacheWriteTokens: usage.cacheWriteTokens, reasoningTokens: usage.reasoningTokens)
  }
}
