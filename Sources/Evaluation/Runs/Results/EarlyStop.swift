package import Store

/// The record of a run that a comparison has ended, and what it says.
extension StopRecord {
  /// - Parameters:
  ///   - figures: those of the run before it is recorded as stopped.
  ///   - copiesLeft: the number of answers that would have been copied in place of a call.
  init(_ decision: StopRule.Decision, _ figures: RunFigures, copiesLeft: Int) {
    self.init()
    self.decision = decision.verdict
    (eValue, required, rowIndices) = (decision.evidence, decision.required, decision.rows)
    let (entries, scoring) = (figures.entries, figures.scoring)
    self.scoring = scoring.fingerprint
    let answers = entries.filter { $0.status != .failed }
    let reviews = scoring.askedMetrics.count
    let made = answers.reduce(0) { $0 + reviews - scoring.lacking($1, retryingFailed: false).count }
    let answersLeft = max(figures.answerCount - entries.count - copiesLeft, 0)
    let reviewsLeft = max(figures.answerCount * reviews - made, 0)
    let probes = figures.probes.reduce(0) { $0 + ($1.sourceRunID == nil ? $1.results.count : 0) }
    calls =
      probes + figures.answerCount * (1 + reviews * scoring.judgeSamples) - copiesLeft
      - entries.count(where: \.isCopied)
    savedCalls = answersLeft + reviewsLeft * scoring.judgeSamples
    let costs = answers.compactMap(\.generationCost)
    guard !costs.isEmpty, costs.count == answers.count else { return }
    let answersCost = Double(answersLeft) * costs.reduce(0, +) / Double(costs.count)
    savedCost =
      reviewsLeft == 0 ? answersCost : figures.meanReviewCost.map { answersCost + Double(reviewsLeft) * $0 }
  }

  /// Whether the run's scores still come from the rule whose scores decided.
  package func isDecided(by rule: RunScoring) -> Bool { scoring == nil || scoring == rule.fingerprint }

  /// The decision and what it saved: `saved 86 of 200 calls`.
  ///
  /// - Parameters:
  ///   - other: the id of the run that was compared with.
  ///   - rule: that of the run's present scores.
  package func sentence(against other: Int?, by rule: RunScoring) -> String {
    let cost = savedCost.flatMap { $0 > 0 ? ", about \(Dollars.text($0))" : nil } ?? ""
    let saved = savedCalls == 0 ? "no call was saved" : "saved \(savedCalls) of \(calls) calls\(cost)"
    let (run, counted) = (other.map { "run \($0)" } ?? "the other run", rows == 1 ? "1 row" : "\(rows) rows")
    guard isDecided(by: rule) else {
      return
        "Stopped after \(counted) in random order by scores that have been replaced since: \(saved). runs_compare with "
        + "\(run) decides by the present scores."
    }
    return
      "\(decision == .better ? "Better" : "Worse") than \(run) by \(counted) in random order (evidence "
      + "\(eValue.shortEvidence), \(required.shortEvidence) required): \(saved)."
  }

  /// Why the figures of the run mislead.
  ///
  /// - Parameters:
  ///   - rule: that of the run's present scores.
  ///   - isTrusted: whether its judge may decide (``JudgeFault``).
  package func warning(by rule: RunScoring, isTrusted: Bool) -> String {
    guard isDecided(by: rule) else {
      return
        "The run stopped when earlier scores decided (stop_against), so avg_score is of a part of the rows, whose number "
        + "depended on those scores, and probably misjudged. \(Self.completion)"
    }
    return
      "The run stopped when its scores decided (stop_against), so avg_score is probably too "
      + "\(decision == .better ? "high" : "low") and the difference too large in size. "
      + (isTrusted ? "Trust the decision. " : "The judge is not trusted, and neither is the decision. ")
      + Self.completion
  }

  private static let completion =
    "For an unbiased average, let it answer all rows: runs_update with stop_against null, then runs_generate."
}

extension RunRecord {
  /// The run against which it was to stop, even if ``stopAgainst`` was removed after its start.
  var everStopAgainst: Int? { stopAgainst ?? snapshot?.formerStopAgainst }

  /// Lets the run answer all its rows.
  ///
  /// If it has begun, its scores were looked at after every row, so evidence decides the comparison with the other run
  /// for good.
  package mutating func removeStop() {
    if let other = stopAgainst, snapshot?.orderSeed != nil { snapshot?.formerStopAgainst = other }
    (stopAgainst, stoppedEarly) = (nil, nil)
  }
}

extension Double {
  /// The evidence as a whole number.
  fileprivate var shortEvidence: String { self >= 1e6 ? "over a million" : "\(Int(rounded()))" }
}
