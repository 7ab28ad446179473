extension JudgeTrust {
  /// Why the mean of the scores alone should decide nothing, by people's verdicts so far; nil without such a reason.
  package var warning: String? {
    guard let fault else { return nil }
    let wayOn =
      if let corrected, let interval {
        "People would give \(corrected.mean.shortText) on average (95 % interval \(interval.lowerBound.shortText) to "
          + "\(interval.upperBound.shortText)), not \(corrected.judgeMean.shortText)."
      } else {
        "There is no corrected mean yet. \(reason ?? "")"
      }
    return "\(fault) \(wayOn)"
  }

  /// How the scores differ from people's; nil where the verdicts show no difference that matters.
  package var fault: String? {
    guard let agreement else { return nil }
    let margin = JudgeDecision.margin(bounds)
    let name = target.name.clipped(to: 60)
    let bias = agreement.biasInterval.flatMap { interval -> String? in
      guard !interval.contains(0), abs(interval.lowerBound) > margin || abs(interval.upperBound) > margin else {
        return nil
      }
      return "is \(abs(agreement.bias).shortText) \(agreement.bias > 0 ? "more generous" : "stricter") than people"
    }
    let isLow =
      (agreement.kappa ?? 0) < JudgeDecision.enoughKappa && agreement.commonestShare < JudgeDecision.easyShare
    let kappa = isLow ? "agrees little with people (kappa \(agreement.kappa?.shortText ?? "not defined"))" : nil
    let faults = [bias, kappa].compactMap(\.self)
    if faults.isEmpty { return nil }
    return "The \(scorer) of \(name) \(faults.joined(separator: " and ")), by \(agreement.count) verdicts."
  }
}
