import Evaluation
import JSONCoding
import Store

/// A row of a run without the best score, with the reasons.
struct WeakRow: Sendable, Equatable {
  struct Review: Sendable, Equatable {
    let metric: String
    let score: Double
    let reasons: String
  }

  let rowIndex: Int
  let responseID: Int
  let score: Double
  let input: String
  let expected: String?
  let response: String
  let reviews: [Review]

  init(_ record: ResponseRecord, score: Double, _ scoring: RunScoring) {
    rowIndex = record.rowIndex
    responseID = record.id
    self.score = score
    input = record.inputText
    expected = record.expectedOutput
    response = record.responseText ?? ""
    reviews = scoring.reviews(of: record).compactMap { review in
      review.score.map { Review(metric: review.metricName, score: $0, reasons: review.feedback ?? "") }
    }
  }

  /// The rows with the lowest scores, lowest first; none that has the best possible score.
  ///
  /// - Parameter rows: the rows that count; nil for all.
  static func lowest(_ count: Int, of view: RunView, rows: Set<Int>? = nil) throws(StoreError) -> [WeakRow] {
    let scoring = view.scoring
    let best = scoring.scorer.scale?.bounds.upperBound ?? .infinity
    let scored = view.entries.compactMap { entry in scoring.score(of: entry).map { (entry: entry, score: $0) } }
    let lowest = scored.filter { $0.score < best && rows?.contains($0.entry.rowIndex) != false }
      .sorted { ($0.score, $0.entry.rowIndex, $0.entry.id) < ($1.score, $1.entry.rowIndex, $1.entry.id) }
    var rows: [WeakRow] = []
    for (entry, score) in lowest.prefix(count) { rows.append(WeakRow(try entry.decoded(), score: score, scoring)) }
    return rows
  }
}

extension ResponseRecord {
  /// The row's cells, a line each, without those that are settings.
  var inputText: String {
    let members = input.members.filter { !RowColumn.isSetting($0.key) }
    return members.map { "\($0.key): \($0.value.stringValue ?? $0.value.text)" }.joined(separator: "\n")
  }
}
