import Testing

@testable import Evaluation

/// Intervals of one run's mean, whose rows may form groups.
///
/// The values are from a program in numpy.
@Suite struct GroupedScoresTests {
  @Test func `groups of equal rows are as wide as so many rows`() throws {
    let scores = GroupedScores((0..<100).map { $0 < 50 ? 1 : 0 }, groups: (0..<100).map { $0 / 10 })
    #expect(scores.groupCount == 10 && scores.mean == 0.5)
    let interval = try #require(scores.interval(.binary))
    #expect(abs(interval.lowerBound - 0.12297) < 1e-4 && abs(interval.upperBound - 0.87703) < 1e-4)
    let single = try #require(GroupedScores(scores.scores).interval(.binary))
    #expect(single.lowerBound > 0.4 && single.upperBound < 0.6)
  }

  @Test func `groups of different sizes count as fewer`() throws {
    let scores = GroupedScores(
      [1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1], groups: [0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 4, 5])
    let interval = try #require(scores.interval(.binary))
    #expect(abs(interval.lowerBound - 0.366225) < 1e-4 && interval.upperBound == 1)
    let stars = GroupedScores(
      [3, 4, 4, 2, 5, 3, 3, 4, 2, 4, 4, 5, 3, 3], groups: [0, 0, 1, 1, 2, 3, 3, 3, 4, 5, 5, 6, 7, 7])
    let found = try #require(stars.interval(.bounded(1...5)))
    #expect(abs(found.lowerBound - 2.917438) < 1e-4 && abs(found.upperBound - 4.073777) < 1e-4)
  }

  @Test func `rows that are groups of their own have the usual interval`() {
    let scores = [1.0, 5, 4, 4, 2]
    let single = GroupedScores(scores, groups: [7, 3, 9, 1, 0])
    #expect(single.groupCount == nil && single.interval(.bounded(1...5)) == MeanInterval.of(scores, bounds: 1...5))
    #expect(GroupedScores([]).interval(.binary) == nil && GroupedScores([]).mean == nil)
    // One group is one piece of evidence, however many rows it has.
    #expect(GroupedScores([1, 1, 1], groups: [4, 4, 4]).interval(.binary) == MeanInterval.of([1], bounds: 0...1))
  }
}
