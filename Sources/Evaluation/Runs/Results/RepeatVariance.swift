/// The variance of a run's scores, within rows and between them.
package struct RepeatVariance: Sendable, Equatable {
  /// The mean of the rows' means.
  package let mean: Double
  /// The standard error of ``mean``: that of the rows' means; nil for one row.
  package let standardError: Double?
  /// The mean variance of the answers to one row; nil if no row has two.
  package let within: Double?
  /// The variance of the rows' true means, without what resampling adds; nil if unknown.
  package let between: Double?
  /// The share of the variance of ``mean`` that comes from resampling: what more repeats could remove at most; nil if
  /// unknown or if nothing varies.
  package let resamplingShare: Double?

  /// Nil without scores.
  ///
  /// - Parameter rows: the scores of each row's answers.
  init?(_ rows: [[Double]]) {
    let rows = rows.filter { !$0.isEmpty }
    guard !rows.isEmpty else { return nil }
    let means = rows.map(Self.mean)
    mean = Self.mean(means)
    let spread = Self.variance(means)
    standardError = spread.map { ($0 / Double(means.count)).squareRoot() }
    let variances = rows.compactMap(Self.variance)
    guard !variances.isEmpty else {
      (within, between, resamplingShare) = (nil, nil, nil)
      return
    }
    let within = Self.mean(variances)
    // The part of the variance of a row's mean that comes from its own answers.
    let resampling = within * Self.mean(rows.map { 1 / Double($0.count) })
    let between = spread.map { max($0 - resampling, 0) }
    self.within = within
    self.between = between
    resamplingShare = between.flatMap { $0 + resampling > 0 ? resampling / ($0 + resampling) : nil }
  }

  /// What more rows and more repeats would do to make the mean more certain; nil if unknown.
  package var advice: String? {
    guard let resamplingShare else { return nil }
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    return
      "About \(percent(resamplingShare)) of the variance of avg_score comes from asking the same rows again, the rest "
      + "from the rows. Twice as many rows would narrow its interval to about \(percent(0.5.squareRoot())) of its width; "
      + "twice as many repeats, at the same cost, to about \(percent((1 - resamplingShare / 2).squareRoot()))."
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Nil for fewer than two values.
  private static func variance(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = mean(values)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}
