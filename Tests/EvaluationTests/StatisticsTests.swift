import Testing

@testable import Evaluation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Expected values from SciPy 1.17; each test names the call.
@Suite struct StatisticsTests {
  private let graded: [Double] =
    Array(repeating: 2, count: 12) + Array(repeating: 1, count: 20) + Array(repeating: 0, count: 30)
    + Array(repeating: -1, count: 14) + Array(repeating: -2, count: 6) + Array(repeating: 3, count: 2)

  // `numpy.round(numpy.sin(numpy.arange(40) * 1.7) * 3 + 0.5, 6)`
  private let continuous: [Double] = [
    0.5, 3.474994, -0.266623, -2.277444, 1.98234, 2.895461, -1.599624, -1.354411, 3.077485, 1.690222, -2.384192,
    0.053003, 3.499379, 0.17409, -2.415395, 1.577175, 3.137819, -1.256912, -1.685082, 2.819984, 2.087248, -2.229,
    -0.384015, 3.456801, 0.62208, -2.48826, 1.147962, 3.321287, -0.874976, -1.966971, 2.510688, 2.448839, -2.012882,
    -0.801297, 3.348212, 1.067344, -2.49441, 0.704283, 3.441768, -0.462344,
  ]

  // `stats.binomtest(wins, wins + losses, 0.5).pvalue`
  @Test(arguments: [
    (1, 9, 0.021484375), (9, 1, 0.021484375), (12, 28, 0.01658900337497471), (5, 5, 1.0), (6, 0, 0.03125), (0, 0, 1.0),
    (480, 520, 0.2174482932041415), (50_500, 49_500, 0.0015823598788515154),
  ])
  func `McNemar's test is exact`(wins: Int, losses: Int, pValue: Double) {
    #expect(abs(Statistics.mcNemar(wins: wins, losses: losses) - pValue) < 1e-9)
  }

  // `stats.permutation_test((d,), numpy.mean, permutation_type="samples", n_resamples=numpy.inf).pvalue`
  @Test(arguments: [
    ([1, 2, -1, 0.5, 1.5, -0.5, 2, 1], 0.109375),
    ([0.5, -1, 0, 2, 1, 1, 0, -0.5, 1.5, 1, 0, 2], 0.06640625),
    ([1], 1.0), ([0, 0], 1.0), ([], 1.0), ([0.1, 0.2, -0.3], 1.0),
  ])
  func `few pairs are permuted in every way`(differences: [Double], pValue: Double) {
    #expect(abs(Statistics.permutationTest(differences) - pValue) < 1e-12)
  }

  // The same with `n_resamples=1_000_000, rng=numpy.random.default_rng(1)`: 0.03795 and 0.10837.
  @Test func `many pairs are permuted at random`() {
    #expect(abs(Statistics.permutationTest(graded) - 0.03795) < 0.006)
    #expect(abs(Statistics.permutationTest(continuous) - 0.10837) < 0.01)
    #expect(Statistics.permutationTest(graded) == Statistics.permutationTest(graded.reversed()))
  }

  @Test func `a p-value from random draws is never zero`() {
    #expect(Statistics.permutationTest(Array(repeating: 1, count: 500)) == 1.0 / 10_001)
  }

  // `stats.binomtest(successes, trials).proportion_ci(method="wilson")`
  @Test(arguments: [
    (7, 20, 0.1811918241010821, 0.5671457233147637), (0, 10, 0.0, 0.27753279986288926),
    (10, 10, 0.7224672001371109, 1.0), (1, 1, 0.20654931437723745, 1.0),
    (480, 1000, 0.44917079499694124, 0.510982275342481), (37, 50, 0.6044684273515115, 0.8412847250644762),
  ])
  func `Wilson's interval is exact`(successes: Int, trials: Int, low: Double, high: Double) throws {
    let interval = try #require(Statistics.wilsonInterval(successes: successes, trials: trials))
    #expect(abs(interval.lowerBound - low) < 1e-12)
    #expect(abs(interval.upperBound - high) < 1e-12)
  }

  @Test func `no trials have no interval`() {
    #expect(Statistics.wilsonInterval(successes: 0, trials: 0) == nil)
  }

  // Half of the differences are 1, half -1.
  @Test func `a hundred thousand pairs are permuted by their counts`() {
    #expect(Statistics.permutationTest((0..<100_000).map { $0.isMultiple(of: 2) ? 1 : -1 }) == 1)
  }

  // `numpy.quantile(sample, share)`
  @Test(arguments: [
    ([1, 2, 3, 4, 10], 0.5, 3.0), ([1, 2, 3, 4, 10], 0.95, 8.8), ([1, 2, 3, 4, 10], 0.25, 2), ([100, 200], 0.95, 195),
    ([7], 0.95, 7), ([1, 2], 0, 1), ([1, 2], 1, 2),
  ])
  func `quantiles are interpolated`(sorted: [Double], share: Double, value: Double) throws {
    #expect(abs(try #require(Quantile.of(share, sorted: sorted)) - value) < 1e-12)
  }

  @Test func `an empty sample has no quantile`() {
    #expect(Quantile.of(0.5, sorted: []) == nil)
  }
}

@Suite struct RandomTests {
  // The first outputs for this seed, computed with Python's integers from the paper's constants.
  @Test func `SplitMix64 gives its published sequence`() {
    var random = SeededGenerator(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in random.next() }
        == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test func `indices stay below the bound and reach every value`() {
    var random = SeededGenerator(seed: 1)
    #expect(Set((0..<1000).map { _ in random.index(below: 7) }) == Set(0..<7))
  }

  // `math.lgamma(n + 1)`
  @Test(arguments: [
    (0, 0.0), (1, 0.0), (5, 4.787491742782047), (15, 27.89927138384089), (16, 30.671860106080672),
    (17, 33.50507345013689), (100, 363.73937555556347), (100_000, 1051299.221899122),
  ])
  func `factorials have their logarithms`(number: Int, logarithm: Double) {
    #expect(abs(Binomial.logFactorial(number) - logarithm) <= 1e-14 * max(1, logarithm))
  }
}
