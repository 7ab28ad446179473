/// The interval of a mean paired difference, which decides between two runs.
///
/// Two artificial differences, one positive and one negative, are added to the observed ones:
/// D. G. Bonett, R. M. Price, "Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on
/// Paired Data", Journal of Educational and Behavioral Statistics 37 (2012). So three rows that agree are not
/// certainty, and the interval keeps its coverage with few rows. ``VerdictRule`` says what else a verdict requires.
package struct PairedInterval: Sendable, Equatable {
  /// The mean of all differences, added ones included.
  let center: Double
  /// The standard error around ``center``.
  let error: Double
  private let scale: ScoreScale
  /// Degrees of freedom of the t distribution; nil for the normal one.
  private let degrees: Double?

  /// Computes the parts from which an interval of any level follows.
  ///
  /// - Parameters:
  ///   - differences: one for each piece of evidence, candidate minus baseline.
  ///   - padding: the size of the two added differences.
  package init(_ differences: [Double], scale: ScoreScale, padding: Double = 1) {
    let center = differences.reduce(0, +) / Double(differences.count + 2)
    let added = (padding - center) * (padding - center) + (-padding - center) * (-padding - center)
    let squares = differences.reduce(added) { $0 + ($1 - center) * ($1 - center) }
    self.init(count: differences.count, center: center, squares: squares, scale: scale)
  }

  /// The interval of this many differences with a mean and a variance.
  init(count: Int, mean: Double, variance: Double, scale: ScoreScale, padding: Double = 1) {
    let number = Double(count)
    let center = mean * number / (number + 2)
    let squares =
      (number - 1) * variance + number * mean * mean + 2 * padding * padding - (number + 2) * center * center
    self.init(count: count, center: center, squares: squares, scale: scale)
  }

  /// - Parameter squares: the sum of all squared distances from the center.
  private init(count: Int, center: Double, squares: Double, scale: ScoreScale) {
    let total = Double(count + 2)
    self.scale = scale
    self.center = center
    error = squares.squareRoot() / total
    degrees = scale == .binary ? nil : total - 1
  }

  /// The number of standard errors from ``center`` to either end.
  func quantile(level: Double) -> Double {
    let probability = 1 - (1 - level) / 2
    return degrees.map { StudentT.quantile(probability, degrees: $0) } ?? Normal.quantile(probability)
  }

  /// The interval, clipped to the scale.
  ///
  /// - Parameter level: the share of such intervals that contain the true difference, such as 0.95.
  package func interval(level: Double) -> ClosedRange<Double> {
    let quantile = quantile(level: level)
    let range = scale.range
    let low = max(center - quantile * error, -range)
    let high = min(center + quantile * error, range)
    return min(low, high)...max(low, high)
  }
}
