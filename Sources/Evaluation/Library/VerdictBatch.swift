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
  /// Records a person's scores, each in place of one by the same wording for the same response; none of them if one is
  /// refused.
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
  func check(takesStars: Bool, _ what: String) throws(EvaluationError) {
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
