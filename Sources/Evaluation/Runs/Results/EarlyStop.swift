package import Store

/// The record of a run that a comparison has ended, and what it says.
extension StopRecord {
  /// - Parameters:
  ///   - figures: those of the run before it is recorded as stopped.
  ///   - copiesLeft: the number of answers that would have been copied in place of a call.
  init(_ decision: StopRule.Decision, _ figures: RunFigures, copiesLeft: Int = 0) {
    self.init()
    self.decision = decision.verdict
    (eValue, required, rowIndices) = (decision.evidence, decision.required, decision.rows)
    let (entries, scoring) = (figures.entries, figures.scoring)
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

  /// The decision and what it saved: `saved 86 of 200 calls`.
  ///
  /// - Parameter other: the id of the run that was compared with.
  package func sentence(against other: Int?) -> String {
    let cost = savedCost.flatMap { $0 > 0 ? ", about \(Dollars.text($0))" : nil } ?? ""
    let saved = savedCalls == 0 ? "no call was saved" : "saved \(savedCalls) of \(calls) calls\(cost)"
    return
      "\(decision == .better ? "Better" : "Worse") than \(other.map { "run \($0)" } ?? "the other run") by "
      + "\(rows == 1 ? "1 row" : "\(rows) rows") in random order (evidence \(eValue.shortEvidence), "
      + "\(required.shortEvidence) required): \(saved)."
  }

  /// Why the figures of the run mislead.
  package var warning: String {
    "The run stopped when its scores decided (stop_against), so avg_score is probably too "
      + "\(decision == .better ? "high" : "low") and the difference too large in size. Trust the decision; for an unbiased "
      + "average, run all rows without stop_against."
  }
}

extension Double {
  /// The evidence as a whole number.
  fileprivate var shortEvidence: String { self >= 1e6 ? "over a million" : "\(Int(rounded()))" }
}
