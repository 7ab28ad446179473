import Store

/// Refusals, whose scores read like those of wrong answers.
extension RunComparison {
  /// That one run's model refused to answer more often than the other's; nil if it did not.
  static func refusals(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    let (first, second) = (baseline.statistics.refusals, candidate.statistics.refusals)
    guard first != second else { return nil }
    return
      "Run \(candidate.run.id) has \(second) refusals by its model, and run \(baseline.run.id) \(first) (finish_reason refusal). Those "
      + "with a text are scored like any answer, so the difference may come from them."
  }
}
