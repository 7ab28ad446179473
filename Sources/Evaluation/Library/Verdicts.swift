package import Store

/// A verdict as it is given.
package struct VerdictDraft: Sendable {
  /// Where the response is.
  package enum Place: Sendable {
    case response(Int)
    case row(AnswerKey, run: Int)
  }

  /// The record of a verdict that was exported, which keeps its wording and its time.
  package struct Origin: Sendable {
    package var metricName: String
    package var fingerprint: String
    package var wording: String?
    package var createdAt: Timestamp?

    package init(metricName: String, fingerprint: String, wording: String? = nil, createdAt: Timestamp? = nil) {
      self.metricName = metricName
      self.fingerprint = fingerprint
      self.wording = wording
      self.createdAt = createdAt
    }
  }

  package var place: Place
  package var metricID: Int?
  package var score: Double?
  package var hasPassed: Bool?
  package var note: String?
  package var isBlind = false
  package var origin: Origin?

  package init(_ place: Place) { self.place = place }
}

extension Tables {
  /// The response that a verdict is about.
  package func response(at place: VerdictDraft.Place) throws(EvaluationError) -> ResponseEntry {
    let entry: ResponseEntry
    switch place {
    case .response(let id):
      guard let found = responses.entry(id) else {
        throw EvaluationError("No response \(id). responses_list shows those of a run, with their ids.")
      }
      entry = found
    case .row(let key, let runID):
      let run = try find(RunRecord.self, runID)
      guard let found = responses.entries(ofRun: run.id).last(where: { $0.key == key }) else {
        throw EvaluationError("Run \(run.id) has no answer to row_index \(key.rowIndex). responses_list shows all.")
      }
      entry = found
    }
    guard entry.status == .completed else {
      throw EvaluationError("Response \(entry.id) has no answer to give a verdict on: it is \(entry.status.rawValue).")
    }
    return entry
  }
}

extension Transaction {
  /// Records a person's score, in place of one by the same wording for the same response.
  ///
  /// - Returns: the verdict, and the one that it replaced.
  package mutating func createVerdict(
    _ draft: VerdictDraft
  ) throws(EvaluationError) -> (verdict: VerdictRecord, replaced: VerdictRecord?) {
    let entry = try tables.response(at: draft.place)
    let run = try tables.find(RunRecord.self, entry.runID)
    var verdict = VerdictRecord()
    (verdict.runID, verdict.responseID) = (run.id, entry.id)
    (verdict.score, verdict.hasPassed, verdict.note) = (draft.score, draft.hasPassed, draft.note)
    verdict.isBlind = draft.isBlind
    verdict.createdAt = draft.origin?.createdAt ?? now
    if let origin = draft.origin, draft.metricID.map({ !tables.metrics.contains(id: $0) }) ?? false {
      // The metric was deleted after the verdict was exported.
      try draft.check(takesStars: draft.score != nil, "The metric \"\(origin.metricName.clipped(to: 60))\"")
      (verdict.metricID, verdict.metricName) = (draft.metricID, origin.metricName)
      (verdict.fingerprint, verdict.wording) = (origin.fingerprint, origin.wording)
    } else {
      let (target, wording) = try tables.verdictTarget(of: run, metricID: draft.metricID)
      let what = target.metricID.map { "Metric \($0) \"\(target.name.clipped(to: 60))\"" } ?? "The score of run \(run.id)"
      try draft.check(takesStars: target.takesStars, what)
      (verdict.metricID, verdict.metricName) = (target.metricID, target.name)
      (verdict.fingerprint, verdict.wording) = (target.fingerprint, wording)
      if let origin = draft.origin, origin.fingerprint != target.fingerprint {
        (verdict.metricName, verdict.fingerprint) = (origin.metricName, origin.fingerprint)
        verdict.wording = origin.wording
      }
    }
    let old = tables.verdicts(ofRun: run.id).last { old in
      (old.responseID, old.metricID, old.fingerprint) == (verdict.responseID, verdict.metricID, verdict.fingerprint)
    }
    guard let old else { return (insert(verdict), nil) }
    verdict.id = old.id
    // The judge's score was shown in answer to the first verdict.
    verdict.isBlind = verdict.isBlind && old.isBlind && verdict.value == old.value
    put(verdict)
    return (verdict, old)
  }

  /// Deletes the verdicts on the responses of a run, which go with them.
  /// - Returns: their number.
  @discardableResult
  package mutating func deleteVerdicts(ofRun id: Int) -> Int {
    let verdicts = tables.verdicts(ofRun: id)
    for verdict in verdicts { delete(VerdictRecord.self, id: verdict.id) }
    return verdicts.count
  }
}

extension VerdictDraft {
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
