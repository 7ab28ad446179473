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
  /// What went wrong, in words that rows with the same fault share.
  let fault: String

  init(_ record: ResponseRecord, score: Double, _ scoring: RunScoring, hasClasses: Bool) {
    fault = Self.fault(of: record, scoring, hasClasses: hasClasses)
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
  /// A row with several answers is shown by its worst, at the place of their mean.
  ///
  /// - Parameters:
  ///   - rows: the rows that count; nil for all.
  ///   - hasClasses: whether the rows have so few expected values that each of them is a kind of its own.
  static func lowest(
    _ count: Int, of view: RunView, rows: Set<Int>? = nil, hasClasses: Bool = false
  ) throws(StoreError) -> [WeakRow] {
    var found: [WeakRow] = []
    for worst in ranked(view, rows: rows).prefix(count) {
      found.append(WeakRow(try worst.entry.decoded(), score: worst.score, view.scoring, hasClasses: hasClasses))
    }
    return found
  }

  /// The number of rows without the best score.
  ///
  /// - Parameter rows: the rows that count; nil for all.
  static func count(of view: RunView, rows: Set<Int>? = nil) -> Int { ranked(view, rows: rows).count }

  /// The worst answer of each row without the best score, lowest first.
  private static func ranked(_ view: RunView, rows: Set<Int>?) -> [(entry: ResponseEntry, score: Double)] {
    let scoring = view.scoring
    let best = scoring.scorer.scale?.bounds.upperBound ?? .infinity
    let scored = view.entries.compactMap { entry in scoring.score(of: entry).map { (entry: entry, score: $0) } }
    let byRow = Dictionary(grouping: scored.filter { rows?.contains($0.entry.rowIndex) != false }, by: \.entry.rowIndex)
    return byRow.values.compactMap { answers in
      answers.min { ($0.score, $0.entry.key) < ($1.score, $1.entry.key) }.map { worst in
        (worst: worst, mean: answers.reduce(0) { $0 + $1.score } / Double(answers.count))
      }
    }
    .filter { $0.worst.score < best }
    .sorted { ($0.mean, $0.worst.entry.key) < ($1.mean, $1.worst.entry.key) }
    .map(\.worst)
  }
}

extension ResponseRecord {
  /// The row's cells, a line each, without those that are settings.
  var inputText: String {
    let members = input.members.filter { !RowColumn.isSetting($0.key) }
    return members.map { "\($0.key): \($0.value.stringValue ?? $0.value.text)" }.joined(separator: "\n")
  }
}
