package import Providers
package import Store

extension TokenCounts {
  package init(_ usage: TokenUsage) {
    self.init(
      promptTokens: usage.promptTokens, completionTokens: usage.completionTokens, cachedTokens: usage.cachedTokens,
      cacheWriteTokens: usage.cacheWriteTokens, reasoningTokens: usage.reasoningTokens)
  }
}
