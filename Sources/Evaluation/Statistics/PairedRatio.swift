import Synchronization

/// The candidate's cost or latency as a multiple of the baseline's, on the same rows, that of costs with a 95 % interval.
///
/// It decides no verdict, so its level does not depend on how many runs are compared.
package struct PairedRatio: Sendable {
  /// The figure of a run whose ratio is formed.
  package enum Figure: Sendable {
    /// The mean, whose ratio is that of the totals: for costs, which are paid in total.
    case mean
    /// The median: for latencies, in which a few retries outweigh all other rows.
    case median
  }

  /// A row with a known value in both runs.
  package struct Row: Sendable {
    let baseline: Double
    let candidate: Double
    let group: Int

    package init(baseline: Double, candidate: Double, group: Int) {
      (self.baseline, self.candidate, self.group) = (baseline, candidate, group)
    }
  }

  /// The ratio; nil without rows, for a baseline of 0, and if too many values are unknown.
  package let estimate: Double?
  package let rows: [Row]
  /// The rows left out because they failed in one of the runs.
  package let failed: Int
  /// The rows left out because a value is unknown, though both runs answered them.
  package let unknown: Int
  private let figure: Figure
  private let known = KnownInterval()

  package init(_ figure: Figure, of rows: [Row], failed: Int = 0, unknown: Int = 0) {
    (self.figure, self.rows, self.failed, self.unknown) = (figure, rows, failed, unknown)
    estimate = Self.isRepresentative(known: rows.count, unknown: unknown) ? Self.estimate(figure, rows) : nil
  }

  private static let mostUnknown = 0.1

  /// Whether so few values are unknown that the others stand for all: the unknown ones are often the dearest or the
  /// slowest.
  static func isRepresentative(known: Int, unknown: Int) -> Bool {
    Double(unknown) <= mostUnknown * Double(known + unknown)
  }

  /// Whether every value of both runs is 0, so that they are equal without a ratio.
  var isFree: Bool { unknown == 0 && !rows.isEmpty && rows.allSatisfy { $0.baseline == 0 && $0.candidate == 0 } }

  private static func estimate(_ figure: Figure, _ rows: [Row]) -> Double? {
    func value(_ values: [Double]) -> Double {
      figure == .mean ? values.reduce(0, +) : Quantile.median(values) ?? 0
    }
    let below = value(rows.map(\.baseline))
    return below > 0 ? value(rows.map(\.candidate)) / below : nil
  }

  /// Why the ratio has no interval, whatever the number of rows; nil for one that can have an interval, and without a ratio.
  ///
  /// Rows show how much answers differ within a run. They do not show how much faster or slower a provider is from one run to
  /// the next: of two equal runs an interval from rows alone says nearly always that one is faster.
  package var note: String? {
    guard figure == .median, estimate != nil else { return nil }
    return "It has no interval: the runs were made at different times, and how fast a provider is changes in between."
  }

  // MARK: The interval

  /// The smallest number of rows, or groups, for an interval.
  private static let fewest = 5

  /// The 95 % interval.
  package var interval: ClosedRange<Double>? { known.interval { interval(level: 0.95) } }

  /// The interval; nil without an estimate, for latencies, with fewer than five rows or groups, and where the rows do not
  /// bound the ratio.
  func interval(level: Double) -> ClosedRange<Double>? {
    guard estimate != nil, figure == .mean else { return nil }
    var places: [Int: Int] = [:]
    let groups = rows.map { row in
      let place = places[row.group] ?? places.count
      places[row.group] = place
      return place
    }
    guard places.count >= Self.fewest else { return nil }
    return fieller(groups, count: places.count, level)
  }

  /// Fieller's interval of a ratio of means: every ratio r for which the t test does not reject that candidate minus r
  /// times baseline is 0 on average.
  ///
  /// E. C. Fieller, "Some Problems in Interval Estimation", Journal of the Royal Statistical Society B 16 (1954). The
  /// totals of groups are the observations. The differences are nearly symmetric even where costs are skewed, because
  /// costly rows are costly in both runs. Simulated coverage is 94 to 99 % for log-normal costs (sigma 0.3 and 1,
  /// correlation 0 and 0.8) from 5 rows on; the delta method on the logarithm falls to 87 % there.
  private func fieller(_ groups: [Int], count: Int, _ level: Double) -> ClosedRange<Double>? {
    var (first, second) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
    for (row, group) in zip(rows, groups) {
      first[group] += row.baseline
      second[group] += row.candidate
    }
    let n = Double(count)
    let (below, above) = (first.reduce(0, +) / n, second.reduce(0, +) / n)
    func covariance(_ left: [Double], _ leftMean: Double, _ right: [Double], _ rightMean: Double) -> Double {
      zip(left, right).reduce(0) { $0 + ($1.0 - leftMean) * ($1.1 - rightMean) } / (n - 1) / n
    }
    let t = StudentT.quantile((1 + level) / 2, degrees: n - 1)
    let a = below * below - t * t * covariance(first, below, first, below)
    let b = below * above - t * t * covariance(first, below, second, above)
    let c = above * above - t * t * covariance(second, above, second, above)
    // Otherwise the baseline's mean itself could be 0, so no ratio is too large.
    guard a > 0 else { return nil }
    let root = max(b * b - a * c, 0).squareRoot()
    return max((b - root) / a, 0)...max((b + root) / a, 0)
  }

  /// The usual interval, once it was needed.
  private final class KnownInterval: Sendable {
    private let known = Mutex<ClosedRange<Double>??>(nil)

    func interval(_ make: () -> ClosedRange<Double>?) -> ClosedRange<Double>? {
      if let interval = known.withLock({ $0 }) { return interval }
      // Without the lock, because thousands of rows take a while.
      let interval = make()
      known.withLock { $0 = .some(interval) }
      return interval
    }
  }
}
