import JSONCoding
import Store

/// The rows of a comparison.
extension RunComparison {
  /// A row of both runs; nil for a row that cannot be compared.
  static func row(
    _ row: Int, _ baseline: ComparedRun, _ candidate: ComparedRun, group: Int
  ) throws -> PairedComparison.Row? {
    let (first, second) = (baseline.score(ofRow: row), candidate.score(ofRow: row))
    if candidate.scoring.scorer.comparesTexts, first == nil || second == nil,
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

  /// Whether a row without a score in one of the runs could have one.
  private static func hasExpectedOutput(
    _ row: Int, _ baseline: ComparedRun, _ candidate: ComparedRun
  ) throws -> Bool {
    let sides = [baseline, candidate].map { side in (side, side.entries[row]?.answers ?? []) }
    // An answer to a row without an expected output has no score, whatever an earlier rule gave the other run's.
    if sides.contains(where: { side, answers in
      answers.contains { $0.status != .failed && side.scoring.score(of: $0) == nil }
    }) {
      return false
    }
    let entries = sides.flatMap(\.1)
    return try entries.contains { try $0.decoded().expectedOutput?.trimmed().isEmpty == false }
  }
}
