package import Store

/// The record of a run that a comparison has ended, and what it says.
extension StopRecord {
  init(_ decision: StopRule.Decision, _ plan: RunPlan, _ entries: [ResponseEntry]) {
    self.init()
    self.decision = decision.verdict
    (eValue, required, rows) = (decision.evidence, decision.required, decision.rows)
    let rowsLeft = max(plan.rows.count - entries.count, 0)
    let callsPerRow = 1 + plan.scoring.askedMetrics.count * plan.scoring.judgeSamples
    calls = plan.rows.count * callsPerRow
    savedCalls = rowsLeft * callsPerRow
    let answered = entries.filter { $0.status != .failed }
    let costs = answered.compactMap(\.cost)
    savedCost =
      costs.isEmpty || costs.count < answered.count
      ? nil : Double(rowsLeft) * costs.reduce(0, +) / Double(costs.count)
  }

  /// The decision and what it saved: `saved 86 of 200 calls`.
  ///
  /// - Parameter other: the id of the run that was compared with.
  package func sentence(against other: Int?) -> String {
    let cost = savedCost.flatMap { $0 > 0 ? ", about \(Dollars.text($0))" : nil } ?? ""
    let saved = savedCalls == 0 ? "no call was saved" : "saved \(savedCalls) of \(calls) calls\(cost)"
    return
      "\(decision == .better ? "Better" : "Worse") than \(other.map { "run \($0)" } ?? "the other run") by "
      + "\(rows == 1 ? "1 row" : "\(rows) rows") in random order (evidence \(eValue.shortEvidence), "
      + "\(required.shortEvidence) required): \(saved)."
  }

  /// Why the figures of the run mislead.
  package var warning: String {
    "The run stopped when its scores decided (stop_against), so avg_score is probably too "
      + "\(decision == .better ? "high" : "low") and the difference too large in size. Trust the decision; for an unbiased "
      + "average, run all rows without stop_against."
  }
}

extension Double {
  /// The evidence as a whole number.
  fileprivate var shortEvidence: String { self >= 1e6 ? "over a million" : "\(Int(rounded()))" }
}
