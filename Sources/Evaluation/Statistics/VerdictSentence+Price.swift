/// The price of the candidate's score: its cost, its latency and its model.
extension VerdictSentence {
  /// Whether the sentence tells cost and latency: where the question is whether a candidate is good enough.
  var isPriceShown: Bool {
    comparison.asksForNotWorse || [.same, .notWorse].contains(comparison.verdict) || comparison.isLossShown
  }

  /// Whether the sentence takes the interval of the ratio of costs.
  var needsPriceInterval: Bool { isPriceShown || isPriceAppended }

  /// Whether only a shown difference of cost is told, in a sentence of its own.
  private var isPriceAppended: Bool { [.unclear, .better].contains(comparison.verdict) && !isPriceShown }

  /// The shown difference of cost where that of the scores is open, or is a gain.
  ///
  /// `B costs 62 % less (55 % to 68 %).`
  var shownPrice: String? {
    guard isPriceAppended else { return nil }
    return costChange.map { "\(candidate) costs \($0)." }
  }

  /// `62 % less (55 % to 68 %)`, `1.8 times as much (1.6 to 2.1)`; nil for a ratio that can be 1.
  private var costChange: String? {
    guard let ratio = costRatio, let interval = costInterval, !interval.contains(1) else { return nil }
    let (low, high) = (interval.lowerBound, interval.upperBound)
    // A model can cost a hundredth of another, which percents do not tell.
    guard ratio < 1, low >= 0.01 else {
      return "\(times(ratio)) times as much (\(times(low)) to \(times(high))\(costBasis))"
    }
    return "\(wholePercent(1 - ratio)) less (\(wholePercent(1 - high)) to \(wholePercent(1 - low))\(costBasis))"
  }

  /// What is to be said of the costs inside brackets.
  private var costBasis: String {
    (isJudgingLeftOut ? ", without judging" : "") + (isCostAssumed ? ", by an assumed list price" : "")
  }

  /// The candidate's cost and latency, as the end of a sentence.
  ///
  /// - Parameter name: the candidate's name, if the sentence has two subjects.
  func price(of name: String? = nil) -> String {
    let parts = [
      multiple(costRatio, costInterval, "cost", costBasis),
      multiple(latencyRatio, nil, "latency", ", at different times"),
    ].compactMap { $0 }
    return parts.isEmpty ? "" : ", \(name.map { "\($0) " } ?? "")at \(parts.joined(separator: " and "))"
  }

  /// `0.2 times the cost (0.18 to 0.22)`.
  private func multiple(
    _ ratio: Double?, _ interval: ClosedRange<Double>?, _ what: String, _ basis: String = ""
  ) -> String? {
    guard let ratio else { return nil }
    // `1 times the cost (1 to 1)` would say the same.
    if times(ratio) == "1", interval.map({ times($0.lowerBound) == "1" && times($0.upperBound) == "1" }) ?? true {
      return "the same \(what)\(basis.isEmpty ? "" : " (\(basis.dropFirst(2)))")"
    }
    let bounds =
      interval.map { "\(times($0.lowerBound)) to \(times($0.upperBound))\(basis)" } ?? String(basis.dropFirst(2))
    let range = bounds.isEmpty ? "" : " (\(bounds))"
    return "\(times(ratio)) times the \(what)\(range)"
  }

  /// Small ratios keep two digits, because a model can cost a hundredth of another.
  private func times(_ ratio: Double) -> String {
    ratio > 0 && ratio < 0.1 ? "\(ratio.rounded(toDigits: 2))" : significant(ratio)
  }

  /// The models that answer, as a sentence.
  var answering: String? {
    models.map { "\($0.candidate) answered in \(candidate), \($0.baseline) in \(baseline)." }
  }
}
