/// The mean of judge minus person, with an interval that full agreement does not narrow to nothing.
struct JudgeBias: Sendable, Equatable {
  let mean: Double
  /// The number of pieces of evidence.
  let groups: Int
  /// The variance of one of them.
  private let variance: Double

  /// Nil for fewer than two groups.
  init?(_ pairs: [Agreement.Pair]) {
    let grouped = GroupedMean(pairs.map { ($0.judge - $0.human, $0.group) })
    guard let error = grouped.standardError else { return nil }
    (mean, groups) = (grouped.mean, grouped.groups)
    variance = error * error * Double(grouped.groups)
  }

  /// The 95 % interval.
  var interval: ClosedRange<Double> { interval(level: 0.95) }

  /// The 99 % interval, which must exclude 0 where a bias is looked for again and again.
  ///
  /// Of judges without one, looks at 30, 40, 60, 80, 120, 160 and 240 rows find one in 3 to 4 %; by the 95 % interval it would
  /// be 14 to 17 %.
  var strictInterval: ClosedRange<Double> { interval(level: Self.strictLevel) }

  private static let strictLevel = 0.99

  /// The t interval, no narrower than with two more rows that differ by a point, one in either direction.
  ///
  /// Thirty equal scores may be chance.
  private func interval(level: Double) -> ClosedRange<Double> {
    let spread = spread(groups, level: level)
    return (mean - spread)...(mean + spread)
  }

  /// Half the width of the interval of so many pieces of evidence that differ as these do.
  private func spread(_ count: Int, level: Double) -> Double {
    let padded = (variance * Double(count) + 2).squareRoot() / Double(count + 2)
    let usual = (variance / Double(count)).squareRoot()
    return StudentT.quantile(1 - (1 - level) / 2, degrees: Double(count - 1)) * max(padded, usual)
  }

  /// Whether it is within a margin.
  func isNegligible(_ margin: Double) -> Bool { interval.lowerBound >= -margin && interval.upperBound <= margin }

  /// Whether there is one, however often it is looked for.
  var isShown: Bool { !strictInterval.contains(0) }

  /// Whether so many pieces of evidence that differ as these do would show it, or show it to be within a margin.
  func isDecided(by count: Int, _ margin: Double) -> Bool {
    abs(mean) + spread(count, level: 0.95) <= margin || abs(mean) > spread(count, level: Self.strictLevel)
  }
}
