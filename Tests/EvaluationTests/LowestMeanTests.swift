import Testing

@testable import Evaluation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The bound below which a mean does not lie, and the verdicts that follow from it.
@Suite struct LowestMeanTests {
  /// The quantiles of 300,000 weightings drawn with NumPy agree with these to three digits.
  @Test func `the bound is that of Gaffke`() {
    let mixed: [Double] =
      Array(repeating: 1, count: 3) + Array(repeating: -1, count: 2) + Array(repeating: 0, count: 55)
    let rare: [Double] = [-1, -1, 4] + Array(repeating: 0, count: 37)
    let drafts: [Double] = [
      -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2,
    ]
    for (values, one, two) in [
      (mixed, -0.18883798, -0.23261590), (rare, -0.27768045, -0.34163240), (drafts, -0.89213255, -0.98755924),
      ([0.5], -3.775, -3.8875),
    ] {
      let mean = LowestMean(values, least: -4)
      #expect(abs(mean.bound(level: 0.95) - one) < 1e-6 && abs(mean.bound(level: 0.975) - two) < 1e-6)
    }
  }

  @Test(arguments: [1, 2, 5, 46, 59, 300, 5000])
  func `the bound of ties is the exact share of rows that may be lost`(rows: Int) {
    for share in [0.05, 0.025, 0.005] {
      let bound = LowestMean(Array(repeating: 0, count: rows), least: -4).bound(level: 1 - share)
      #expect(abs(bound + 4 * (1 - pow(share, 1 / Double(rows)))) < 1e-6)
    }
  }

  /// Bulks of equal values a little below or above the bound have poles close to the path of the integral.
  @Test func `the bound is exact for many rows with few others`() {
    let skewed = Array(repeating: -3.0, count: 1975) + Array(repeating: 2.0, count: 25)
    // The quantiles of 2,000,000 weightings drawn with NumPy.
    for (values, share, expected, digits) in [
      (skewed, 0.05, -2.957009, 0.0001), (skewed, 0.001, -2.969669, 0.0002),
      (Array(repeating: -2.0, count: 19_995) + Array(repeating: 0.0, count: 5), 0.05, -1.999953, 0.000002),
    ] {
      let bound = LowestMean(values, least: -4).bound(level: 1 - share)
      #expect(abs(bound - expected) < digits, "\(bound)")
    }
    let many = (0..<5000).map { Double($0 % 2477) / 2477 }
    let mean = LowestMean(many, least: -1)
    let bound = mean.bound(level: 0.95)
    #expect(mean.isAbove(bound - 1e-6, level: 0.95) && !mean.isAbove(bound + 1e-6, level: 0.95))
    #expect(!mean.isAbove(0.6, level: 0.95) && mean.isAbove(-1.1, level: 0.95))
    #expect(bound > 0.488 && bound < 0.4882, "\(bound)")
  }

  /// Scores of 1 to 5 that lose the whole margin of 0.2 on average; before, up to 9 % of the runs were not worse.
  @Test(
    arguments: [
      [(-4, 0.05)], [(-4, 0.06), (1, 0.04)], [(1, 0.6), (-4, 0.2)], [(-3, 0.08), (2, 0.02)], [(-2, 0.15), (1, 0.1)],
    ] as [[(Double, Double)]])
  func `runs that lose the whole margin are not worse in at most 5 % of cases`(world: [(Double, Double)]) {
    var random = SeededGenerator(seed: 11)
    for rows in [46, 80, 200] {
      var verdicts: [[Double]: Bool] = [:]
      let trials = 1500
      let count = (0..<trials).count { _ in
        let values = (0..<rows).map { _ in
          var rest = Double.random(in: 0..<1, using: &random)
          for (difference, share) in world {
            if rest < share { return difference }
            rest -= share
          }
          return 0
        }.sorted()
        if let known = verdicts[values] { return known }
        let found = [.better, .same, .notWorse].contains(stars(values).verdict)
        verdicts[values] = found
        return found
      }
      // Three standard errors above 5 %.
      #expect(Double(count) / Double(trials) < 0.067, "\(rows) rows: \(count)")
    }
  }
}
