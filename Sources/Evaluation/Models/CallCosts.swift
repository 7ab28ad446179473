import Providers
import Store

/// The total tokens and cost of several calls.
struct CallCosts: Sendable {
  /// Nil until a call reports its tokens.
  private(set) var usage: TokenCounts?
  /// US dollars; nil if a part is unknown, or without calls.
  private(set) var cost: Double?
  private var isEmpty: Bool

  /// - Parameters: the totals of earlier calls, both nil if there were none.
  init(usage: TokenCounts? = nil, cost: Double? = nil) {
    self.usage = usage
    self.cost = cost
    isEmpty = usage == nil && cost == nil
  }

  mutating func add(_ call: ModelCall, _ model: ModelBinding) {
    if let tokens = call.usage {
      usage = (usage ?? TokenCounts()) + TokenCounts(tokens)
    }
    let price = model.cost(call)
    // Once a part is unknown, the sum is unknown.
    cost = isEmpty ? price : cost.flatMap { sum in price.map { sum + $0 } }
    isEmpty = false
  }
}
