import Providers
import Store

/// What calls that had no known price come to at the prices that are known now.
package struct LaterCost: Sendable, Equatable {
  /// US dollars of these calls.
  package private(set) var dollars = 0.0
  /// The models that were called.
  package private(set) var models: [String] = []

  /// - Throws: ``Unknown`` if there is still no price, or no token was counted.
  fileprivate mutating func add(_ usage: TokenCounts?, tier: String? = nil, of model: ModelBinding?) throws(Unknown) {
    guard let usage, usage.totalTokens > 0, let model, let cost = model.cost(of: TokenUsage(usage, tier: tier)) else {
      throw Unknown()
    }
    dollars += cost
    if !models.contains(model.model) { models.append(model.model) }
  }

  fileprivate struct Unknown: Error {}
}

extension RunEngine {
  /// Nil if no call lacks its price, if one still has none, or if its tokens are not recorded.
  package nonisolated func laterCost(ofRun id: Int) async -> LaterCost? {
    // What cannot be worked out is told as unknown.
    do { return try await planner.laterCost(ofRun: id) } catch { return nil }
  }
}

extension RunPlanner {
  fileprivate func laterCost(ofRun id: Int) async throws -> LaterCost? {
    let material = try await material(run: id, nil)
    let run = material.run
    let probes = run.probes.filter(\.lacksCost)
    let unpriced = material.entries.filter { $0.lacksAnswerCost || $0.hasUnpricedJudging }
    if unpriced.isEmpty, probes.isEmpty { return nil }
    let answering = await generator(of: material)
    // The answers of another server had another price.
    let generator = answering?.destination == run.snapshot?.destination ? answering : nil
    var judges: [String: ModelBinding] = [:]
    var cost = LaterCost()
    for entry in unpriced {
      let response = try entry.decoded()
      if entry.lacksAnswerCost { try cost.add(response.usage, tier: response.serviceTier, of: generator) }
      for judging in response.unpricedJudgements {
        let judge = try await judge(judging.judgeModel, of: material, &judges)
        try cost.add(judging.usage, of: judge)
      }
    }
    for probe in probes {
      let judge = try await judge(probe.judgeModel, of: material, &judges)
      try cost.add(probe.usage, of: judge)
    }
    return cost
  }

  /// A judge that a run has asked, by its canonical name; nil if its name is not recorded.
  private func judge(
    _ name: String?, of material: Material, _ known: inout [String: ModelBinding]
  ) async throws -> ModelBinding? {
    guard let name else { return nil }
    if let binding = known[name] { return binding }
    let isCurrent = material.run.judgeModel.map(JudgeName.canonical) == name
    let binding =
      isCurrent ? try await judge(of: material) : try await models.binding(for: name, credentialID: nil)
    known[name] = binding
    return binding
  }
}
