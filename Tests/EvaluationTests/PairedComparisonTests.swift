import Testing

@testable import Evaluation

/// Rows with these scores, each a group of its own unless groups are given.
func rows(_ baseline: [Double?], _ candidate: [Double?], groups: [Int]? = nil) -> [PairedComparison.Row] {
  zip(baseline, candidate).enumerated().map { index, scores in
    PairedComparison.Row(baseline: scores.0, candidate: scores.1, group: groups?[index] ?? index)
  }
}

/// Rows of 0 and 1: won, lost, and the rest right in both.
private func binaryRows(_ count: Int, wins: Int, losses: Int) -> [PairedComparison.Row] {
  rows(
    (0..<count).map { $0 < wins ? 0 : 1 }, (0..<count).map { $0 >= wins && $0 < wins + losses ? 0 : 1 })
}

private func binary(
  _ count: Int, wins: Int, losses: Int, comparisons: Int = 1, drafts: Int = 1, margin: Double? = nil
) -> PairedComparison {
  PairedComparison(
    binaryRows(count, wins: wins, losses: losses), scale: .binary, missing: .countZero,
    comparisons: comparisons, drafts: drafts, margin: margin)
}

private func stars(_ differences: [Double], groups: [Int]? = nil, margin: Double? = nil) -> PairedComparison {
  PairedComparison(
    rows(differences.map { 3 - $0 / 2 }, differences.map { 3 + $0 / 2 }, groups: groups), scale: .bounded(1...5),
    missing: .leaveOut, margin: margin)
}

@Suite struct PairedComparisonTests {
  @Test func `judged rows without a score are left out and counted on each side`() {
    let comparison = PairedComparison(
      rows([1, nil, 3, 4, nil], [2, 5, 3, nil, nil]), scale: .bounded(1...5), missing: .leaveOut)
    #expect(comparison.pairs == 2)
    #expect((comparison.wins, comparison.ties, comparison.losses) == (1, 1, 0))
    #expect(comparison.missing == (2, 2))
    #expect(comparison.meanDifference == 0.5)
    #expect(comparison.test == .permutation)
  }

  @Test func `a failed answer is no right answer`() {
    let comparison = PairedComparison(rows([1, 1, nil, nil], [1, nil, 1, nil]), scale: .binary, missing: .countZero)
    #expect(comparison.pairs == 4)
    #expect((comparison.wins, comparison.ties, comparison.losses) == (1, 2, 1))
    #expect(comparison.missing == (2, 2))
  }

  // SciPy: `stats.binomtest(1, 10, 0.5).pvalue`
  @Test func `scores of 0 and 1 go to McNemar's test beside the interval`() throws {
    let comparison = binary(20, wins: 9, losses: 1)
    #expect(comparison.test == .mcNemar)
    #expect(abs(try #require(comparison.pValue) - 0.021484375) < 1e-12)
    #expect(comparison.meanDifference == 0.4)
    #expect(comparison.verdict == .better)
  }

  @Test func `nothing in common gives nulls`() {
    let comparison = PairedComparison(rows([1, nil], [nil, 1]), scale: .bounded(1...5), missing: .leaveOut)
    #expect(comparison.pairs == 0 && comparison.meanDifference == nil)
    #expect(comparison.interval == nil && comparison.pValue == nil && comparison.verdict == .unclear)
  }

  @Test(arguments: [
    (binary(40, wins: 11, losses: 3), Verdict.better), (binary(40, wins: 3, losses: 11), .worse),
    (binary(20, wins: 4, losses: 2), .unclear), (binary(20, wins: 6, losses: 1), .notWorse),
    (binary(10, wins: 0, losses: 0), .unclear),
    (binary(3, wins: 2, losses: 0), .unclear), (binary(400, wins: 2, losses: 2), .same),
    (binary(200, wins: 14, losses: 10), .notWorse), (binary(200, wins: 10, losses: 14, margin: 0.2), .same),
    (binary(40, wins: 11, losses: 3, comparisons: 3), .notWorse), (stars(Array(repeating: 0, count: 200)), .same),
    (stars((0..<30).map { $0 < 20 ? 1 : 0 }), .better), (stars((0..<30).map { $0 < 20 ? -1 : 0 }), .worse),
  ])
  func `one interval decides`(_ comparison: PairedComparison, _ verdict: Verdict) throws {
    #expect(comparison.verdict == verdict)
    let interval = try #require(comparison.interval)
    #expect(interval.contains(0) == (verdict != .better && verdict != .worse))
  }

  @Test func `twenty drafts share the false alarms of one`() {
    #expect(MultipleTests.level(comparisons: 1, drafts: 1) == 0.95)
    let shares = (1...20).map { (1 - MultipleTests.level(comparisons: 1, drafts: $0)) / 2 }
    #expect(shares.reduce(0, +) < 0.05)
    #expect(abs(MultipleTests.level(comparisons: 3, drafts: 2) - (1 - 0.05 / 3)) < 1e-12)
  }

  @Test func `evidence that is read while runs are under way counts a group once`() {
    let copies = stars([4, 4, 4, 0, 0, -4, -4], groups: [1, 1, 1, 2, 2, 3, 3])
    #expect(copies.evidence == stars([4, 0, -4]).evidence)
  }

  @Test func `copies of a row add no evidence`() throws {
    let differences: [Double] = [1, 0, 0, -1, 1, 1, 0, 1, 0, 1]
    let alone = stars(differences)
    let copied = stars(differences.flatMap { [$0, $0, $0] }, groups: (0..<30).map { $0 / 3 })
    #expect(copied.groups == 10 && alone.groups == nil)
    #expect(copied.rowsNeeded == nil && alone.rowsNeeded != nil)
    let (one, three) = (try #require(alone.interval), try #require(copied.interval))
    #expect(abs(one.lowerBound - three.lowerBound) < 1e-12 && abs(one.upperBound - three.upperBound) < 1e-12)
  }

  @Test(arguments: [(1, Verdict.better), (4, .better), (12, .unclear)])
  func `rows without a judged score must not be able to turn a verdict`(_ missing: Int, _ verdict: Verdict) {
    let (baseline, candidate) = (Array(repeating: 3.0, count: 60), (0..<60).map { $0 < 50 ? 4.0 : 3.0 })
    let comparison = PairedComparison(
      rows(baseline, candidate.enumerated().map { $0 < missing ? nil : $1 }), scale: .bounded(1...5),
      missing: .leaveOut)
    #expect(comparison.verdict == verdict)
    #expect(comparison.isTurnedByMissingRows == (verdict == .unclear))
    #expect(comparison.missing == (0, missing))
  }

  @Test func `rows needed are those for the difference seen`() {
    #expect(binary(20, wins: 6, losses: 1).rowsNeeded == SampleSize.rows(toShow: 0.25, differing: 0.35))
    #expect(binary(10, wins: 0, losses: 0).rowsNeeded == nil)
  }
}

@Suite struct VerdictSentenceTests {
  private func text(
    _ comparison: PairedComparison, _ change: (inout VerdictSentence) -> Void = { _ in }
  ) -> String {
    var sentence = VerdictSentence(comparison, baseline: "A", candidate: "B")
    change(&sentence)
    return sentence.text
  }

  @Test func `a gain, a loss and a tie are told with their figures`() {
    #expect(
      text(binary(40, wins: 11, losses: 3))
        == "B is better than A: +0.2 on average, 95 % interval +0.013 to +0.368, 40 rows: 11 won, 3 lost, 26 tied.")
    #expect(text(binary(40, wins: 3, losses: 11)).hasPrefix("B is worse than A: -0.2 on average, 95 % interval -0.368"))
    #expect(text(binary(400, wins: 2, losses: 2)).hasPrefix("B and A score the same to within 0.05: 0 on average"))
  }

  @Test func `what is not shown says how many rows would show it`() {
    #expect(
      text(binary(20, wins: 4, losses: 2))
        == "Not shown whether B is better or worse than A: +0.1 on average, 95 % interval -0.158 to +0.34, 20 rows: 4 won,"
        + " 2 lost, 14 tied. About 234 rows would show +0.1.")
    #expect(text(binary(20, wins: 6, losses: 1)).hasSuffix("About 42 rows would show +0.25."))
    #expect(
      text(binary(10, wins: 0, losses: 0)).contains("the same score on all 10 rows, but the difference can be -0.231"))
    #expect(text(binary(3, wins: 3, losses: 0)).contains("So few rows decide little."))
  }

  @Test func `not worse is said with its price`() {
    let sentence = text(binary(200, wins: 14, losses: 10)) {
      $0.costRatio = 0.2
      $0.latencyRatio = 0.54321
    }
    #expect(
      sentence.hasPrefix("B is not worse than A by more than 0.05, at 0.2 times the cost and 0.54 times the latency:"))
  }

  @Test func `where no row was lost the sentence says how many could be`() {
    #expect(text(binary(50, wins: 10, losses: 0)).contains("No row lost, but up to 6 % could."))
  }

  @Test func `drafts tried on the same rows and runs compared at once are counted`() {
    #expect(
      text(binary(100, wins: 40, losses: 5, drafts: 7)) { $0.drafts = 7 }
        .hasSuffix("7 drafts of the prompt were tried on these rows, so the interval is 99.82 %."))
    #expect(
      text(binary(100, wins: 40, losses: 5, comparisons: 3)) { $0.comparisons = 3 }
        .hasSuffix("3 runs are compared with the baseline at once, so the interval is 98.33 %."))
  }

  @Test func `rows without a score are named on their side`() {
    let failed = PairedComparison(
      rows(Array(repeating: 1, count: 10), (0..<10).map { $0 < 5 ? nil : 1 }), scale: .binary, missing: .countZero)
    #expect(text(failed).hasSuffix("5 rows of B failed and counted 0."))
    let judged = PairedComparison(
      rows(Array(repeating: 3, count: 60), (0..<60).map { $0 < 24 ? nil : 4 }), scale: .bounded(1...5),
      missing: .leaveOut)
    #expect(text(judged).contains("24 rows without a score could turn it"))
    #expect(text(judged).hasSuffix("24 rows of B left out, having no score."))
  }

  @Test func `a run under way gets a verdict only from evidence that may be watched`() {
    let state = "run 12 is running: 25 of 220 rows so far"
    let few = VerdictSentence(binary(25, wins: 5, losses: 0), baseline: "A", candidate: "B")
    #expect(
      few.sequential(state: state, threshold: 20, isDecided: false)
        == "Not shown yet: run 12 is running: 25 of 220 rows so far (25 rows in both: 5 won, 0 lost, 20 tied); the evidence "
        + "is 5.33, 20 decide.")
    let many = VerdictSentence(binary(25, wins: 9, losses: 0), baseline: "A", candidate: "B")
    #expect(many.sequential(state: state, threshold: 20, isDecided: true).hasPrefix("B is better than A already"))
  }

  @Test func `nothing to compare is said`() {
    let nothing = PairedComparison([], scale: .binary, missing: .countZero)
    #expect(text(nothing) == "B and A cannot be compared: no row has a score in both.")
  }
}
