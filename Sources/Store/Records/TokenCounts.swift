/// The tokens of calls, as counted by the provider.
package struct TokenCounts: Fields {
  package var promptTokens = 0
  package var completionTokens = 0
  /// The prompt tokens that were read from the provider's cache.
  package var cachedTokens = 0
  /// The prompt tokens that were written to the provider's cache.
  package var cacheWriteTokens = 0
  /// The completion tokens that were spent on reasoning.
  package var reasoningTokens = 0

  package init() {}

  /// Clamps a provider's counts to plausible values.
  package init(
    promptTokens: Int, completionTokens: Int, cachedTokens: Int = 0, cacheWriteTokens: Int = 0, reasoningTokens: Int = 0
  ) {
    self.promptTokens = ValueRange.tokens.clamp(promptTokens)
    self.completionTokens = ValueRange.tokens.clamp(completionTokens)
    self.cachedTokens = ValueRange.tokens.clamp(cachedTokens)
    self.cacheWriteTokens = ValueRange.tokens.clamp(cacheWriteTokens)
    self.reasoningTokens = ValueRange.tokens.clamp(reasoningTokens)
  }

  package static func + (left: TokenCounts, right: TokenCounts) -> TokenCounts {
    TokenCounts(
      promptTokens: left.promptTokens + right.promptTokens,
      completionTokens: left.completionTokens + right.completionTokens,
      cachedTokens: left.cachedTokens + right.cachedTokens,
      cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
      reasoningTokens: left.reasoningTokens + right.reasoningTokens)
  }

  package var totalTokens: Int { promptTokens + completionTokens }

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("prompt_tokens", &promptTokens, in: .tokens)
    try fields.visit("completion_tokens", &completionTokens, in: .tokens)
    try fields.visit("cached_tokens", &cachedTokens, usually: 0, in: .tokens)
    try fields.visit("cache_write_tokens", &cacheWriteTokens, usually: 0, in: .tokens)
    try fields.visit("reasoning_tokens", &reasoningTokens, usually: 0, in: .tokens)
  }
}
