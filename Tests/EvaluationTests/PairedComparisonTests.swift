import Testing

@testable import Evaluation

/// Rows with these scores, each a group of its own by default.
func rows(_ baseline: [Double?], _ candidate: [Double?], groups: [Int]? = nil) -> [PairedComparison.Row] {
  zip(baseline, candidate).enumerated().map { index, scores in
    PairedComparison.Row(baseline: scores.0, candidate: scores.1, group: groups?[index] ?? index)
  }
}

/// Rows of 0 and 1: won, lost, and the rest right in both runs.
private func binaryRows(_ count: Int, wins: Int, losses: Int) -> [PairedComparison.Row] {
  rows(
    (0..<count).map { $0 < wins ? 0 : 1 }, (0..<count).map { $0 >= wins && $0 < wins + losses ? 0 : 1 })
}

func binary(
  _ count: Int, wins: Int, losses: Int, isInProgress: Bool = false, comparisons: Int = 1, drafts: Int = 1,
  margin: Double? = nil
) -> PairedComparison {
  PairedComparison(
    binaryRows(count, wins: wins, losses: losses), scale: .binary, missing: .countZero, isInProgress: isInProgress,
    comparisons: comparisons, drafts: drafts, margin: margin)
}

func stars(_ differences: [Double], groups: [Int]? = nil, margin: Double? = nil) -> PairedComparison {
  PairedComparison(
    rows(differences.map { 3 - $0 / 2 }, differences.map { 3 + $0 / 2 }, groups: groups), scale: .bounded(1...5),
    missing: .leaveOut, margin: margin)
}

@Suite struct PairedComparisonTests {
  @Test func `judged rows without a score are left out and counted on each side`() {
    let comparison = PairedComparison(
      rows([1, nil, 3, 4, nil], [2, 5, 3, nil, nil]), scale: .bounded(1...5), missing: .leaveOut)
    #expect(comparison.pairs == 2)
    #expect(comparison.differences.rows == [1, 0])
    #expect(comparison.missing == (2, 2))
    #expect(comparison.meanDifference == 0.5)
    #expect(comparison.differences.test == .permutation)
  }

  @Test func `a failed answer counts as wrong`() {
    let comparison = PairedComparison(rows([1, 1, nil, nil], [1, nil, 1, nil]), scale: .binary, missing: .countZero)
    #expect(comparison.pairs == 4)
    #expect(comparison.differences.rows == [0, -1, 1, 0])
    #expect(comparison.missing == (2, 2))
  }

  @Test func `an outage during one run is no merit of the other`() {
    // 33 rows with equal scores, and 17 that the baseline alone failed.
    let scores: [Double?] = (0..<50).map { $0 % 3 == 0 ? 0 : 1 }
    let first = scores.enumerated().map { $0.offset < 17 ? nil : $0.element }
    let comparison = PairedComparison(rows(first, scores), scale: .binary, missing: .countZero)
    #expect(comparison.verdict == .unclear && comparison.doubt == .lostAnswers)
    #expect(comparison.lost == (17, 0))
    // Which of the two is called the baseline does not matter.
    let mirrored = PairedComparison(rows(scores, first), scale: .binary, missing: .countZero)
    #expect(mirrored.verdict == .unclear && mirrored.doubt == .lostAnswers && mirrored.lost == (0, 17))
    // Answers that a model withholds are its own.
    for (row, verdict) in [(rows(first, scores), Verdict.better), (rows(scores, first), .worse)] {
      let withheld = row.map { row in
        PairedComparison.Row(
          baseline: row.baseline, candidate: row.candidate, group: row.group,
          baselineFailures: row.baseline == nil ? .init(scoreWithoutLost: 0) : nil,
          candidateFailures: row.candidate == nil ? .init(scoreWithoutLost: 0) : nil)
      }
      let own = PairedComparison(withheld, scale: .binary, missing: .countZero)
      #expect(own.verdict == verdict && own.doubt == nil && own.lost == (0, 0))
    }
    // What the answered rows show as well stands.
    let better = PairedComparison(
      rows((0..<50).map { $0 < 2 ? nil : 0 }, Array(repeating: 1, count: 50)), scale: .binary, missing: .countZero)
    #expect(better.verdict == .better && better.doubt == nil)
  }

  @Test func `scores that differ by rounding are tied`() {
    let comparison = PairedComparison(
      rows(Array(repeating: 0.7777777777777777, count: 20), Array(repeating: 0.7777777777777778, count: 20)),
      scale: .bounded(0...1), missing: .countZero)
    #expect(comparison.differences.rows == Array(repeating: 0, count: 20))
    #expect(comparison.differences.pValue == 1 && comparison.differences.wins == 0)
    // The sum of a group's differences is not exactly 0.
    let grouped = stars([0.1, 0.2, -0.3], groups: [0, 0, 0])
    #expect(grouped.differences.values == [0])
  }

  // SciPy: `stats.binomtest(1, 10, 0.5).pvalue`
  @Test func `scores of 0 and 1 go to McNemar's test beside the interval`() throws {
    let comparison = binary(20, wins: 9, losses: 1)
    #expect(comparison.differences.test == .mcNemar)
    #expect(abs(try #require(comparison.differences.pValue) - 0.021484375) < 1e-12)
    #expect(comparison.meanDifference == 0.4)
    #expect(comparison.verdict == .better)
  }

  @Test func `runs without common rows give nulls`() {
    let comparison = PairedComparison(rows([1, nil], [nil, 1]), scale: .bounded(1...5), missing: .leaveOut)
    #expect(comparison.pairs == 0 && comparison.meanDifference == nil)
    #expect(comparison.interval == nil && comparison.differences.pValue == nil && comparison.verdict == .unclear)
  }

  @Test(arguments: [
    (binary(40, wins: 12, losses: 3), Verdict.better), (binary(40, wins: 3, losses: 12), .worse),
    (binary(40, wins: 11, losses: 3), .notWorse),
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

  @Test func `evidence of runs in progress counts a group once`() {
    let copies = stars([4, 4, 4, 0, 0, -4, -4], groups: [1, 1, 1, 2, 2, 3, 3])
    #expect(copies.differences.evidence == stars([4, 0, -4]).differences.evidence)
    let won = binary(2000, wins: 1500, losses: 0, isInProgress: true)
    #expect(won.differences.evidence == Evidence.most && won.verdict == .better)
  }

  /// Twelve single rows are won, and one group of forty rows is lost.
  @Test(arguments: [true, false]) func `a verdict agrees with the average over all rows`(_ isInProgress: Bool) {
    let comparison = PairedComparison(
      rows(
        (0..<52).map { $0 < 12 ? 0 : 1 }, (0..<52).map { $0 < 12 ? 1 : 0 }, groups: (0..<52).map { min($0, 12) }),
      scale: .binary, missing: .countZero, isInProgress: isInProgress)
    #expect(comparison.differences.evidence > 20 && comparison.interval?.contains(0) == false)
    #expect(comparison.verdict == .unclear && comparison.doubt == .groupSizes)
    let sentence = VerdictSentence(comparison, baseline: "A", candidate: "B")
    #expect(
      (isInProgress ? sentence.sequential(state: "state") : sentence.text)
        .contains("The groups differ in size: over all 52 rows the average is -0.538, so no verdict is given."))
  }

  /// The common part of a group of fifty rows is one coin flip.
  @Test func `one large group decides nothing`() {
    let comparison = PairedComparison(
      rows(
        (0..<62).map { $0 < 50 || $0 % 2 == 0 ? 0 : 1 }, (0..<62).map { $0 < 50 || $0 % 2 == 1 ? 1 : 0 },
        groups: (0..<62).map { max($0, 49) }),
      scale: .binary, missing: .countZero)
    #expect(comparison.verdict == .unclear)
  }

  @Test func `rows without a judged score cannot change a verdict on runs in progress`() {
    func verdict(missing: Int) -> PairedComparison {
      PairedComparison(
        rows(Array(repeating: 3, count: 60), (0..<60).map { $0 < missing ? nil : $0 < 50 ? 5 : 3 }),
        scale: .bounded(1...5), missing: .leaveOut, isInProgress: true)
    }
    #expect(verdict(missing: 2).verdict == .better)
    #expect(verdict(missing: 30).verdict == .unclear && verdict(missing: 30).doubt == .missingRows)
    #expect(verdict(missing: 30).differences.evidence > verdict(missing: 30).threshold)
  }

  @Test func `a group with a retriable row does not count while runs are in progress`() {
    let comparison = PairedComparison(
      rows([0, 0, 0, 0], [1, 1, nil, 1], groups: [0, 1, 1, 2]), scale: .binary, missing: .leaveOut, isInProgress: true)
    #expect(comparison.pairs == 2 && comparison.differences.values == [1, 1] && comparison.missing == (0, 1))
  }

  @Test(arguments: [(55, 0, 0), (59, 0, 0), (60, 9, 1), (120, 0, 2)])
  func `copies of rows of 0 and 1 are compared as these rows`(count: Int, wins: Int, losses: Int) throws {
    let alone = binaryRows(count, wins: wins, losses: losses)
    let copied = alone.enumerated().flatMap { index, row in
      [0, 1].map { _ in PairedComparison.Row(baseline: row.baseline, candidate: row.candidate, group: index) }
    }
    let (one, two) = (
      PairedComparison(alone, scale: .binary, missing: .countZero),
      PairedComparison(copied, scale: .binary, missing: .countZero)
    )
    #expect(one.verdict == two.verdict && one.interval == two.interval && one.differences.test == two.differences.test)
  }

  @Test func `copies of a row add no evidence`() throws {
    let differences: [Double] = [1, 0, 0, -1, 1, 1, 0, 1, 0, 1]
    let alone = stars(differences)
    let copied = stars(differences.flatMap { [$0, $0, $0] }, groups: (0..<30).map { $0 / 3 })
    #expect(copied.groups == 10 && alone.groups == nil)
    #expect(copied.needed == alone.needed && copied.differences.pValue == alone.differences.pValue)
    let (one, three) = (try #require(alone.interval), try #require(copied.interval))
    #expect(abs(one.lowerBound - three.lowerBound) < 1e-12 && abs(one.upperBound - three.upperBound) < 1e-12)
  }

  @Test(arguments: [(1, Verdict.better), (4, .better), (12, .unclear)])
  func `rows without a judged score cannot change a verdict`(_ missing: Int, _ verdict: Verdict) {
    let (baseline, candidate) = (Array(repeating: 3.0, count: 60), (0..<60).map { $0 < 50 ? 4.0 : 3.0 })
    let comparison = PairedComparison(
      rows(baseline, candidate.enumerated().map { $0 < missing ? nil : $1 }), scale: .bounded(1...5),
      missing: .leaveOut)
    #expect(comparison.verdict == verdict)
    #expect(comparison.doubt == (verdict == .unclear ? .missingRows : nil))
    #expect(comparison.missing == (0, missing))
  }

  @Test func `the needed rows are those for the observed difference`() {
    #expect(binary(20, wins: 6, losses: 1).needed == SampleSize.rows(toShow: 0.25, differing: 0.35))
    #expect(binary(10, wins: 0, losses: 0).needed == 59)
  }
}
