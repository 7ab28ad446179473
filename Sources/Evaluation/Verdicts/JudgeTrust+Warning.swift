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
  /// A decision goes before the figures of all verdicts, so that no judge is both trusted and wrong.
  package var fault: String? {
    guard let agreement, decision.word != .trust else { return nil }
    let margin = JudgeDecision.margin(bounds)
    let name = target.name.clipped(to: 60)
    let bias = agreement.biasInterval.flatMap { interval -> String? in
      guard !interval.contains(0), abs(interval.lowerBound) > margin || abs(interval.upperBound) > margin else {
        return nil
      }
      return JudgeDecision.strictness(agreement.bias)
    }
    let isLow =
      !isRightInOrder && !agreement.isOrderLikely && agreement.commonestShare < JudgeDecision.easyShare
    let order = isLow ? "agrees little with people (\(agreement.orderText))" : nil
    let faults = [bias, order].compactMap(\.self)
    let found =
      faults.isEmpty ? decision.finding : "\(faults.joined(separator: " and ")), by \(agreement.count) verdicts"
    let rest = isRightInOrder ? " It orders them as people do. \(JudgeDecision.orderAlone)" : ""
    return found.map { "The \(scorer) of \(name) \($0).\(rest)" }
  }

  /// Whether people's verdicts show that the scores are right in their order, and that their level is wrong.
  var isRightInOrder: Bool { decision.word == .trustOrder }
}
