/// What a judge does with texts that it has judged twice: whether its scores have moved, and how much they scatter.
package struct JudgeShift: Sendable, Equatable {
  /// The number of texts judged twice.
  package let rows: Int
  /// The mean of the differences, later minus earlier.
  package let mean: Double
  /// The 95 % interval of the mean; nil for fewer than two groups.
  package let interval: ClosedRange<Double>?
  /// The standard deviation of one judgement around the judge's own mean.
  package let noise: Double
  /// Whether the scores have moved beyond doubt.
  ///
  /// A few equal differences have no spread, so the interval that decides between runs, which stays wide then, must
  /// exclude 0 as well.
  package let isCertain: Bool

  /// Nil without differences.
  init?(_ differences: PairedDifferences) {
    guard let mean = differences.mean else { return nil }
    rows = differences.rows.count
    self.mean = mean
    noise = (differences.rows.reduce(0) { $0 + $1 * $1 } / (2 * Double(rows))).squareRoot()
    interval = GroupedMean(differences.values.enumerated().map { ($1, $0) }).interval(level: 0.95)
    let padded = PairedInterval(differences.values, scale: differences.scale).interval(level: 0.95)
    isCertain = interval?.contains(0) == false && !padded.contains(0)
  }
}
