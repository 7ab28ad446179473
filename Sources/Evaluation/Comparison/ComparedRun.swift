import JSONCoding
package import Store

/// A run as a comparison needs it.
package struct ComparedRun: Sendable {
  /// What is read of it from the store at one moment; the rest is worked out outside.
  package struct Source: Sendable {
    package let run: RunRecord
    fileprivate let prompt: PromptRecord?
    fileprivate let figures: RunFigures
    fileprivate let drafts: Int

    /// - Parameter baseline: the run that it is compared with; nil for the baseline itself.
    package init(_ run: RunRecord, comparedWith baseline: RunRecord?, in tables: Tables) {
      self.run = run
      prompt = tables.prompts[run.promptID]
      figures = tables.figures(of: run)
      drafts = baseline.map { tables.drafts(of: run, besides: $0) } ?? 1
    }

    package var hasResponses: Bool { !figures.entries.isEmpty }
  }

  package let run: RunRecord
  package let scoring: RunScoring
  package let statistics: RunStatistics
  /// Responses by row.
  package let entries: [Int: ResponseEntry]
  /// The model that answers.
  package let model: String
  /// The settings that its requests are sent with.
  package let settings: RequestSettings
  /// The credential of the calls to its model.
  package let credentialID: Int?
  /// How many rows it has when it is through.
  let rowCount: Int
  /// How many drafts of its prompt were tried on its rows, other than the baseline.
  let drafts: Int

  package init(_ source: Source) {
    let figures = source.figures
    run = source.run
    scoring = figures.scoring
    statistics = figures.statistics
    entries = Dictionary(figures.entries.map { ($0.rowIndex, $0) }) { _, last in last }
    model = source.run.answeringModel(of: source.prompt)
    settings = source.run.sentSettings(of: source.prompt)
    credentialID = source.run.answeringCredentialID(of: source.prompt)
    rowCount = max(figures.rowCount, figures.entries.count)
    drafts = source.drafts
  }

  /// `"with the city"`.
  var title: String { "\"\(run.name)\"" }

  /// A row's score; nil without one.
  package func score(ofRow row: Int) -> Double? { entries[row].flatMap(scoring.score) }

  /// What the scores come from.
  var origin: ScoreOrigin { scoring.origin(of: Array(entries.values)) }

  /// Whether all rows have been answered or have failed.
  var isThrough: Bool { entries.count >= rowCount && run.status != .running }

  /// Whether a row will stay as it is: nothing more is going to be made of it.
  func isSettled(row: Int) -> Bool {
    if isThrough { return true }
    guard let entry = entries[row] else { return false }
    return entry.status == .failed || !scoring.scorer.isJudged
      || scoring.lacking(entry, retryingFailed: false).isEmpty
  }

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

/// What makes a draft: a version of the prompt, and the settings it is sent with.
///
/// Neither the model nor what the answers are scored by is part of it.
private struct Draft: Hashable {
  let promptID: Int
  /// Those that are sent, as JSON, which is the same for the same settings.
  let settings: String

  init(_ run: RunRecord, in tables: Tables) {
    promptID = run.promptID
    settings = JSONValue.object(run.sentSettings(of: tables.prompts[run.promptID]).values).text
  }
}

extension Tables {
  /// How many drafts of a run's prompt were tried on the same rows up to that run, besides the baseline.
  ///
  /// Who tries twenty drafts against one baseline finds one that looks better by chance; the store knows of them all. A later
  /// draft changes nothing of what an earlier one has shown: its share of false alarms follows from those before it. A run
  /// that is the baseline's draft with another model is none.
  fileprivate func drafts(of run: RunRecord, besides baseline: RunRecord) -> Int {
    guard Draft(run, in: self) != Draft(baseline, in: self) else { return 1 }
    let family = prompts[run.promptID]?.familyKey
    let tried = runs.all.filter { other in
      other.id <= run.id && other.snapshot?.datasetHash == run.snapshot?.datasetHash && other.datasetID == run.datasetID
        && (other.snapshot?.rows == nil || other.snapshot?.rows == run.snapshot?.rows)
        && prompts[other.promptID]?.familyKey == family
        && responses.entries(ofRun: other.id).contains { $0.status != .failed }
    }
    var drafts = Set(tried.map { Draft($0, in: self) })
    drafts.insert(Draft(run, in: self))
    drafts.remove(Draft(baseline, in: self))
    return max(drafts.count, 1)
  }
}
