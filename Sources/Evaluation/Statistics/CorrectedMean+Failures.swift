extension CorrectedMean {
  /// The mean with 0 for failed answers: the corrected mean of the answers times the share of answers that there are.
  ///
  /// The share is estimated as well, so the variance is that of a product of two independent means (L. A. Goodman, "On
  /// the Exact Variance of Products", 1960, without the term of both).
  ///
  /// - Parameters:
  ///   - interval: the 95 % interval of ``mean``.
  ///   - answered: the share of each row's answers that did not fail.
  ///   - bounds: the lowest and the highest score.
  package func countingFailures(
    _ interval: ClosedRange<Double>, answered: [Double], bounds: ClosedRange<Double>
  ) -> (mean: Double, interval: ClosedRange<Double>) {
    let share = answered.isEmpty ? 1 : Moments.mean(answered)
    guard share < 1, answered.count > 1 else { return (mean, interval) }
    let error = (Moments.variance(answered) / Double(answered.count - 1)).squareRoot()
    let ofShare = StudentT.quantile(0.975, degrees: Double(answered.count - 1)) * mean * error
    func width(_ side: Double) -> Double { (share * side * share * side + ofShare * ofShare).squareRoot() }
    let whole = share * mean
    let possible = min(bounds.lowerBound, 0)...bounds.upperBound
    let low = whole - width(mean - interval.lowerBound)
    return (whole, (low...(whole + width(interval.upperBound - mean))).clamped(to: possible))
  }
}
