import Store
import Testing

@testable import Evaluation

@Suite struct SequentialTestTests {
  /// As in ``DecisionStatisticsTests``.
  private let differences: [Double] = [
    -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2, 3, -2, 0, -2, 3, -2, 1, -1, -1, 1, -2,
  ]

  private func running(_ differences: [Double], range: Double) -> Double {
    var evidence = RunningEvidence(range: range)
    for difference in differences { evidence.add(difference) }
    return evidence.value
  }

  private func pairs(_ wins: Int, _ losses: Int) -> [Double] {
    Array(repeating: 1, count: wins) + Array(repeating: -1, count: losses)
  }

  // `scipy.integrate.quad`
  @Test(arguments: [
    (5, 0, 5.333333333), (8, 0, 28.44444444), (9, 0, 51.2), (11, 3, 3.000732601), (13, 3, 6.884033613),
    (130, 70, 785.2584658),
  ])
  func `evidence that is added row by row is that of all rows`(_ wins: Int, _ losses: Int, _ expected: Double) {
    #expect(abs(running(pairs(wins, losses), range: 1) / expected - 1) < 1e-9)
  }

  @Test func `evidence of stars`() {
    #expect(abs(running(differences, range: 4) - 0.5640204538) < 1e-9)
    #expect(running(Array(repeating: 4, count: 5_000), range: 4) == Evidence.most)
  }

  private func decision(
    _ scores: [(baseline: Double?, candidate: Double?)], scale: ScoreScale = .binary, required: Double = 20
  ) -> (verdict: Verdict?, rows: Int) {
    var test = SequentialTest(scale: scale, required: required)
    for (index, pair) in scores.enumerated() {
      test.add([pair])
      if let decision = test.decision { return (decision, index + 1) }
    }
    return (nil, scores.count)
  }

  @Test func `the eighth win of eight decides, in either direction`() {
    #expect(decision(Array(repeating: (0, 1), count: 20)) == (.better, 8))
    #expect(decision(Array(repeating: (1, 0), count: 20)) == (.worse, 8))
    #expect(decision(Array(repeating: (1, 1), count: 20)) == (nil, 20))
    #expect(decision(Array(repeating: (1, 5), count: 20), scale: .bounded(1...5)) == (.better, 8))
    // More drafts require more evidence.
    #expect(decision(Array(repeating: (0, 1), count: 20), required: 60) == (.better, 10))
  }

  @Test func `a failed row decides nothing, and delays a decision that it could turn`() {
    #expect(decision(Array(repeating: (1, nil), count: 50)) == (nil, 50))
    #expect(decision(Array(repeating: (0, nil), count: 50)) == (nil, 50))
    let delayed = decision([(1, nil)] + Array(repeating: (0, 1), count: 20))
    #expect(delayed.verdict == .better && delayed.rows > 9)
    // The verdict of the comparison says the same.
    for count in 8...12 {
      let rows = (0..<count).map {
        PairedComparison.Row(baseline: $0 == 0 ? 1 : 0, candidate: $0 == 0 ? nil : 1, group: $0)
      }
      let verdict = PairedComparison(rows, scale: .binary, missing: .leaveOut, hasStopRule: true).verdict
      #expect((verdict == .better) == (count >= delayed.rows))
    }
  }

  @Test func `rows of a group are one piece of evidence`() {
    var test = SequentialTest(scale: .binary, required: 20)
    for _ in 0..<7 { test.add(Array(repeating: (0, 1), count: 10)) }
    #expect(test.decision == nil)
    test.add([(0, 1)])
    #expect(test.decision == .better)
  }

  // MARK: The order

  @Test func `an order follows from its seed and keeps groups together`() {
    let order = RowOrder(seed: 7)
    let rows = order.sorted(0..<40) { $0 / 4 * 4 }
    #expect(rows == order.sorted(0..<40) { $0 / 4 * 4 } && Set(rows).count == 40)
    for start in stride(from: 0, to: 40, by: 4) {
      #expect(rows[start..<start + 4].map { $0 / 4 } == Array(repeating: rows[start] / 4, count: 4))
    }
    #expect(rows != RowOrder(seed: 8).sorted(0..<40) { $0 / 4 * 4 })
    // Rows that are missing leave the others in their order.
    let some = order.sorted(stride(from: 0, to: 40, by: 3)) { $0 }
    let all = order.sorted(0..<40) { $0 }
    #expect(some == all.filter { $0 % 3 == 0 })
    #expect(RowOrder.seed(ofRun: 1) != RowOrder.seed(ofRun: 2) && RowOrder.seed(ofRun: 1) >= 0)
  }

  @Test func `every place is equally likely for a row`() {
    var counts = Array(repeating: 0, count: 10)
    for run in 1...5_000 {
      let place = RowOrder(seed: RowOrder.seed(ofRun: run)).sorted(0..<10) { $0 }.firstIndex(of: 3)
      counts[place ?? 0] += 1
    }
    // 500 each; five standard deviations are 106.
    #expect(counts.allSatisfy { abs($0 - 500) < 106 })
  }

  @Test func `rows count in their order, not as they arrive`() {
    let baseline = Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, 0.0) })
    var rule = StopRule(rows: Array(0..<20), group: { $0 }, baseline: baseline, scale: .binary, required: 20)
    for row in 1..<20 { rule.settle(row: row, score: 1) }
    #expect(rule.decision == nil)
    rule.settle(row: 0, score: 0)
    #expect(rule.decision?.rows.count == 9 && rule.decision?.verdict == .better)
  }
}
