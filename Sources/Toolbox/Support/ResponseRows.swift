import Evaluation
import JSONCoding
import Store

/// The answers of a run: its responses and, while it runs, the answers still to be made.
struct ResponseRows: Sendable {
  /// An answer, without its texts.
  struct Row: Sendable {
    let key: AnswerKey
    let status: ResponseStatus
    let score: Double?
    /// The id of the response; nil for an answer that is still to be made.
    let id: Int?
    /// The index of the response among the entries; -1 for none.
    ///
    /// Not the entry, because a copy of every one would take as much memory as the run.
    fileprivate let index: Int
  }

  let projection: ResponseProjection
  private let verdicts: HumanVerdicts
  private let entries: [ResponseEntry]
  /// The rows in dataset order.
  let rows: [Row]
  private let unanswered: UnansweredRows?

  init(
    _ run: RunRecord, _ entries: [ResponseEntry], _ scoring: RunScoring, _ unanswered: UnansweredRows?,
    verdicts: [VerdictRecord] = []
  ) {
    self.verdicts = HumanVerdicts(verdicts)
    projection = ResponseProjection(run: run, scoring: scoring)
    self.unanswered = unanswered
    self.entries = entries
    var rows: [Row] = []
    rows.reserveCapacity(entries.count)
    for index in entries.indices {
      let entry = entries[index]
      rows.append(
        Row(
          key: entry.key, status: scoring.status(of: entry), score: scoring.score(of: entry), id: entry.id, index: index
        ))
    }
    if let unanswered {
      let known = Set(rows.lazy.map(\.key))
      for key in unanswered.keys where !known.contains(key) {
        rows.append(Row(key: key, status: unanswered.status(of: key), score: nil, id: nil, index: -1))
      }
    }
    rows.sort { $0.key < $1.key }
    self.rows = rows
  }

  private func entry(of row: Row) -> ResponseEntry? { row.index < 0 ? nil : entries[row.index] }

  func response(of row: Row) throws -> ResponseRecord {
    if let entry = entry(of: row) { return try entry.decoded() }
    return unanswered?.response(at: row.key, of: projection.run) ?? ResponseRecord()
  }

  /// Whether a row has an answer to which a metric applies, and no verdict by a current criterion of the run.
  func lacksVerdict(_ row: Row) -> Bool {
    guard let entry = entry(of: row), entry.status == .completed, !projection.scoring.isBeyondAll(entry) else {
      return false
    }
    return !verdicts.hasVerdict(on: entry.id, for: projection.scoring.targets)
  }

  /// How many of its rows come with a run.
  enum Portion: Int, Sendable {
    case none = 0
    /// The first few, once the run has ended.
    case preview = 5
    case page = 50
  }

  /// Whether the first rows are shown with their scores.
  ///
  /// A judge's scores come only when they are asked for: a person who has seen them cannot score the rows blind any more.
  func showsScores(in portion: Portion) -> Bool { portion == .page || !projection.scoring.scorer.isJudged }

  /// The first rows in the words of the second document, as many as fit.
  func resultItems(_ portion: Portion, within room: Int) throws -> [JSONValue] {
    try Paging.items(of: rows.prefix(portion.rawValue), room: room) { row in
      var item = projection.resultItem(try response(of: row))
      if !showsScores(in: portion) { item["score"] = nil }
      return item
    }
  }
}

extension Services {
  func responseRows(ofRun id: Int) async throws -> ResponseRows {
    // Read first, because rows answered meanwhile are then found in the store.
    let unanswered = try await engine.unansweredRows(ofRun: id)
    let (run, entries, scoring, verdicts) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      let entries = tables.responses.entries(ofRun: run.id)
      return (run, entries, tables.scoring(of: run), tables.countedVerdicts(ofRun: run.id, on: entries))
    }
    return ResponseRows(run, entries, scoring, run.status.isUnderWay ? unanswered : nil, verdicts: verdicts)
  }
}
