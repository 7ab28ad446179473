extension JudgeTrust {
  /// Why the mean of the scores alone should decide nothing, by people's verdicts so far; nil without such a reason.
  package var warning: String? {
    guard let fault else { return nil }
    let nextStep =
      if let corrected, let interval {
        "People would give \(corrected.mean.shortText) on average (95 % interval \(interval.lowerBound.shortText) to "
          + "\(interval.upperBound.shortText)), not \(corrected.judgeMean.shortText)."
      } else {
        "There is no corrected mean yet. \(reason ?? "")"
      }
    return "\(fault) \(nextStep)"
  }

  /// How the scores differ from people's and what they still decide; nil where the verdicts show no difference that
  /// matters.
  ///
  /// From the first look on it is what the decision found, so that no judge is both trusted and wrong. Before, it is what all
  /// verdicts show, from ``Agreement/fewest`` on.
  package var fault: String? {
    guard let agreement, decision.word != .trust else { return nil }
    let found =
      decision.look == nil
      ? JudgeEvidence(rated.pairs, margin: JudgeDecision.margin(bounds))?.finding.map {
        "\($0), by \(agreement.count) verdicts"
      } : decision.finding
    let rest = isRightInOrder ? " It orders them as people do. \(JudgeDecision.orderAlone)" : ""
    return found.map { "The \(scorer) of \(target.name.clipped(to: 60)) \($0).\(rest)" }
  }

  /// Whether people's verdicts show that the scores are right in their order, and that their level is wrong.
  var isRightInOrder: Bool { decision.word == .trustOrder }
}
