import Providers
import Store

/// What the calls for a row took together.
struct Bill: Sendable {
  /// Nil as long as no call has counted its tokens.
  private(set) var usage: TokenCounts?
  /// US dollars; nil where a part is not known, or nothing was asked.
  private(set) var cost: Double?
  private var isEmpty: Bool

  /// - Parameters: what earlier calls took, both nil if there were none.
  init(usage: TokenCounts?, cost: Double?) {
    self.usage = usage
    self.cost = cost
    isEmpty = usage == nil && cost == nil
  }

  mutating func add(_ call: ModelCall, _ model: ModelBinding) {
    if let tokens = call.usage {
      usage = TokenCounts(
        promptTokens: (usage?.promptTokens ?? 0) + tokens.promptTokens,
        completionTokens: (usage?.completionTokens ?? 0) + tokens.completionTokens,
        cachedTokens: (usage?.cachedTokens ?? 0) + tokens.cachedTokens,
        cacheWriteTokens: (usage?.cacheWriteTokens ?? 0) + tokens.cacheWriteTokens,
        reasoningTokens: (usage?.reasoningTokens ?? 0) + tokens.reasoningTokens)
    }
    let price = model.cost(call)
    // Once a part is unknown, so is the sum.
    cost = isEmpty ? price : cost.flatMap { sum in price.map { sum + $0 } }
    isEmpty = false
  }
}
