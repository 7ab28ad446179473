package import Store

/// A verdict that was recorded.
package struct GivenVerdict: Sendable {
  package let verdict: VerdictRecord
  /// The one that it replaced.
  package let replaced: VerdictRecord?
  package let response: ResponseEntry
  /// Why it does not count as blind; nil if it does.
  package let blindnessDoubt: BlindnessDoubt?
}

/// Why a verdict does not count as blind.
package enum BlindnessDoubt: Sendable {
  /// The response was never listed without its score.
  case notHidden
  /// Its score was shown.
  case shown
  /// It is a copy of an answer whose score was shown.
  case shownAtSource
  /// The score of the same answer was shown in another run, which copied it.
  case shownInCopy
  /// Its score was told in answer to another verdict.
  case told
  /// It replaces a verdict, in answer to which the score was told.
  case replacing
  /// What was shown before is not recorded.
  case unrecorded
}

extension Transaction {
  /// Records a person's score, in place of one by the same wording for the same response.
  @discardableResult
  package mutating func createVerdict(_ draft: VerdictDraft) throws(EvaluationError) -> GivenVerdict {
    let given = try createVerdicts([draft])
    guard let first = given.first else { throw EvaluationError("No verdict was given.") }
    return first
  }

  /// Records several verdicts, or none of them if one is refused.
  ///
  /// Each response and wording may occur once, because of two different scores one must be a mistake.
  package mutating func createVerdicts(_ drafts: [VerdictDraft]) throws(EvaluationError) -> [GivenVerdict] {
    var runs: [Int: RatedRun] = [:]
    var given: [GivenVerdict] = []
    for draft in drafts {
      let runID = try tables.runID(of: draft.place)
      var rated: RatedRun
      if let known = runs[runID] { rated = known } else { rated = try RatedRun(runID, in: tables) }
      let entry = try rated.response(at: draft.place, in: tables)
      try draft.check(isAbout: entry)
      given.append(try create(draft, on: entry, of: &rated))
      runs[runID] = rated
    }
    return given
  }

  private mutating func create(
    _ draft: VerdictDraft, on entry: ResponseEntry, of rated: inout RatedRun
  ) throws(EvaluationError) -> GivenVerdict {
    var verdict = VerdictRecord()
    (verdict.runID, verdict.responseID) = (entry.runID, entry.id)
    (verdict.score, verdict.hasPassed, verdict.note) = (draft.score, draft.hasPassed, draft.note)
    verdict.createdAt = draft.origin?.createdAt ?? now
    try rated.describe(&verdict, draft, in: tables)
    if draft.origin == nil { try rated.scoring(in: tables).check(verdict, on: entry) }
    let others = rated.verdicts[entry.id] ?? []
    let old = others.last { ($0.metricID, $0.fingerprint) == (verdict.metricID, verdict.fingerprint) }
    let key = RatedRun.Key(response: entry.id, metric: verdict.metricID, fingerprint: verdict.fingerprint)
    guard rated.given.insert(key).inserted else {
      throw EvaluationError(
        "verdicts has response \(entry.id) twice by \(verdict.metricName.clipped(to: 60)). Give one score for it.")
    }
    var doubt =
      draft.blindnessDoubt(on: entry.id, tables.display(ofRun: entry.runID))
      ?? (entry.isCopied && !draft.isBlind && !tables.isRepeated(verdict, on: entry)
        ? tables.blindnessDoubt(onSource: entry.sourceID) : nil)
    if doubt == nil, !draft.isBlind, rated.isShownInCopies(of: entry, in: tables),
      !(entry.isCopied && tables.isRepeated(verdict, on: entry))
    {
      doubt = .shownInCopy
    }
    // What the answer to a verdict told is the score of the same metric, or of a whole that consists of metrics.
    if doubt == nil, draft.origin == nil, others.contains(where: { ($0.metricID == nil) != (verdict.metricID == nil) })
    {
      doubt = .told
    }
    if doubt == nil, let old, !old.isBlind || verdict.value != old.value { doubt = .replacing }
    verdict.isBlind = doubt == nil
    if let old {
      verdict.id = old.id
      put(verdict)
    } else {
      verdict = insert(verdict)
    }
    return GivenVerdict(verdict: verdict, replaced: old, response: entry, blindnessDoubt: doubt)
  }
}

/// A run whose responses are given verdicts, with what would take long to find for each of them.
private struct RatedRun {
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
  fileprivate func runID(of place: VerdictDraft.Place) throws(EvaluationError) -> Int {
    switch place {
    case .row(_, let run): return try find(RunRecord.self, run).id
    case .response(let id):
      guard let entry = responses.entry(id) else { throw RatedRun.missing(id) }
      return entry.runID
    }
  }
}

extension VerdictDraft {
  /// Why a verdict on a response does not count as blind; nil if nothing speaks against it.
  fileprivate func blindnessDoubt(on response: Int, _ display: DisplayRecord?) -> BlindnessDoubt? {
    if display?.contains(response, .scored) == true { return .shown }
    // Only an exported verdict says how it was given.
    if isBlind { return nil }
    if display?.contains(response, .told) == true { return .told }
    guard let display, display.isComplete else { return .unrecorded }
    return display.contains(response, .hidden) ? nil : .notHidden
  }

  /// Refuses a verdict on another run's response, and an exported one on another answer, such as one of another store with the same id.
  fileprivate func check(isAbout entry: ResponseEntry) throws(EvaluationError) {
    if let runID, runID != entry.runID {
      throw EvaluationError(
        "Response \(entry.id) is of run \(entry.runID), not of run \(runID), so no verdict was recorded. Give either "
          + "response_id, or run_id and row_index.")
    }
    let isAnswer = answer.map { $0 == entry.answerFingerprint } ?? true
    guard !isAnswer || rowIndex.map({ $0 != entry.rowIndex }) == true else { return }
    throw EvaluationError(
      "The verdict on row_index \(rowIndex ?? entry.rowIndex) is about another answer than response \(entry.id) of run "
        + "\(entry.runID) has, so none was recorded. It may be of another store or run: give run_id as the run that has the "
        + "same answers here, and leave response_id out.")
  }

  /// Refuses a score on another scale, which could be mistaken for a bad one.
  ///
  /// - Parameter what: the criterion, as the beginning of a sentence.
  fileprivate func check(takesStars: Bool, _ what: String) throws(EvaluationError) {
    if takesStars {
      guard hasPassed == nil, let score, [1, 2, 3, 4, 5].contains(score) else {
        throw EvaluationError("\(what) is scored 1 to 5. Give score as one of 1, 2, 3, 4, 5, and not passed.")
      }
    } else {
      guard score == nil, hasPassed != nil else {
        throw EvaluationError("\(what) is right or wrong. Give passed, true or false, and not score.")
      }
    }
  }
}
