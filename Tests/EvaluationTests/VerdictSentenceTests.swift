import Testing

@testable import Evaluation

@Suite struct VerdictSentenceTests {
  private func text(
    _ comparison: PairedComparison, _ change: (inout VerdictSentence) -> Void = { _ in }
  ) -> String {
    var sentence = VerdictSentence(comparison, baseline: "A", candidate: "B")
    change(&sentence)
    return sentence.text
  }

  @Test func `a gain, a loss and a tie are reported with their figures`() {
    let gain = text(binary(40, wins: 12, losses: 3))
    #expect(gain.hasPrefix("B is better than A: +0.225 on average, 95 % interval +0.03"))
    #expect(gain.hasSuffix("40 rows: 12 won, 3 lost, 25 tied."))
    #expect(text(binary(40, wins: 3, losses: 12)).hasPrefix("B is worse than A: -0.225 on average"))
    #expect(text(binary(400, wins: 2, losses: 2)).hasPrefix("B and A score the same to within 0.05: 0 on average"))
    let cheaper = text(binary(400, wins: 2, losses: 2)) { $0.costRatio = 0.1 }
    #expect(cheaper.hasPrefix("B and A score the same to within 0.05, B at 0.1 times the cost: 0 on average"))
  }

  @Test func `an open verdict says how many rows would settle it`() {
    #expect(
      text(binary(20, wins: 4, losses: 2))
        == "Not shown whether B is better or worse than A: +0.1 on average, 95 % interval -0.158 to +0.34, 20 rows: 4 won,"
        + " 2 lost, 14 tied. About 234 rows would show +0.1 with a probability of 80 %.")
    #expect(
      text(binary(20, wins: 6, losses: 1)).hasSuffix("About 42 rows would show +0.25 with a probability of 80 %."))
    #expect(
      text(binary(10, wins: 0, losses: 0)).contains("the same score on all 10 rows, but the difference can be -0.231"))
    #expect(text(binary(3, wins: 3, losses: 0)).contains("So few rows are weak evidence."))
    let few = text(binary(8, wins: 8, losses: 0))
    #expect(
      few.hasPrefix("B is better") && !few.contains("are weak evidence") && few.contains("the size of the difference"))
  }

  @Test func `for equal runs the sentence says how many rows would show that the candidate is not worse`() throws {
    let ties = binary(10, wins: 0, losses: 0)
    #expect(ties.needed == binary(10, wins: 0, losses: 0, margin: 0.05).needed && ties.needed == 59)
    #expect(
      text(ties).contains(
        "About 59 rows would show that B is not worse by more than 0.05, if the average stays what it is."))
    let level = binary(40, wins: 6, losses: 6)
    let needed = try #require(level.needed)
    #expect(
      text(level).contains("About \(needed) rows would show that B is not worse by more than 0.05")
        && text(level).contains("or more with a probability of 80 %."))
    // These tenths do not sum exactly to 0.
    let tenths = stars([0.1, 0.1, -0.2, 0, 0, 0])
    #expect(tenths.meanDifference != 0 && tenths.needed == stars([0.1, 0.1, -0.2, 0, 0, 0], margin: 0.2).needed)
    #expect(text(tenths).contains("is not worse by more than 0.2 with a probability of 80 %, if the"))
  }

  @Test func `an open verdict tells what is shown of cost`() {
    func open(_ change: (inout VerdictSentence) -> Void) -> String { text(binary(20, wins: 4, losses: 2), change) }
    let cheaper = open {
      ($0.costRatio, $0.costInterval) = (0.38, 0.32...0.45)
      $0.latencyRatio = 1.8
    }
    #expect(
      cheaper.contains(
        "14 tied. B costs 62 % less (55 % to 68 %). About 234 rows"))
    let dearer = open {
      ($0.costRatio, $0.costInterval, $0.isCostAssumed) = (2.5, 2.3...2.8, true)
    }
    #expect(dearer.contains("B costs 2.5 times as much (2.3 to 2.8, by an assumed list price). About"))
    // A ratio without an interval, or one that can be 1, is not shown.
    #expect(!open { $0.costRatio = 0.1 }.contains("costs"))
    #expect(!open { ($0.costRatio, $0.costInterval) = (1, 1...1) }.contains("costs"))
    #expect(open { ($0.costRatio, $0.costInterval) = (0.004, 0.003...0.005) }.contains("0.004 times as much"))
    #expect(!text(binary(40, wins: 12, losses: 3)) { $0.costRatio = 0.2 }.contains("costs"))
  }

  @Test func `not worse is reported with its cost ratio`() {
    let sentence = text(binary(200, wins: 14, losses: 10)) {
      $0.costRatio = 0.2
      $0.latencyRatio = 0.54321
    }
    #expect(
      sentence.hasPrefix(
        "B is not worse than A by more than 0.05, at 0.2 times the cost and 0.54 times the latency (at different times)"
      ))
  }

  @Test func `if no row was lost the sentence says how many could be`() {
    #expect(text(binary(50, wins: 10, losses: 0)).contains("No row lost, but up to 6 % could."))
  }

  @Test func `drafts on the same rows and runs compared at once are counted`() {
    #expect(
      text(binary(100, wins: 40, losses: 5, drafts: 7)) { $0.drafts = 7 }
        .contains("the seventh draft on these rows"))
    #expect(text(binary(100, wins: 40, losses: 5, drafts: 21)) { $0.drafts = 21 }.contains("the 21st draft"))
    #expect(
      text(binary(100, wins: 40, losses: 5, comparisons: 3)) { $0.comparisons = 3 }
        .hasSuffix("3 comparisons are made at once, so the interval is 98.33 %."))
    #expect(
      text(binary(100, wins: 40, losses: 5, comparisons: 2, drafts: 2)) { ($0.comparisons, $0.drafts) = (2, 2) }
        .hasSuffix("stays within 5 %. p_value_adjusted counts the 2 runs of this call alone."))
  }

  @Test func `rows without a score are named on their side`() {
    let failed = PairedComparison(
      rows(Array(repeating: 1, count: 10), (0..<10).map { $0 < 5 ? nil : 1 }), scale: .binary, missing: .countZero)
    #expect(text(failed).hasSuffix("5 rows of B failed and counted 0."))
    let judged = PairedComparison(
      rows(Array(repeating: 3, count: 60), (0..<60).map { $0 < 24 ? nil : 4 }), scale: .bounded(1...5),
      missing: .leaveOut)
    #expect(text(judged).contains("24 rows without a score could change the verdict"))
    #expect(text(judged).hasSuffix("24 rows of B left out, having no score."))
  }

  @Test func `rows that lack a score in either run are counted once`() {
    let reviews = PairedComparison(
      rows((0..<60).map { $0 < 10 ? nil : 3 }, (0..<60).map { (10..<24).contains($0) ? nil : 4 }),
      scale: .bounded(1...5), missing: .leaveOut)
    #expect(text(reviews).contains("24 rows without a score could change the verdict"), "\(text(reviews))")
  }

  @Test func `the evidence required is explained by what requires it`() {
    func reason(comparisons: Int, drafts: Int, required: Double? = nil) -> String {
      let comparison = PairedComparison(
        rows(Array(repeating: 0, count: 5), Array(repeating: 1, count: 5)), scale: .binary, missing: .leaveOut,
        isInProgress: true, required: required, comparisons: comparisons, drafts: drafts)
      var sentence = VerdictSentence(comparison, baseline: "A", candidate: "B")
      (sentence.comparisons, sentence.drafts) = (comparisons, drafts)
      return sentence.sequential(state: "state")
    }
    #expect(reason(comparisons: 3, drafts: 1).contains("because 3 comparisons are made at once"))
    #expect(reason(comparisons: 3, drafts: 2).contains("because this is the second draft"))
    #expect(reason(comparisons: 1, drafts: 2).contains("because this is the second draft"))
    // Drafts that were generated since the run stopped changed nothing.
    #expect(reason(comparisons: 1, drafts: 4, required: 60).contains("because this is the second draft"))
    #expect(reason(comparisons: 3, drafts: 4, required: 60).contains("because 3 comparisons are made at once"))
    #expect(reason(comparisons: 1, drafts: 1, required: 60).contains("because of the other drafts"))
  }

  @Test func `a run in progress gets a verdict only from sequential evidence`() {
    let state = "run 12 is running: 25 of 220 rows so far"
    let few = VerdictSentence(binary(25, wins: 5, losses: 0, isInProgress: true), baseline: "A", candidate: "B")
    #expect(
      few.sequential(state: state)
        == "Not shown yet: run 12 is running: 25 of 220 rows so far (25 rows in both: 5 won, 0 lost, 20 tied); evidence "
        + "5.33 of the 20 required.")
    let many = VerdictSentence(binary(25, wins: 9, losses: 0, isInProgress: true), baseline: "A", candidate: "B")
    #expect(many.sequential(state: state).hasPrefix("B is better than A already"))
  }

  @Test func `a run that failed completely is named`() {
    func comparison(_ missing: PairedComparison.MissingRows, isInProgress: Bool = false) -> PairedComparison {
      PairedComparison(
        rows(Array(repeating: 1, count: 8), Array(repeating: nil, count: 8)),
        scale: missing == .countZero ? .binary : .bounded(1...5), missing: missing, isInProgress: isInProgress)
    }
    #expect(text(comparison(.countZero)).contains("All 8 rows of B failed and counted 0."))
    #expect(text(comparison(.countZero)).contains("retry_failed: true"))
    #expect(text(comparison(.leaveOut)).contains("All 8 rows of B left out, having no score."))
  }

  @Test func `rows without an expected output are counted`() {
    let sentence = text(binary(40, wins: 12, losses: 3)) { $0.rowsWithoutExpectedOutput = 3 }
    #expect(sentence.hasSuffix("3 rows without an expected output are left out."))
    let single = text(binary(40, wins: 12, losses: 3)) { $0.rowsOfOneRun = 1 }
    #expect(single.hasSuffix("1 row that only one run has is left out."))
  }

  @Test func `a comparison without common scores says so`() {
    let nothing = PairedComparison([], scale: .binary, missing: .countZero)
    #expect(text(nothing) == "B and A cannot be compared: no row has a score in both.")
  }

  @Test func `rows in groups are counted as groups`() {
    // 24 rows in six groups, five of which are won.
    let grouped = stars((0..<24).map { $0 < 20 ? 2 : 0 }, groups: (0..<24).map { $0 / 4 })
    let sentence = text(grouped)
    #expect(sentence.contains("24 rows in 6 groups: 5 groups won, 0 lost, 1 tied."))
    #expect(sentence.contains("No group lost, but up to 39 % could. So few groups are weak evidence."))
    // The rows of a group differ, but its mean is 0.
    let balanced = text(stars([1, -1, 2, -2], groups: [0, 0, 1, 1]))
    #expect(!balanced.contains("the same score") && balanced.contains("0 groups won, 0 lost, 2 tied"))
    let unclear = stars((0..<60).map { $0 < 20 ? 1 : $0 < 30 ? -1 : 0 }, groups: (0..<60).map { $0 / 5 })
    #expect(text(unclear).contains("About 146 groups would show +0.167 with a probability of 80 %. More rows of the"))
  }

  @Test func `with a margin the sentence says what is needed to show not worse, and the cost ratio`() {
    let sentence = text(binary(100, wins: 10, losses: 10, margin: 0.05)) {
      $0.costRatio = 0.2
      $0.latencyRatio = 0.5
    }
    #expect(
      sentence
        == "Not shown that B is not worse than A by more than 0.05, at 0.2 times the cost and 0.5 times the latency (at "
        + "different times): 0 on average, 95 % interval -0.09 to +0.09, 100 rows: 10 won, 10 lost, 80 tied. About 510 rows would show it "
        + "with a probability of 80 %, if the average stays what it is.")
    #expect(text(binary(100, wins: 10, losses: 15, margin: 0.05)).contains("more rows would not show it"))
    #expect(text(binary(10, wins: 0, losses: 0, margin: 0.05)).contains("About 59 rows would show it"))
    #expect(text(binary(80, wins: 0, losses: 0, margin: 0)).contains("no number of rows"))
    let better = text(binary(40, wins: 12, losses: 3, margin: 0.05)) { $0.costRatio = 0.2 }
    #expect(better.hasPrefix("B is better than A, at 0.2 times the cost: "))
  }

  @Test func `a p-value that seems to contradict the verdict is explained`() {
    func sentence(_ comparison: PairedComparison) -> String {
      text(comparison) { $0.pValue = comparison.differences.pValue }
    }
    // Six equal signs are significant, but so few rows do not rule out a rare loss of four points.
    #expect(sentence(stars([1, 1, 1, 1, 1, 1])).contains("p-value of 0.031 alone does not decide"))
    for comparison in [(40, 11, 3), (40, 12, 3), (20, 9, 1), (20, 4, 2)] {
      #expect(!sentence(binary(comparison.0, wins: comparison.1, losses: comparison.2)).contains("p-value"))
    }
  }

  @Test func `a gain tells its price, and that judging is left out of it`() {
    let better = text(binary(40, wins: 12, losses: 3)) {
      ($0.costRatio, $0.costInterval, $0.isJudgingLeftOut) = (0.2, 0.18...0.22, true)
    }
    #expect(better.hasPrefix("B is better than A: ") && better.contains("B costs 80 % less"))
    #expect(better.contains("without judging)"))
    let same = text(binary(400, wins: 2, losses: 2)) { ($0.costRatio, $0.isJudgingLeftOut) = (0.1, true) }
    #expect(same.contains("B at 0.1 times the cost (without judging): "))
  }
}
