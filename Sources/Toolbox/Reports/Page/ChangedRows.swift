import Evaluation
import JSONCoding
import Store

/// The rows whose scores differ most between two runs, with both answers.
struct ChangedRows: Sendable {
  private let items: [ReportBlock.Item]
  /// The ids of the responses that are shown.
  let responseIDs: [Int]
  private let losses: (shown: Int, all: Int)
  private let gains: (shown: Int, all: Int)

  /// - Parameter limit: the largest number of losses, and of gains.
  init(_ comparison: RunComparison, limit: Int) throws {
    guard comparison.scores != nil else {
      (items, responseIDs, losses, gains) = ([], [], (0, 0), (0, 0))
      return
    }
    let (first, second) = (comparison.baseline, comparison.candidate)
    let changed = first.entries.keys.sorted().compactMap { row -> (row: Int, before: Double, after: Double)? in
      guard let before = first.countedScore(ofRow: row), let after = second.countedScore(ofRow: row),
        !before.isNearly(after)
      else { return nil }
      return (row, before, after)
    }
    let lost = changed.filter { $0.after < $0.before }.sorted {
      ($0.after - $0.before, $0.row) < ($1.after - $1.before, $1.row)
    }
    let gained = changed.filter { $0.after > $0.before }.sorted {
      ($1.after - $1.before, $0.row) < ($0.after - $0.before, $1.row)
    }
    losses = (min(lost.count, limit), lost.count)
    gains = (min(gained.count, limit), gained.count)
    let shown = lost.prefix(limit) + gained.prefix(limit)
    responseIDs = shown.flatMap { change in
      [first, second].flatMap { $0.entries[change.row]?.answers.map(\.id) ?? [] }
    }
    items = try shown.map { change in
      try Self.item(change.row, change.before, change.after, first, second)
    }
  }

  private static func item(
    _ row: Int, _ before: Double, _ after: Double, _ first: ComparedRun, _ second: ComparedRun
  ) throws -> ReportBlock.Item {
    let records = (try first.entries[row]?.decoded(), try second.entries[row]?.decoded())
    func reasons(_ record: ResponseRecord?, _ side: ComparedRun) -> [(name: String, text: String)] {
      record.map { record in
        side.scoring.reviews(of: record).compactMap { review in
          guard let score = review.score, let text = review.feedback, !text.isEmpty else { return nil }
          return ("\(side.run.name): \(review.metricName) gave \(ScoreEstimate.text(score))", text)
        }
      } ?? []
    }
    let known = records.0 ?? records.1
    return ReportBlock.Item(
      heading: "Row \(row): \(ScoreEstimate.text(before)) to \(ScoreEstimate.text(after))",
      word: after > before ? "better" : "worse",
      texts: [("Input", known?.inputText ?? ""), ("Expected", known?.expectedOutput ?? "")].filter { !$0.1.isEmpty }
        + reasons(records.0, first) + reasons(records.1, second),
      changes: [
        ReportBlock.Change(
          name: "Answer", before: Self.answer(records.0, first), after: Self.answer(records.1, second),
          names: (first.run.name, second.run.name))
      ])
  }

  /// The text of an answer, or why there is none.
  private static func answer(_ record: ResponseRecord?, _ side: ComparedRun) -> String {
    record.flatMap { $0.responseText ?? side.scoring.error(of: $0) } ?? ""
  }

  func block(titled title: String) -> ReportBlock? {
    .texts(
      "\(title): \(losses.shown) of \(losses.all) losses, \(gains.shown) of \(gains.all) gains", items)
  }
}
