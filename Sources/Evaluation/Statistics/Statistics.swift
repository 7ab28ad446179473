/// Tests for paired scores of two runs, and intervals of rates.
///
/// Everything is deterministic: random draws use a fixed seed.
package enum Statistics {
  package static let resamples = 10_000
  static let seed: UInt64 = 2_026

  /// The 0.975 quantile of the normal distribution.
  private static let z = 1.959_963_984_540_054

  private struct Group {
    let value: Double
    var count: Int
  }

  /// The distinct values in ascending order, each with its count.
  private static func grouped(_ values: [Double]) -> [Group] {
    var groups: [Group] = []
    for value in values.sorted() {
      if let last = groups.last, last.value == value {
        groups[groups.count - 1].count += 1
      } else {
        groups.append(Group(value: value, count: 1))
      }
    }
    return groups
  }

  // MARK: McNemar

  /// The two-sided p-value of McNemar's exact test, for pairs of scores that are 0 or 1.
  ///
  /// Q. McNemar, "Note on the Sampling Error of the Difference Between Correlated Proportions or Percentages",
  /// Psychometrika 12 (1947), with the binomial distribution of the discordant pairs in place of its approximation.
  /// - Parameters:
  ///   - wins: pairs that only the second run got right.
  ///   - losses: pairs that only the first run got right.
  package static func mcNemar(wins: Int, losses: Int) -> Double {
    min(1, 2 * Binomial.atMost(min(wins, losses), ofFair: wins + losses))
  }

  // MARK: Permutation

  /// The largest number of differing pairs for which every assignment of signs is counted.
  static let exactPermutationLimit = 16

  /// The two-sided p-value of the permutation test on the mean difference of paired scores.
  ///
  /// R. A. Fisher, "The Design of Experiments" (1935), section 21. Pairs without a difference have no effect. With up
  /// to 16 differing pairs every assignment of signs is counted. With more, 10,000 assignments are drawn and the
  /// observed one is added: B. Phipson, G. K. Smyth, "Permutation P-values Should Never Be Zero" (2010).
  package static func permutationTest(_ differences: [Double]) -> Double {
    let differing = differences.filter { $0 != 0 }
    // Sums of equal size must not differ by rounding.
    let tolerance = 1e-9 * differing.reduce(0) { $0 + abs($1) }
    let observed = abs(differing.reduce(0, +)) - tolerance
    if differing.count <= exactPermutationLimit {
      let total = 1 << differing.count
      let extreme = (0..<total).count { abs(signedSum(differing, signs: $0)) >= observed }
      return Double(extreme) / Double(total)
    }
    var random = SeededGenerator(seed: seed)
    let groups = grouped(differing.map(abs))
    let extreme = (0..<resamples).count { _ in abs(randomlySignedSum(groups, &random)) >= observed }
    return Double(extreme + 1) / Double(resamples + 1)
  }

  /// The smallest p-value that ``permutationTest(_:)`` can return where signs are drawn; 0 where all are counted.
  static func leastPermutationPValue(_ differences: [Double]) -> Double {
    differences.count { $0 != 0 } <= exactPermutationLimit ? 0 : 1 / Double(resamples + 1)
  }

  private static func signedSum(_ values: [Double], signs: Int) -> Double {
    var sum = 0.0
    for (index, value) in values.enumerated() { sum += signs >> index & 1 == 0 ? value : -value }
    return sum
  }

  /// The number of positive values in each group is the number of random bits that are set.
  private static func randomlySignedSum(_ groups: [Group], _ random: inout SeededGenerator) -> Double {
    var sum = 0.0
    for group in groups {
      var positive = 0
      var left = group.count
      while left > 0 {
        let bits = random.next() >> UInt64(max(64 - left, 0))
        positive += bits.nonzeroBitCount
        left -= 64
      }
      sum += Double(2 * positive - group.count) * group.value
    }
    return sum
  }

  // MARK: Rates

  /// The 95 % interval of a rate; nil without trials.
  ///
  /// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
  /// Statistical Association 22 (1927).
  package static func wilsonInterval(successes: Int, trials: Int) -> ClosedRange<Double>? {
    wilsonInterval(rate: Double(successes) / Double(trials), trials: Double(trials))
  }

  /// The same for a rate that is known apart from the number of trials.
  static func wilsonInterval(rate: Double, trials n: Double) -> ClosedRange<Double>? {
    guard n > 0 else { return nil }
    let center = rate + z * z / (2 * n)
    let spread = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    // At the ends the formula is exact but its rounding is not.
    let low = rate == 0 ? 0 : (center - spread) / scale
    let high = rate == 1 ? 1 : (center + spread) / scale
    return low...high
  }
}
