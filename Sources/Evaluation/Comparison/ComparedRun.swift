import JSONCoding
package import Store

/// A run prepared for a comparison.
package struct ComparedRun: Sendable {
  /// The values read from the store at one moment; everything else is computed outside the store.
  package struct Source: Sendable {
    package let run: RunRecord
    fileprivate let prompt: PromptRecord?
    fileprivate let figures: RunFigures
    fileprivate let drafts: Int

    /// - Parameter baseline: the run to compare with; nil for the baseline itself.
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
  /// The settings of its requests.
  package let settings: RequestSettings
  /// The credential for the calls to its model.
  package let credentialID: Int?
  /// The number of rows of the complete run.
  let rowCount: Int
  /// The number of drafts of its prompt tried on its rows, other than the baseline.
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

  /// The origin of the scores.
  var origin: ScoreOrigin { scoring.origin(of: Array(entries.values)) }

  /// Whether all rows have been answered or have failed.
  var isThrough: Bool { entries.count >= rowCount && run.status != .running }

  /// Whether a row is final: it will not be answered, scored or reviewed again.
  func isSettled(row: Int) -> Bool {
    if isThrough { return true }
    guard let entry = entries[row] else { return false }
    return entry.status == .failed || !scoring.scorer.isJudged
      || scoring.lacking(entry, retryingFailed: false).isEmpty
  }

  /// `run 12 is running: 25 of 220 rows so far`.
  var progress: String {
    if run.stoppedEarly != nil { return "run \(run.id) stopped early" }
    if isThrough { return "run \(run.id) is complete" }
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

/// A draft: a version of the prompt and the settings of its requests.
///
/// The model and the scoring are not part of it.
private struct Draft: Hashable {
  let promptID: Int
  /// The request settings as JSON, which is the same for equal settings.
  let settings: String

  init(_ run: RunRecord, in tables: Tables) {
    promptID = run.promptID
    settings = JSONValue.object(run.sentSettings(of: tables.prompts[run.promptID]).values).text
  }
}

extension Tables {
  /// The number of drafts of a run's prompt tried on the same rows up to that run, besides the baseline.
  ///
  /// Of twenty drafts tried against one baseline, one looks better by chance; the store knows them all. A later draft
  /// does not change the result of an earlier one, because the share of false alarms of each follows from those before
  /// it. A run of the baseline's own draft with another model does not count as a draft.
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
