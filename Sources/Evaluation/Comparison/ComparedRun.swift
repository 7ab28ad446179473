package import Store

/// A run as a comparison needs it, read from the store at one moment.
package struct ComparedRun: Sendable {
  package let run: RunRecord
  package let prompt: PromptRecord?
  package let scoring: RunScoring
  package let statistics: RunStatistics
  /// Responses by row.
  package let entries: [Int: ResponseEntry]
  /// How many rows it has when it is through.
  package let rowCount: Int
  /// How many drafts of its prompt were tried on its rows, other than the baseline.
  fileprivate(set) var drafts = 1

  package init(_ run: RunRecord, in tables: Tables) {
    self.run = run
    prompt = tables.prompts[run.promptID]
    scoring = tables.scoring(of: run)
    let entries = tables.responses.entries(ofRun: run.id)
    statistics = RunStatistics(entries, scoring)
    self.entries = Dictionary(entries.map { ($0.rowIndex, $0) }) { _, last in last }
    rowCount = max(tables.rowCount(of: run), entries.count)
  }

  /// `"with the city"`.
  var title: String { "\"\(run.name)\"" }

  /// The model that answers.
  package var model: String { run.model ?? run.snapshot?.model ?? prompt?.llmModel ?? "" }

  /// A row's score; nil without one.
  package func score(ofRow row: Int) -> Double? { entries[row].flatMap(scoring.score) }

  /// Whether all rows have been answered or have failed.
  var isThrough: Bool { entries.count >= rowCount && run.status != .running }

  /// `run 12 is running: 25 of 220 rows so far`.
  var progress: String {
    let state =
      switch run.status {
      case .running: "is running"
      case .cancelled: "was cancelled"
      case .pending: "has not been started"
      case .completed, .failed: "ended early"
      }
    return "run \(run.id) \(state): \(entries.count) of \(rowCount) rows so far"
  }
}

extension ComparedRun {
  /// Counts the drafts of the run's prompt that were tried on the same rows, besides the baseline.
  ///
  /// A draft is a version of the prompt, whatever model it was run with. Who tries twenty drafts against one baseline finds one that looks better by chance; the store knows of them all.
  package mutating func countDrafts(besides baseline: RunRecord, in tables: Tables) {
    let family = prompt?.familyKey
    let tried = tables.runs.all.filter { other in
      other.snapshot?.datasetHash == run.snapshot?.datasetHash && other.datasetID == run.datasetID
        && (other.snapshot?.rows == nil || other.snapshot?.rows == run.snapshot?.rows)
        && tables.prompts[other.promptID]?.familyKey == family
        && tables.responses.entries(ofRun: other.id).contains { $0.status != .failed }
    }
    var drafts = Set(tried.map(\.promptID))
    drafts.insert(run.promptID)
    drafts.remove(baseline.promptID)
    self.drafts = max(drafts.count, 1)
  }
}
