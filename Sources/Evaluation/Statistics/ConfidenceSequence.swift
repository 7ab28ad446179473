#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The mean differences that ``Evidence`` does not reject: an interval that holds at any number of rows, whatever rule
/// stopped the run.
///
/// Each possible mean has its own test martingale, the bets of ``Evidence`` scaled so that no difference can lose more
/// than the stake: I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", Journal of
/// the Royal Statistical Society B 86 (2024). The martingale of the mean 0 is ``Evidence/of(_:range:)`` itself, so the
/// interval contains 0 until the evidence decides.
struct ConfidenceSequence: Sendable {
  private let counts: [(difference: Double, count: Double)]
  private let mean: Double
  private let range: Double

  /// - Parameters:
  ///   - differences: in any order; at least one.
  ///   - range: the largest possible difference.
  init(_ differences: [Double], range: Double) {
    counts = differences.multiplicities
    mean = differences.reduce(0, +) / Double(max(differences.count, 1))
    self.range = range
  }

  /// The means whose evidence is below a limit.
  ///
  /// They are an interval, because the evidence is a convex function of the mean. It contains the mean of the
  /// differences, whose evidence is at most 1.
  func interval(required: Double) -> ClosedRange<Double> {
    boundary(towards: -range, required)...boundary(towards: range, required)
  }

  /// The mean between that of the differences and an end of the scale at which the evidence reaches a limit.
  private func boundary(towards end: Double, _ required: Double) -> Double {
    if abs(mean - end) < 1e-12 * range { return end }
    var (inside, outside) = (mean, end)
    for _ in 0..<Self.halvings {
      let middle = (inside + outside) / 2
      if evidence(against: middle) < required { inside = middle } else { outside = middle }
    }
    return outside
  }

  /// Enough for nine decimal places.
  private static let halvings = 32

  /// The evidence against a mean inside the scale.
  private func evidence(against mean: Double) -> Double {
    Evidence.points.reduce(0) { sum, point in
      let stake = point.s > 0 ? point.s / (range + mean) : point.s / (range - mean)
      return sum + point.weight * exp(counts.reduce(0) { $0 + $1.count * log1p(stake * ($1.difference - mean)) })
    }
  }
}
