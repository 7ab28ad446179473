import Evaluation

extension RepeatFigures {
  /// How stable the answers are, for the report.
  var markdown: String? {
    guard let rightFrom else { return nil }
    let table = Markdown.table(
      ["answers", "at least one right", "all right"],
      shownCounts.map { count in
        ["\(count)"] + [passAt(count), passAll(count)].map { $0.map(ScoreEstimate.text) ?? "not known" }
      })
    let right =
      "Each row is asked \(repeats) times. An answer is right with a score of at least \(rightFrom.shortText)."
    return [right, table, variance?.advice, flaky].compactMap(\.self).joined(separator: "\n\n")
  }

  private var flaky: String {
    if flakyRows.isEmpty { return "No row is right in some of its answers only." }
    let shown = flakyRows.prefix(Self.shownRows).map { "\($0.rowIndex) (\($0.right) of \($0.answers))" }
    let rest = flakyRows.count - shown.count
    return "Rows that are right in some of their answers only, worst first: \(shown.joined(separator: ", "))"
      + (rest > 0 ? ", and \(rest) more." : ".")
  }
}
