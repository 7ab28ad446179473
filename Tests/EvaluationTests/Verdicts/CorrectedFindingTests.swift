import Testing

@testable import Evaluation

/// Verdicts on corrected differences, and means with failures, at the ends of the scale.
@Suite struct CorrectedFindingTests {
  @Test func `an interval that decides about the margin has the decimals that tell them apart`() throws {
    // Seventy rows in which nothing differs leave room for a loss of 0.051.
    let rated = (0..<70).map { Agreement.Pair(human: 0, judge: 0, group: $0) }
    let difference = try #require(CorrectedMean(rated: rated, unrated: []))
    let finding = CorrectedFinding(difference, binary(70, wins: 0, losses: 0))
    #expect(finding.verdict == .notWorse)
    let doubt = try #require(finding.doubt)
    #expect(doubt.contains("margin of 0.05 the wider 95 % interval -0.051 to 0.051"), "\(doubt)")
  }

  @Test func `a mean with failures stays on its scale`() throws {
    let rated = (0..<40).map { Agreement.Pair(human: $0 == 0 ? 0 : 1, judge: 1, group: $0) }
    let corrected = try #require(CorrectedMean(rated: rated, unrated: []))
    let counted = corrected.countingFailures(
      corrected.interval(level: 0.95), answered: GroupedScores((0..<40).map { $0 == 0 ? 0.5 : 1 }), bounds: 0...1)
    #expect(counted.mean < 1 && counted.interval.upperBound == 1 && counted.interval.lowerBound > 0.8)
  }
}
