extension CorrectedMean {
  /// The mean with 0 for failed answers: the corrected mean of the answers times the share of answers that there are.
  ///
  /// The share is estimated as well, so the variance is that of a product of two independent means (L. A. Goodman, "On
  /// the Exact Variance of Products", 1960, without the term of both).
  ///
  /// - Parameters:
  ///   - interval: the 95 % interval of ``mean``.
  ///   - answered: the share of each row's answers that did not fail, in the groups of the rows.
  ///   - bounds: the lowest and the highest score.
  package func countingFailures(
    _ interval: ClosedRange<Double>, answered: GroupedScores, bounds: ClosedRange<Double>
  ) -> (mean: Double, interval: ClosedRange<Double>) {
    let answers = answered.groupedMean
    let share = answered.scores.isEmpty ? 1 : answers.mean
    if share == 1 { return (mean, interval) }
    let whole = share * mean
    let possible = min(bounds.lowerBound, 0)...bounds.upperBound
    guard let error = answers.standardError else { return (whole, possible) }
    let ofShare = StudentT.quantile(0.975, degrees: Double(answers.groups - 1)) * mean * error
    func width(_ side: Double) -> Double { (share * side * share * side + ofShare * ofShare).squareRoot() }
    let low = whole - width(mean - interval.lowerBound)
    return (whole, (low...(whole + width(interval.upperBound - mean))).clamped(to: possible))
  }
}
