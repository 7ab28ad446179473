import Testing

@testable import Evaluation

@Suite struct ConfidenceSequenceTests {
  private static func pairs(_ wins: Int, _ losses: Int, of rows: Int) -> [Double] {
    Array(repeating: 1, count: wins) + Array(repeating: -1, count: losses)
      + Array(repeating: 0, count: rows - wins - losses)
  }

  // `scipy.integrate.quad` and `scipy.optimize.brentq`
  @Test(arguments: [
    (pairs(11, 3, of: 40), 1, -0.08081393584745675, 0.4753309804064012),
    (pairs(60, 61, of: 300), 1, -0.12362004223347989, 0.11692866276498651),
    (
      [
        -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2,
      ], 4, -1.133659418664811, 0.8349605981504656
    ),
  ])
  func `the interval of scipy`(_ differences: [Double], _ range: Double, _ low: Double, _ high: Double) {
    let interval = ConfidenceSequence(differences, range: range).interval(required: 20)
    #expect(abs(interval.lowerBound - low) < 1e-6 && abs(interval.upperBound - high) < 1e-6)
  }

  @Test(arguments: [(5, 0), (8, 0), (13, 3), (15, 3), (16, 3), (0, 8)])
  func `0 is inside until the evidence decides`(_ wins: Int, _ losses: Int) {
    let interval = ConfidenceSequence(Self.pairs(wins, losses, of: 30), range: 1).interval(required: 20)
    #expect(interval.contains(0) == (Evidence.ofPairs(wins: wins, losses: losses) < 20))
  }

  @Test func `rows that all gain everything`() {
    let interval = ConfidenceSequence([1, 1, 1], range: 1).interval(required: 20)
    #expect(interval.upperBound == 1 && interval.lowerBound > -1 && interval.lowerBound < 0)
  }

  private func comparison(
    _ wins: Int, _ losses: Int, of rows: Int, isInProgress: Bool = false, required: Double? = nil
  ) -> PairedComparison {
    let scores = Self.pairs(wins, losses, of: rows).enumerated().map { index, difference in
      PairedComparison.Row(baseline: max(-difference, 0), candidate: max(difference, 0), group: index)
    }
    return PairedComparison(
      scores, scale: .binary, missing: .leaveOut, isInProgress: isInProgress, hasStopRule: true, required: required)
  }

  @Test func `a complete run may be the same, by the interval of all its rows`() throws {
    let same = comparison(2, 2, of: 300)
    let interval = try #require(same.interval)
    #expect(same.verdict == .same && interval.lowerBound > -0.05 && interval.upperBound < 0.05)
    #expect(!same.isIntervalSequential)
    // Before the last row it is open.
    #expect(comparison(2, 2, of: 300, isInProgress: true).verdict == .unclear)
    let text = VerdictSentence(same, baseline: "A", candidate: "B").underStopRule(progress: "run 2 is complete", .open)
    #expect(text.contains("B and A score the same to within 0.05") && text.contains("evidence 0.53"))
  }

  @Test func `a loss in the interval that the evidence does not show is not shown`() throws {
    let loss = comparison(4, 15, of: 300)
    #expect(loss.differences.evidence < 20 && loss.verdict != .worse && loss.interval?.contains(0) == true)
  }

  @Test func `evidence beyond that of one comparison is explained`() {
    let stopped = comparison(20, 0, of: 20, isInProgress: true, required: 120)
    #expect(stopped.verdict == .better && stopped.isIntervalSequential && abs(stopped.level - 119.0 / 120) < 1e-9)
    var text = VerdictSentence(stopped, baseline: "A", candidate: "B")
    text.drafts = 3
    let sentence = text.underStopRule(progress: "run 2 stopped early", .stopped)
    #expect(sentence.contains("120 required, instead of 20") && sentence.contains("third draft"))
    #expect(sentence.contains("99.17 % interval"))
  }
}
