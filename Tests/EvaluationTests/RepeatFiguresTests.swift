import Testing

@testable import Evaluation

@Suite struct RepeatFiguresTests {
  @Test(arguments: [
    (5, 3, 2, 0.9, 0.3), (10, 9, 5, 1, 0.5), (10, 3, 5, 0.916_667, 0), (8, 4, 3, 0.928_571, 0.071_429), (3, 2, 3, 1, 0),
  ])
  func `pass@k and pass^k count selections without putting back`(
    answers: Int, right: Int, k: Int, any: Double, all: Double
  ) throws {
    let found = (
      try #require(RepeatFigures.passAt(k, answers: answers, right: right)),
      try #require(RepeatFigures.passAll(k, answers: answers, right: right))
    )
    #expect(abs(found.0 - any) < 1e-6)
    #expect(abs(found.1 - all) < 1e-6)
  }

  @Test func `fewer answers than k show nothing`() {
    #expect(RepeatFigures.passAt(4, answers: 3, right: 3) == nil)
    #expect(RepeatFigures.passAll(4, answers: 3, right: 3) == nil)
  }

  private static let scores: [[Double]] = [[1, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 0], [0, 1, 0], [1, 1, 1]]

  private static func figures(
    _ scores: [[Double]], failures: [Int: Int] = [:], rightFrom: Double? = 1, repeats: Int = 3
  ) -> RepeatFigures {
    RepeatFigures(
      scores.enumerated().map { ($0.offset, $0.element) }, failures: failures, rightFrom: rightFrom, repeats: repeats)
  }

  @Test func `the row is the unit`() throws {
    let figures = Self.figures(Self.scores)
    let variance = try #require(figures.variance)
    #expect(abs(variance.mean - 0.611_111) < 1e-6)
    #expect(abs(try #require(variance.standardError) - 0.159_087) < 1e-6)
    #expect(abs(try #require(variance.within) - 0.166_667) < 1e-6)
    #expect(abs(try #require(variance.between) - 0.096_296) < 1e-6)
    // 0.166667 / 3 of 0.166667 / 3 + 0.096296.
    #expect(abs(try #require(variance.resamplingShare) - 0.365_854) < 1e-6)
    #expect(
      variance.advice?.contains("37 %") == true
        && variance.advice?.contains("rows would narrow its interval to about 71 %") == true
        && variance.advice?.contains("at the same cost, to about 90 %") == true)
    #expect(abs(try #require(figures.passAt(1)) - 0.611_111) < 1e-6)
    #expect(abs(try #require(figures.passAt(2)) - 0.777_778) < 1e-6)
    #expect(abs(try #require(figures.passAll(2)) - 0.444_444) < 1e-6)
    #expect(abs(try #require(figures.passAll(3)) - 0.333_333) < 1e-6)
    #expect(figures.passAt(4) == nil)
  }

  @Test func `rows that are right only sometimes are listed, worst first`() {
    #expect(
      Self.figures(Self.scores).flakyRows == [
        .init(rowIndex: 4, right: 1, answers: 3), .init(rowIndex: 1, right: 2, answers: 3),
        .init(rowIndex: 3, right: 2, answers: 3),
      ])
  }

  @Test func `a row with fewer answers than the others leaves a gap and no guess`() {
    let figures = Self.figures([[1, 1, 1], [1, 0]])
    #expect(figures.passAt(2) == 1 && figures.passAll(2) == 0.5)
    #expect(figures.passAt(3) == nil && figures.passAll(3) == nil)
  }

  @Test func `a failed answer is a wrong answer where texts are compared`() {
    let figures = Self.figures([[1, 1, 1], [1, 1]], failures: [1: 1, 2: 3])
    #expect(figures.passAll(3) == 1.0 / 3)
    #expect(figures.flakyRows == [.init(rowIndex: 1, right: 2, answers: 3)])
  }

  @Test func `answers that never differ give no advice`() {
    let figures = Self.figures([[1, 1], [1, 1]], repeats: 2)
    #expect(figures.variance?.resamplingShare == nil && figures.variance?.advice == nil)
    #expect(figures.passAll(2) == 1 && figures.flakyRows.isEmpty)
  }

  @Test func `rows that differ by chance alone call for repeats`() {
    let figures = Self.figures([[1, 0], [0, 1], [1, 0]], repeats: 2)
    #expect(
      figures.variance?.resamplingShare == 1
        && figures.variance?.advice?.contains("at the same cost, to about 71 %") == true)
  }

  @Test func `right is the top of a scale, and 4 of 5`() {
    #expect(ScoreScale.binary.rightFrom == 1)
    #expect(ScoreScale.bounded(0...1).rightFrom == 1)
    #expect(ScoreScale.bounded(1...5).rightFrom == 4)
  }

  @Test func `of twenty repeats a few counts are shown`() {
    #expect(Self.figures([[1]], repeats: 3).shownCounts == [1, 2, 3])
    #expect(Self.figures([[1]], repeats: 12).shownCounts == [1, 2, 3, 4, 5, 10, 12])
  }

  @Test func `a row counts once in means, however many of its answers have a score`() {
    var means = RowMeans()
    for (row, value) in [(0, 1.0), (1, 0), (0, 1), (0, 1)] { means.add(value, row: row) }
    #expect(means.mean == 0.5 && means.count == 4 && means.means == [1, 0])
    var statistics = RunStatistics()
    for score in [1.0, 1, 1] { statistics.add(.init(rowIndex: 0, isCompleted: true, score: score)) }
    statistics.add(.init(rowIndex: 1, isCompleted: true, score: 0))
    statistics.add(.init(rowIndex: 1, isCompleted: false))
    statistics.add(.init(rowIndex: 2, isCompleted: false))
    #expect(statistics.averageScore == 0.5 && statistics.scoreCount == 4)
    #expect(statistics.averageWithFailuresAsZero == 1.0 / 3)
  }
}
