import Testing

@testable import Evaluation

/// Scores between 0 and 1 whose differences are small, such as shares of passed checks.
@Suite struct FractionalScoreTests {
  private func fractions(_ differences: [Double], comparisons: Int = 1) -> PairedComparison {
    PairedComparison(
      rows(differences.map { 0.5 - $0 / 2 }, differences.map { 0.5 + $0 / 2 }), scale: .bounded(0...1),
      missing: .leaveOut, comparisons: comparisons)
  }

  private static let twelve = [0.05, 0.02, 0, 0.03, 0.06, -0.02, 0.03, 0.04, 0, 0.01, 0.05, 0.03]
  private static let twentyFour = repeated([0.1, 0.2, -0.1, 0, 0.1, 0, 0.25, -0.05, 0.1, 0, 0.1, 0], 2)
  private static let forty = repeated([0.06, 0.05, -0.04, 0, 0.06, -0.06, 0.03, 0.04], 5)

  private static func repeated(_ values: [Double], _ times: Int) -> [Double] {
    Array(repeating: values, count: times).flatMap(\.self)
  }

  // The numbers of rows at which 80 % of samples, drawn with NumPy from these differences, are shown to be better by the
  // rule of verdicts; 2 comparisons are those of three runs.
  @Test(arguments: [
    (twelve, 1, 52), (twelve, 2, 56), (twentyFour, 1, 42), (twentyFour, 2, 46), (forty, 1, 80), (forty, 2, 96),
  ])
  func `the rows needed are those with a power of 80 %`(
    _ differences: [Double], _ comparisons: Int, _ simulated: Int
  ) throws {
    let comparison = fractions(differences, comparisons: comparisons)
    #expect([.unclear, .notWorse].contains(comparison.verdict))
    let needed = try #require(comparison.needed)
    #expect(abs(Double(needed) / Double(simulated) - 1) < 0.1, "\(needed)")
  }

  // `scipy.stats.t`: the formula padded with 0.25 and 0.5, which is a quarter of the range from 80 rows on.
  @Test(arguments: [(100, 0.00385108709, 0.02359989330), (40, -0.02243484271, 0.04910150938)])
  func `the interval is padded by no more than a quarter of the range with many rows`(
    _ count: Int, _ low: Double, _ high: Double
  ) throws {
    let values = Self.repeated([0.05, 0.02, 0, 0.03, 0.06, -0.06, 0.03, 0.04, -0.04, 0.01], count / 10)
    let interval = try #require(fractions(values).interval)
    #expect(abs(interval.lowerBound - low) < 1e-9 && abs(interval.upperBound - high) < 1e-9)
    #expect((fractions(values).verdict == .better) == (low > 0))
  }

  @Test func `few rows are padded by the whole range, and scores of 0 and 1 always`() {
    let fractions = ScoreScale.bounded(0...1)
    #expect([10, 20, 40, 80, 1000].map { VerdictRule.padding(rows: $0, scale: fractions) } == [1, 1, 0.5, 0.25, 0.25])
    #expect([10, 40, 80, 1000].map { VerdictRule.padding(rows: $0, scale: .bounded(1...5)) } == [4, 2, 1, 1])
    #expect([1, 40, 1000].allSatisfy { VerdictRule.padding(rows: $0, scale: .binary) == 1 })
  }
}
