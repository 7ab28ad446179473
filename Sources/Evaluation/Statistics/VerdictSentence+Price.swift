/// The price of the candidate's score: its cost, its latency and its model.
extension VerdictSentence {
  /// Whether the sentence tells cost and latency: where the question is whether a candidate is good enough.
  var isPriceShown: Bool {
    comparison.isMarginGiven || [.same, .notWorse].contains(comparison.verdict) || comparison.isLossShown
  }

  /// The candidate's cost and latency, as the end of a sentence.
  ///
  /// - Parameter name: the candidate's name, if the sentence has two subjects.
  func price(of name: String? = nil) -> String {
    let parts = [
      multiple(costRatio, costInterval, "cost"), multiple(latencyRatio, latencyInterval, "latency"),
    ].compactMap { $0 }
    return parts.isEmpty ? "" : ", \(name.map { "\($0) " } ?? "")at \(parts.joined(separator: " and "))"
  }

  /// `0.2 times the cost (0.18 to 0.22)`.
  private func multiple(_ ratio: Double?, _ interval: ClosedRange<Double>?, _ what: String) -> String? {
    guard let ratio else { return nil }
    // `1 times the cost (1 to 1)` would say the same.
    if times(ratio) == "1", interval.map({ times($0.lowerBound) == "1" && times($0.upperBound) == "1" }) ?? true {
      return "the same \(what)"
    }
    let range = interval.map { " (\(times($0.lowerBound)) to \(times($0.upperBound)))" } ?? ""
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
