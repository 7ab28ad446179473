/// The 95 % interval of a mean of bounded scores.
package enum MeanInterval {
  /// The interval of the mean; nil without scores.
  ///
  /// The posterior of the mean under a normal-inverse-gamma prior that is worth one score in the middle of the scale
  /// (A. Gelman and others, "Bayesian Data Analysis", 3rd edition, section 3.3). The interval is not empty even if all
  /// scores are equal.
  package static func of(_ scores: [Double], bounds: ClosedRange<Double>) -> ClosedRange<Double>? {
    guard !scores.isEmpty else { return nil }
    let mean = Moments.mean(scores)
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return of(mean: mean, squares: squares, count: Double(scores.count), bounds: bounds)
  }

  /// The same of scores of which only this is known.
  ///
  /// - Parameters:
  ///   - squares: the sum of the squared deviations from the mean.
  ///   - count: the number of scores, which need not be whole.
  static func of(mean score: Double, squares sum: Double, count: Double, bounds: ClosedRange<Double>) -> ClosedRange<
    Double
  > {
    let range = bounds.upperBound - bounds.lowerBound
    let (mean, squares) = ((score - bounds.lowerBound) / range, sum / (range * range))
    let weight = 1 + count
    let center = (0.5 + count * mean) / weight
    let shape = 2 + count / 2
    let rate = 0.0625 + squares / 2 + count * (mean - 0.5) * (mean - 0.5) / (2 * weight)
    let spread = StudentT.quantile(0.975, degrees: 2 * shape) * (rate / (shape * weight)).squareRoot()
    let low = max(center - spread, 0)
    let high = min(center + spread, 1)
    return (bounds.lowerBound + low * range)...(bounds.lowerBound + high * range)
  }
}
