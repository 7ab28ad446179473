/// How a verdict follows from differences.
struct VerdictRule: Sendable {
  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  let level: Double
  /// How much worse counts as not worse, in points of the score.
  let margin: Double
  /// Whether rows are still to come, so that only evidence that may be read at any time decides.
  let isUnderWay: Bool

  /// The evidence that decides.
  var threshold: Double { (1 / (1 - level)).rounded(toDigits: 6) }

  func interval(_ differences: PairedDifferences) -> ClosedRange<Double> {
    PairedInterval(differences.values, scale: differences.scale).interval(level: level)
  }

  /// The verdict on differences, whatever their groups' sizes.
  func verdict(_ differences: PairedDifferences) -> Verdict {
    guard let mean = differences.mean else { return .unclear }
    return isUnderWay ? byEvidence(differences, mean) : byInterval(differences)
  }

  private func byEvidence(_ differences: PairedDifferences, _ mean: Double) -> Verdict {
    // Where the mean is above 0, differences below 0 account for half a point of the evidence at most.
    guard mean != 0, differences.evidence >= threshold else { return .unclear }
    return mean > 0 ? .better : .worse
  }

  private func byInterval(_ differences: PairedDifferences) -> Verdict {
    let paired = PairedInterval(differences.values, scale: differences.scale)
    let outer = paired.interval(level: level)
    if outer.lowerBound > 0 { return .better }
    if outer.upperBound < 0 { return .worse }
    if outer.lowerBound >= -margin && outer.upperBound <= margin { return .same }
    return paired.interval(level: 1 - 2 * (1 - level)).lowerBound > -margin ? .notWorse : .unclear
  }

  /// Whether the mean over all rows allows a verdict; that of groups of unequal size can say something else.
  func allows(_ verdict: Verdict, meanOfRows mean: Double) -> Bool {
    switch verdict {
    case .better: mean > 0
    case .worse: mean < 0
    case .same: abs(mean) <= margin
    case .notWorse: mean >= -margin
    case .unclear, .notComparable: true
    }
  }

  /// Whether a verdict stands whatever the rows without a score would have shown.
  func holds(_ verdict: Verdict, for rows: [PairedComparison.Row], scale: PairedInterval.Scale) -> Bool {
    guard rows.contains(where: { $0.baseline == nil || $0.candidate == nil }) else { return true }
    let bounds: ClosedRange<Double> = if case .bounded(let bounds) = scale { bounds } else { 0...1 }
    func verdictIf(candidateWins: Bool) -> Verdict {
      let (best, worst) =
        candidateWins ? (bounds.upperBound, bounds.lowerBound) : (bounds.lowerBound, bounds.upperBound)
      return self.verdict(
        PairedDifferences(rows.map { $0.filled(baseline: worst, candidate: best) }, scale: scale))
    }
    switch verdict {
    case .unclear, .notComparable: return true
    case .better: return verdictIf(candidateWins: false) == .better
    case .worse: return verdictIf(candidateWins: true) == .worse
    case .notWorse: return [.better, .same, .notWorse].contains(verdictIf(candidateWins: false))
    case .same: return [false, true].allSatisfy { verdictIf(candidateWins: $0) == .same }
    }
  }
}
