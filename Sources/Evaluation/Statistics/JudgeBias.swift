/// The mean of judge minus person, with an interval that full agreement does not narrow to nothing.
struct JudgeBias: Sendable, Equatable {
  let mean: Double
  /// The 95 % t interval, no narrower than with two more rows that differ by a point, one in either direction.
  ///
  /// Thirty equal scores may be chance.
  let interval: ClosedRange<Double>
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
    let spread = Self.spread(variance, of: groups)
    interval = (mean - spread)...(mean + spread)
  }

  /// Half the width of the interval of so many pieces of evidence that differ as these do.
  func spread(_ count: Int) -> Double { Self.spread(variance, of: count) }

  private static func spread(_ variance: Double, of count: Int) -> Double {
    let padded = (variance * Double(count) + 2).squareRoot() / Double(count + 2)
    let usual = (variance / Double(count)).squareRoot()
    return StudentT.quantile(0.975, degrees: Double(count - 1)) * max(padded, usual)
  }

  /// Whether it is within a margin.
  func isNegligible(_ margin: Double) -> Bool { interval.lowerBound >= -margin && interval.upperBound <= margin }

  var isShown: Bool { !interval.contains(0) }
}
