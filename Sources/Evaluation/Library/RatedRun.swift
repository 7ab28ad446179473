import Store

/// A run whose responses are given verdicts, with what would take long to find for each of them.
struct RatedRun {
  struct Key: Hashable {
    let response: Int
    let metric: Int?
    let fingerprint: String
  }

  let run: RunRecord
  /// The verdicts before, by response, oldest first.
  let verdicts: [Int: [VerdictRecord]]
  /// What was given so far.
  var given: Set<Key> = []
  private var responses: [AnswerKey: ResponseEntry]?
  private var scoring: RunScoring?
  /// The ids of the answers whose scores were shown in a run that copied them; nil before they are needed.
  private var shownCopies: Set<Int>?
  private var targets: [Int?: (target: VerdictTarget, wording: String?)] = [:]

  init(_ id: Int, in tables: Tables) throws(EvaluationError) {
    run = try tables.find(RunRecord.self, id)
    verdicts = Dictionary(grouping: tables.verdicts(ofRun: id), by: \.responseID)
  }

  /// The response that a verdict is about.
  mutating func response(at place: VerdictDraft.Place, in tables: Tables) throws(EvaluationError) -> ResponseEntry {
    let entry: ResponseEntry
    switch place {
    case .response(let id):
      guard let found = tables.responses.entry(id, ofRun: run.id) else { throw Self.missing(id) }
      entry = found
    case .row(let key, _):
      let all =
        responses
        ?? Dictionary(tables.responses.entries(ofRun: run.id).map { ($0.key, $0) }, uniquingKeysWith: { $1 })
      responses = all
      guard let found = all[key] else {
        throw EvaluationError("Run \(run.id) has no answer to row_index \(key.rowIndex). responses_list shows all.")
      }
      entry = found
    }
    guard entry.status == .completed else {
      throw EvaluationError("Response \(entry.id) has no answer to give a verdict on: it is \(entry.status.rawValue).")
    }
    return entry
  }

  /// Whether the score of an answer was shown in another run that copied it.
  mutating func isShownInCopies(of entry: ResponseEntry, in tables: Tables) -> Bool {
    let shown = shownCopies ?? tables.copiesShown(besides: run.id)
    shownCopies = shown
    return shown.contains(entry.sourceID)
  }

  static func missing(_ id: Int) -> EvaluationError {
    EvaluationError("No response \(id). responses_list shows those of a run, with their ids.")
  }

  /// Sets what a verdict is about, and refuses a score on another scale.
  mutating func describe(
    _ verdict: inout VerdictRecord, _ draft: VerdictDraft, in tables: Tables
  ) throws(EvaluationError) {
    do {
      let (target, wording) = try target(draft.metricID, in: tables)
      let what =
        target.metricID.map { "Metric \($0) \"\(target.name.clipped(to: 60))\"" } ?? "The score of run \(run.id)"
      try draft.check(takesStars: target.takesStars, what)
      (verdict.metricID, verdict.metricName) = (target.metricID, target.name)
      (verdict.fingerprint, verdict.wording) = (target.fingerprint, wording)
      guard let origin = draft.origin, origin.fingerprint != target.fingerprint || wording == nil else { return }
      (verdict.metricName, verdict.fingerprint, verdict.wording) = (
        origin.metricName, origin.fingerprint, origin.wording
      )
    } catch {
      guard let origin = draft.origin, let id = draft.metricID, !tables.metrics.contains(id: id) else { throw error }
      // The metric was deleted after the verdict was exported.
      try draft.check(takesStars: draft.score != nil, "The metric \"\(origin.metricName.clipped(to: 60))\"")
      (verdict.metricID, verdict.metricName) = (id, origin.metricName)
      (verdict.fingerprint, verdict.wording) = (origin.fingerprint, origin.wording)
    }
  }

  mutating func scoring(in tables: Tables) -> RunScoring {
    let rule = scoring ?? tables.scoring(of: run)
    scoring = rule
    return rule
  }

  private mutating func target(
    _ metricID: Int?, in tables: Tables
  ) throws(EvaluationError) -> (target: VerdictTarget, wording: String?) {
    if let known = targets[metricID] { return known }
    var found = try tables.verdictTarget(of: run, metricID: metricID)
    if found.wording == nil {
      // Verdicts before the metric was deleted tell how it was worded.
      found.wording = verdicts.values.joined().first { $0.fingerprint == found.target.fingerprint }?.wording
    }
    targets[metricID] = found
    return found
  }
}

extension Tables {
  /// The run that a verdict is about.
  func runID(of place: VerdictDraft.Place) throws(EvaluationError) -> Int {
    switch place {
    case .row(_, let run): return try find(RunRecord.self, run).id
    case .response(let id):
      guard let entry = responses.entry(id) else { throw RatedRun.missing(id) }
      return entry.runID
    }
  }
}
