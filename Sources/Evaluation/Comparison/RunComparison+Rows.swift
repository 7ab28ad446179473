import Store

/// The rows of a comparison.
extension RunComparison {
  /// A row of both runs.
  static func row(_ row: Int, _ baseline: ComparedRun, _ candidate: ComparedRun, group: Int) -> PairedComparison.Row {
    // A check that could not score an answer says nothing about it.
    let isUnknown = [baseline, candidate].contains { side in
      side.scoring.scorer.isChecked && side.score(ofRow: row) == nil && side.entries[row]?.status != .failed
    }
    return PairedComparison.Row(
      baseline: baseline.score(ofRow: row), candidate: candidate.score(ofRow: row), group: group, isUnknown: isUnknown,
      baselineFailures: baseline.failures(ofRow: row), candidateFailures: candidate.failures(ofRow: row))
  }
}
