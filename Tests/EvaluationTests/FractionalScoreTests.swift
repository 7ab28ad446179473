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
    (twelve, 1, 124), (twelve, 2, 142), (twentyFour, 1, 68), (twentyFour, 2, 77), (forty, 1, 207), (forty, 2, 234),
  ])
  func `the rows needed are those with a power of 80 %`(
    _ differences: [Double], _ comparisons: Int, _ simulated: Int
  ) throws {
    let comparison = fractions(differences, comparisons: comparisons)
    #expect([.unclear, .notWorse].contains(comparison.verdict))
    let needed = try #require(comparison.needed)
    #expect(abs(Double(needed) / Double(simulated) - 1) < 0.1, "\(needed)")
  }

  @Test func `small gains in every row are no proof that no row loses much`() {
    // Where 98 of 100 rows gain 0.02 and the others lose 0.98, a fifth of samples of this size look like this.
    #expect(![.better, .worse].contains(fractions(Self.repeated([0.02], 80)).verdict))
    #expect(fractions(Self.repeated([0.02], 400)).verdict != .worse)
  }

  @Test func `few rows are padded by the whole range`() {
    #expect([10, 40, 1000].map { VerdictRule.padding(rows: $0, range: 1) } == [1, 1, 1])
    #expect([10, 40, 80, 1000].map { VerdictRule.padding(rows: $0, range: 4) } == [4, 2, 1, 1])
  }
}
