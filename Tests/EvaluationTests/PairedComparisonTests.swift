import Testing

@testable import Evaluation

@Suite struct PairedComparisonTests {
  @Test func `rows without a score in one run do not count`() {
    let comparison = PairedComparison(baseline: [1, nil, 3, 4, nil], candidate: [2, 5, 3, nil, nil])
    #expect(comparison.pairs == 2)
    #expect((comparison.wins, comparison.ties, comparison.losses) == (1, 1, 0))
    #expect(comparison.meanDifference == 0.5)
    #expect(comparison.test == .permutation)
  }

  // SciPy: `stats.binomtest(1, 10, 0.5).pvalue`
  @Test func `scores of 0 and 1 go to McNemar's test`() throws {
    let baseline: [Double?] = Array(repeating: 0, count: 9) + [1] + Array(repeating: 1, count: 10)
    let candidate: [Double?] = Array(repeating: 1, count: 9) + [0] + Array(repeating: 1, count: 10)
    let comparison = PairedComparison(baseline: baseline, candidate: candidate)
    #expect(comparison.test == .mcNemar)
    #expect(abs(try #require(comparison.pValue) - 0.021484375) < 1e-12)
    #expect(comparison.meanDifference == 0.4)
    let interval = try #require(comparison.interval)
    #expect(interval.contains(0.4) && !interval.contains(0))
  }

  @Test func `nothing in common gives nulls`() {
    let comparison = PairedComparison(baseline: [1, nil], candidate: [nil, 1])
    #expect(comparison.pairs == 0)
    #expect(comparison.meanDifference == nil)
    #expect(comparison.interval == nil)
    #expect(comparison.pValue == nil)
  }
}

@Suite struct VerdictTests {
  private func verdict(_ baseline: [Double], _ candidate: [Double], comparisons: Int = 1) -> String {
    Verdict.sentence(
      PairedComparison(baseline: baseline, candidate: candidate), baseline: "Run 1", candidate: "Run 2",
      comparisons: comparisons)
  }

  @Test func `a clear gain is called better`() {
    let text = verdict(Array(repeating: 2, count: 30), (0..<30).map { $0 < 25 ? 4 : 2 })
    #expect(text.hasPrefix("Run 2 is better than Run 1, and chance does not explain it (mean difference +1.667, 95 %"))
    #expect(text.hasSuffix("p < 0.001, 30 rows)."))
  }

  @Test func `a clear loss is called worse`() {
    let text = verdict(Array(repeating: 1, count: 30), (0..<30).map { $0 < 20 ? 0 : 1 })
    #expect(text.hasPrefix("Run 2 is worse than Run 1, and chance does not explain it (mean difference -0.667"))
  }

  @Test func `noise is called noise`() {
    let text = verdict((0..<40).map { Double($0 % 5 + 1) }, (0..<40).map { Double($0 / 8 + 1) })
    #expect(
      text.hasPrefix("No real difference between Run 2 and Run 1: what there is can be chance (mean difference 0,"))
    #expect(!text.contains("too few"))
  }

  @Test func `too few differing rows are said to be too few`() {
    let text = verdict([1, 1, 1, 3, 3], [2, 2, 2, 4, 3])
    #expect(text.hasPrefix("No real difference"))
    #expect(text.hasSuffix("Only 4 of them differ, too few to show anything: use more rows."))
  }

  @Test func `equal scores need no test`() {
    #expect(verdict([1, 0, 1], [1, 0, 1]) == "Run 2 and Run 1 have the same score on all 3 rows.")
    #expect(verdict([1], [1]) == "Run 2 and Run 1 have the same score on 1 row.")
  }

  @Test func `nothing to compare is said`() {
    #expect(verdict([], []).contains("cannot be compared"))
  }

  // Six wins to none: p = 0.03125, below 0.05 but not below 0.05 / 3.
  @Test func `several comparisons at once ask for more`() {
    let baseline: [Double] = Array(repeating: 0, count: 6) + Array(repeating: 1, count: 6)
    let candidate = [Double](repeating: 1, count: 12)
    #expect(verdict(baseline, candidate).hasPrefix("Run 2 is better"))
    let text = verdict(baseline, candidate, comparisons: 3)
    #expect(text.hasPrefix("No real difference"))
    #expect(text.contains("p = 0.031, threshold 0.017 for several comparisons"))
  }
}
