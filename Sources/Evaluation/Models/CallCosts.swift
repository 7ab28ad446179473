import Providers
import Store

/// The total tokens and cost of several calls.
struct CallCosts: Sendable {
  /// Nil until a call reports its tokens.
  private(set) var usage: TokenCounts?
  /// US dollars; nil if a part is unknown, or without calls.
  private(set) var cost: Double?
  /// US dollars of the calls whose cost is known.
  private(set) var known: Double
  /// US dollars that the provider's cache took off the list price, below 0 if it cost more; nil if it was not used, or if
  /// the price is unknown.
  private(set) var cacheSaving: Double?
  private var isEmpty: Bool

  /// - Parameters: the totals of earlier calls, all nil if there were none.
  init(usage: TokenCounts? = nil, cost: Double? = nil, cacheSaving: Double? = nil) {
    self.cacheSaving = cacheSaving
    self.usage = usage
    self.cost = cost
    known = cost ?? 0
    isEmpty = usage == nil && cost == nil
  }

  /// The usage and cost of all calls for these answers, with paid attempts that gave none.
  init(of answers: [ModelBinding.Answer], by model: ModelBinding) {
    self.init()
    for answer in answers {
      for usage in answer.wasted { add(ModelCall(model: model.model, wasted: usage), model) }
      if case .success(let completion) = answer.result { add(ModelCall(completion), model) }
    }
  }

  mutating func add(_ call: ModelCall, _ model: ModelBinding) {
    if let tokens = call.usage {
      usage = (usage ?? TokenCounts()) + TokenCounts(tokens)
    }
    if let saving = call.usage.flatMap(model.cacheSaving) { cacheSaving = (cacheSaving ?? 0) + saving }
    let price = model.cost(call)
    known += price ?? 0
    // Once a part is unknown, the sum is unknown.
    cost = isEmpty ? price : cost.flatMap { sum in price.map { sum + $0 } }
    isEmpty = false
  }
}

extension ModelBinding {
  /// US dollars by which these tokens cost less than without the provider's cache; nil if none are from or for it, or if
  /// the price is unknown.
  func cacheSaving(of usage: TokenUsage) -> Double? {
    guard usage.cachedTokens > 0 || usage.cacheWriteTokens > 0 else { return nil }
    var plain = usage
    (plain.cachedTokens, plain.cacheWriteTokens, plain.cacheWriteHourTokens) = (0, 0, 0)
    return cost(of: plain).flatMap { without in cost(of: usage).map { without - $0 } }
  }
}
