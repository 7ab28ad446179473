import Testing

@testable import Evaluation

/// Values computed with SciPy, statsmodels and NumPy; each test names the call.
@Suite struct DecisionStatisticsTests {
  /// Differences of thirty rows in ten groups of three.
  private let differences: [Double] = [
    -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2,
  ]

  private func isClose(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-8) -> Bool {
    abs(value - expected) <= tolerance * max(1, abs(expected))
  }

  private func paired(
    wins: Int, losses: Int, of rows: Int, level: Double = 0.95
  ) -> ClosedRange<Double> {
    let differences = (0..<rows).map { $0 < wins ? 1.0 : $0 < wins + losses ? -1 : 0 }
    return PairedInterval(differences, scale: .binary).interval(level: level)
  }

  // `scipy.stats.t.ppf(0.975, degrees)`
  @Test(arguments: [
    (1.0, 12.7062047361747), (2, 4.302652729749462), (5, 2.5705818356363146), (11, 2.200985160082949),
    (31, 2.039513446396408), (200, 1.971896223531648), (1e6, 1.9599663556),
  ])
  func `quantiles of the t distribution`(_ degrees: Double, _ expected: Double) {
    #expect(isClose(StudentT.quantile(0.975, degrees: degrees), expected, 1e-9))
  }

  // `scipy.stats.norm.ppf(probability)`
  @Test(arguments: [
    (0.975, 1.959963984540054), (0.95, 1.6448536269514722), (0.8, 0.8416212335729143), (0.5, 0),
    (0.9975, 2.807033768343811), (0.999999, 4.753424308822899), (1e-10, -6.361340902404056),
  ])
  func `quantiles of the normal distribution`(_ probability: Double, _ expected: Double) {
    #expect(isClose(Normal.quantile(probability), expected, 1e-11))
  }

  // `evalstats` `bonett_price_paired_ci`, and the formula with `scipy.stats.norm`
  @Test(arguments: [
    (11, 3, 40, 0.95, 0.01292403661, 0.3680283443), (11, 3, 40, 0.9, 0.04146972578, 0.3394826552),
    (6, 0, 6, 0.95, 0.2916553925, 1), (3, 0, 3, 0.95, -0.1012180325, 1), (0, 0, 10, 0.95, -0.2309839707, 0.2309839707),
  ])
  func `the paired interval of 0 and 1`(
    _ wins: Int, _ losses: Int, _ rows: Int, _ level: Double, _ low: Double, _ high: Double
  ) {
    let interval = paired(wins: wins, losses: losses, of: rows, level: level)
    #expect(isClose(interval.lowerBound, low, 1e-9) && isClose(interval.upperBound, high, 1e-9))
  }

  @Test(arguments: [
    (20, 6, 1, -0.022553, 0.477098), (50, 9, 2, 0.003734, 0.265496), (100, 15, 5, 0.009942, 0.186136),
  ])
  func `more paired intervals of 0 and 1`(_ rows: Int, _ wins: Int, _ losses: Int, _ low: Double, _ high: Double) {
    let interval = paired(wins: wins, losses: losses, of: rows)
    #expect(abs(interval.lowerBound - low) < 1e-6 && abs(interval.upperBound - high) < 1e-6)
  }

  // The formula with `scipy.stats.t`
  @Test func `the paired interval of stars`() {
    let interval = PairedInterval(differences, scale: .bounded(1...5)).interval(level: 0.95)
    #expect(isClose(interval.lowerBound, -0.8607614148, 1e-9) && isClose(interval.upperBound, 0.4232614148, 1e-9))
    let ties = PairedInterval(Array(repeating: 0, count: 10), scale: .bounded(1...5)).interval(level: 0.95)
    #expect(isClose(ties.upperBound, 0.2593885887, 1e-9) && isClose(ties.lowerBound, -0.2593885887, 1e-9))
  }

  // statsmodels `OLS(d, 1).fit(cov_type="cluster", use_t=True)`, which uses the means of groups of equal size
  @Test func `grouped rows give one difference for each group`() throws {
    let rows = differences.enumerated().map {
      PairedComparison.Row(baseline: 3 - $1 / 2, candidate: 3 + $1 / 2, group: $0 / 3)
    }
    let grouped = PairedDifferences(rows, scale: .bounded(1...5))
    #expect(grouped.values.count == 10 && grouped.rows.count == 30)
    #expect(isClose(try #require(grouped.mean), -0.2333333333, 1e-9))
    #expect(isClose(grouped.deviation / 10.0.squareRoot(), 0.1990719207, 1e-9))
  }

  // `numpy.std(d, ddof=1)` is 1.851063689.
  @Test func `rows needed and the smallest visible difference`() {
    #expect(isClose(SampleSize.smallestDifference(rows: 30, deviation: 1.851063689), 0.9468137835, 1e-8))
    #expect(SampleSize.rows(toShow: 0.3, deviation: 1.851063689) == 299)
    #expect(SampleSize.rows(toShow: 0, deviation: 1) == nil)
    // Holm and Bonferroni widen the interval, so more rows are needed: ((2.3939798 + 0.8416212) s / d)^2.
    #expect(SampleSize.rows(toShow: 0.3, deviation: 1.851063689, level: 1 - 0.05 / 3) == 399)
    // ((1.644854 + 0.841621) s / 0.5)^2, and log(0.05) / log(0.95) where no row differs
    #expect(SampleSize.rows(toShowLossBelow: 0.2, difference: 0.3, deviation: 1.851063689, range: 1) == 85)
    #expect(SampleSize.rows(toShowLossBelow: 0.05, difference: 0, deviation: 0, range: 1) == 59)
    #expect(SampleSize.rows(toShowLossBelow: 0.2, difference: -0.2, deviation: 1, range: 1) == nil)
    #expect(isClose(SampleSize.lossesStillPossible(rows: 50), 0.0581553, 1e-5))
  }

  // Connor's formula
  @Test(arguments: [(0.35, 0.2, 67), (0.3, 0.1, 234), (0.25, 0.1, 194), (0.2, 0.05, 626)])
  func `rows needed for rates`(_ differing: Double, _ difference: Double, _ expected: Int) {
    #expect(SampleSize.rows(toShow: difference, differing: differing) == expected)
    #expect(SampleSize.rows(toShow: -difference, differing: differing) == expected)
  }

  // The posterior with `scipy.stats.t`
  @Test(arguments: [(3, 3.500764), (10, 4.407861), (20, 4.683175)])
  func `the interval of equal stars is not empty`(_ count: Int, _ low: Double) throws {
    let interval = try #require(MeanInterval.of(Array(repeating: 5, count: count), bounds: 1...5))
    #expect(abs(interval.lowerBound - low) < 1e-6 && interval.upperBound == 5)
  }

  @Test func `no scores give no interval and one gives a wide one`() throws {
    #expect(MeanInterval.of([], bounds: 1...5) == nil)
    let one = try #require(MeanInterval.of([3], bounds: 1...5))
    #expect(one.lowerBound < 2 && one.upperBound > 4)
  }

  // The closed form with `math.lgamma`, the integral with `scipy.integrate.quad`
  @Test(arguments: [
    (5, 0, 5.333333333), (8, 0, 28.44444444), (9, 0, 51.2), (11, 3, 3.000732601), (13, 3, 6.884033613),
    (130, 70, 785.2584658), (0, 0, 1),
  ])
  func `evidence in pairs`(_ wins: Int, _ losses: Int, _ expected: Double) {
    #expect(isClose(Evidence.ofPairs(wins: wins, losses: losses), expected, 1e-9))
    let differences = (0..<(wins + losses + 9)).map { $0 < wins ? 1.0 : $0 < wins + losses ? -1 : 0 }
    #expect(isClose(Evidence.of(differences, range: 1), expected, 1e-9))
  }

  @Test func `evidence in stars`() {
    #expect(isClose(Evidence.of(differences, range: 4), 0.5640204538, 1e-9))
    // Half of the range is won every time. This has no closed form here, so it is compared with scipy.integrate.quad.
    #expect(isClose(Evidence.of(Array(repeating: 2, count: 2), range: 4), 1.0833333333, 1e-9))
    #expect(Evidence.of(Array(repeating: 1, count: 5_000), range: 4) == Evidence.most)
  }

  // statsmodels `multipletests(p, method="holm")`
  @Test func `p-values of several tests`() {
    let adjusted = MultipleTests.holm([0.00442504882667, 0.03088378906, 0.6])
    #expect(
      isClose(adjusted[0], 0.01327514648, 1e-8) && isClose(adjusted[1], 0.06176757812, 1e-8) && adjusted[2] == 0.6)
    #expect(MultipleTests.holm([0.6, 0.01, 0.02]) == [0.6, 0.03, 0.04])
    #expect(MultipleTests.holm([]).isEmpty)
  }
}
