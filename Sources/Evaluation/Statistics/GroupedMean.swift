/// The mean of values of which some belong to one group, with the standard error that the groups allow.
///
/// The sandwich estimator for clusters: K.-Y. Liang, S. L. Zeger, "Longitudinal Data Analysis Using Generalized Linear
/// Models", Biometrika 73 (1986). With one value a group it is the usual standard error of a mean.
struct GroupedMean: Sendable {
  let mean: Double
  /// The number of groups.
  let groups: Int
  /// Nil for fewer than two groups.
  let standardError: Double?

  init(_ values: [(value: Double, group: Int)]) {
    let mean = Moments.mean(values.map(\.value))
    let sums = values.reduce(into: [:]) { sums, value in sums[value.group, default: 0] += value.value - mean }
    let count = Double(sums.count)
    // Sums of doubles depend on the order of their terms, and that of a dictionary is random.
    let squares = sums.values.map { $0 * $0 }.sorted().reduce(0, +)
    self.mean = mean
    groups = sums.count
    standardError = sums.count < 2 ? nil : (count / (count - 1) * squares).squareRoot() / Double(values.count)
  }

  /// The t interval; nil for fewer than two groups.
  func interval(level: Double) -> ClosedRange<Double>? {
    standardError.map { error in
      let spread = StudentT.quantile(1 - (1 - level) / 2, degrees: Double(groups - 1)) * error
      return (mean - spread)...(mean + spread)
    }
  }
}
