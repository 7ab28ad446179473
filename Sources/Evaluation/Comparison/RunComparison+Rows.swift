import JSONCoding
import Store

/// The rows of a comparison.
extension RunComparison {
  /// A row of both runs; nil for a row that cannot be compared.
  static func row(
    _ row: Int, _ baseline: ComparedRun, _ candidate: ComparedRun, group: Int
  ) throws -> PairedComparison.Row? {
    let (first, second) = (baseline.score(ofRow: row), candidate.score(ofRow: row))
    if first == nil, second == nil, candidate.scoring.scorer.comparesTexts,
      try !hasExpectedOutput(row, baseline, candidate)
    {
      return nil
    }
    // A check that could not score an answer says nothing about it.
    let isUnknown = [baseline, candidate].contains { side in
      side.scoring.scorer.isChecked && side.score(ofRow: row) == nil && side.entries[row]?.status != .failed
    }
    return PairedComparison.Row(
      baseline: first, candidate: second, group: group, isUnknown: isUnknown,
      baselineFailures: baseline.failures(ofRow: row), candidateFailures: candidate.failures(ofRow: row))
  }

  /// Whether a row without a score in both runs could have one.
  private static func hasExpectedOutput(
    _ row: Int, _ baseline: ComparedRun, _ candidate: ComparedRun
  ) throws -> Bool {
    let entries = [baseline, candidate].flatMap { $0.entries[row]?.answers ?? [] }
    // Contains gives no score to an answer without an expected output.
    if entries.contains(where: { $0.status != .failed }) { return false }
    return try entries.contains { try $0.decoded().expectedOutput?.trimmed().isEmpty == false }
  }
}
