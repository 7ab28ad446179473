import Providers
import Store

/// The tokens and the cost of several calls together.
struct CallCosts: Sendable {
  /// Nil as long as no call has counted its tokens.
  private(set) var usage: TokenCounts?
  /// US dollars; nil where a part is not known, or nothing was asked.
  private(set) var cost: Double?
  private var isEmpty: Bool

  /// - Parameters: what earlier calls took, both nil if there were none.
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
    // Once a part is unknown, so is the sum.
    cost = isEmpty ? price : cost.flatMap { sum in price.map { sum + $0 } }
    isEmpty = false
  }
}
