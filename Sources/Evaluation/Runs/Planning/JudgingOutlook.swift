package import Store

/// What judging a run's answers will ask and cost, before it begins.
package struct JudgingOutlook: Sendable, Equatable {
  /// The run with the changes that the judging would make to it.
  package let run: RunRecord
  /// The number of calls of the judge, with those of its test; a judgement that has to be repaired takes more.
  package var calls = 0
  /// Whether no answer lacks a review by this judge.
  package var isNothingLeft = false
  /// The cost of these calls alone; nil where a price is not known.
  package var cost: CostForecast?
  package var warnings: [String] = []
}

extension RunEngine {
  /// What judging a run's answers would ask and cost; nothing is recorded or asked.
  ///
  /// - Throws: ``EvaluationError`` with what keeps the answers from being judged.
  package func outlook(ofJudging id: Int, _ judging: Judging) async throws -> JudgingOutlook {
    try await planner.outlook(ofJudging: id, judging)
  }
}

extension RunPlanner {
  fileprivate func outlook(ofJudging id: Int, _ judging: RunEngine.Judging) async throws -> JudgingOutlook {
    if let other = judging.against {
      let draft = try await pairwiseDraft(run: id, judging, against: other)
      return try outlook(draft.material, draft.layout, draft.judge, draft.work, Probes(), draft.forecast)
    }
    guard let draft = try await draft(run: id, RunEngine.Options(judging: judging)) else {
      return JudgingOutlook(run: try await material(run: id, judging).run, isNothingLeft: true)
    }
    var forecast = draft.forecast
    forecast?.learn(from: try own(draft.material, draft.layout))
    var outlook = try outlook(draft.material, draft.layout, draft.judge, draft.work, draft.probes, forecast)
    outlook.warnings += draft.notes
    return outlook
  }

  private func outlook(
    _ material: Material, _ layout: Layout, _ judge: ModelBinding?, _ work: [RunPlan.RowWork], _ probes: Probes,
    _ forecast: RowForecast?
  ) throws -> JudgingOutlook {
    var outlook = JudgingOutlook(run: material.run)
    outlook.calls =
      work.reduce(0) { $0 + $1.size.reviews } * material.run.judgeSettings.samples
      + probes.planned.reduce(0) { $0 + $1.questions.count }
    outlook.cost = try forecast?.wholeCost(of: work, probes: probes.planned, beside: [], layout.lengths, others: [])
    let price = outlook.cost == nil ? judge?.unpricedTier ?? UnpricedModels.note(on: [judge], for: "the judge") : nil
    outlook.warnings = ([price] + material.notes).compactMap(\.self) + probes.notes
    return outlook
  }
}
