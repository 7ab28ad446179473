/// What is said of rows that are left out, and of failed answers.
extension VerdictSentence {
  var missingRows: String {
    let sides = [(baseline, comparison.missing.baseline), (candidate, comparison.missing.candidate)]
    let parts = sides.filter { $0.1 > 0 }.map {
      "\($0.1 == comparison.rows ? "all " : "")\(Self.rows($0.1)) of \($0.0)"
    }
    let effect =
      comparison.countsMissingAsZero
      ? "failed and counted 0"
      : comparison.hasStopRule ? "left out, because evidence takes a score in both runs" : "left out, having no score"
    let isWhole = sides.contains { $0.1 == comparison.rows && comparison.rows > 0 }
    // The doubt about lost answers has the same advice.
    let isAdvised = comparison.isInProgress || comparison.doubt == .lostAnswers
    let nextStep = isWhole && !isAdvised ? " That says nothing about its answers: \(retry)" : ""
    var sentences = parts.isEmpty ? "" : " \(Self.capitalized(parts.joined(separator: " and "))) \(effect).\(nextStep)"
    let partly = [(baseline, comparison.partlyFailed.baseline), (candidate, comparison.partlyFailed.candidate)]
    for (name, count) in partly where count > 0 {
      sentences +=
        " \(Self.rows(count)) of \(name) \(count == 1 ? "has" : "have") some answers that failed and counted 0."
    }
    if comparison.unscored > 0 {
      sentences += " \(Self.rows(comparison.unscored)) left out, having an answer without a score."
    }
    sentences += Self.leftOut(rowsWithoutExpectedOutput, "without an expected output")
    sentences += Self.leftOut(rowsBeyondMetrics, "to which no metric applies")
    return sentences + Self.leftOut(rowsOfOneRun, "that only one run has")
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  /// ` 2 rows without an expected output are left out.`; empty for no rows.
  ///
  /// - Parameter which: what the rows have in common.
  static func leftOut(_ count: Int, _ which: String) -> String {
    count == 0 ? "" : " \(rows(count)) \(which) \(count == 1 ? "is" : "are") left out."
  }

  static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
}
