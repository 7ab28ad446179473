import Testing

@testable import Evaluation

@Suite struct JudgePairTests {
  /// The scores of a person and of two judges; nil where a judge has none.
  private typealias Scores = (human: Double, near: Double?, far: Double?)

  /// Responses of different rows.
  private func rows(_ scores: [Scores]) -> [JudgePair.Row] {
    scores.enumerated().map { index, score in
      var judges: [String: Double] = [:]
      judges["near"] = score.near
      judges["far"] = score.far
      return JudgePair.Row(human: score.human, judges: judges, group: index)
    }
  }

  @Test func `two judges are compared on the responses that both have scored`() throws {
    let common = (0..<20).map { index -> Scores in
      let human = Double(2 + index % 3)
      return (human, human, Double(4 + index % 2))
    }
    let others: [Scores] = [(3, 3, nil), (4, nil, 1)]
    let pair = try #require(JudgePair.all(of: rows(common + others)).first)
    #expect(pair.first == "far" && pair.second == "near" && pair.count == 20)
    #expect(pair.difference < 0 && pair.interval.upperBound < 0)
    #expect(pair.agreements.map { $0?.same } == [common.count { $0.human == $0.far }, 20])
    #expect(pair.sentence.contains("near is") && pair.sentence.contains("closer to people than far"))
  }

  @Test func `few responses show nothing, and judges without common ones are no pair`() throws {
    let pair = try #require(JudgePair.all(of: rows([(3, 3, 4), (4, 4, 5)])).first)
    #expect(pair.count == 2 && pair.agreements == [nil, nil] && pair.sentence.contains("too few"))
    #expect(JudgePair.all(of: rows([(3, 3, nil), (4, nil, 5)])).isEmpty)
  }

  @Test func `the figures of two judges have no decimals that are zero`() throws {
    // The judges differ from people by the same on average.
    let scores = (0..<400).map { row -> Scores in row == 0 ? (3, 4, 3) : row == 200 ? (3, 3, 4) : (3, 4, 4) }
    let pair = try #require(JudgePair.all(of: rows(scores)).first)
    #expect(pair.difference == 0 && pair.sentence.contains("0 points further"), "\(pair.sentence)")
    let whole = try #require(JudgePair.all(of: rows((0..<400).map { _ in (5, 5, 4) })).first)
    #expect(whole.sentence.contains("near is 1 point closer"), "\(whole.sentence)")
  }

  @Test func `no judge is closer on fewer rows than an agreement takes, however clear the interval`() throws {
    func pair(_ count: Int) throws -> JudgePair {
      try #require(JudgePair.all(of: rows((0..<count).map { _ in (5, 5, 1) })).first)
    }
    let few = try pair(Agreement.fewest - 1)
    #expect(!few.interval.contains(0) && few.isTooFew && !few.sentence.contains("points closer"))
    let enough = try pair(Agreement.fewest)
    #expect(!enough.isTooFew && enough.sentence.contains("points closer") && enough.sentence.contains("95 %"))
  }

  @Test func `the pairs that have responses in common share the five percent`() throws {
    let names = ["a", "b", "c"]
    let rows = (0..<12).map { row in
      JudgePair.Row(
        human: 3, judges: Dictionary(uniqueKeysWithValues: names.map { ($0, $0 == "a" ? 3 : 4) }), group: row)
    }
    let pairs = JudgePair.all(of: rows)
    #expect(pairs.count == 3 && pairs.allSatisfy { abs($0.level - (1 - 0.05 / 3)) < 1e-9 })
    #expect(pairs[0].sentence.contains("98.33 %"))
    let lonely = JudgePair.Row(human: 3, judges: ["d": 3], group: 99)
    #expect(JudgePair.all(of: rows + [lonely]).allSatisfy { abs($0.level - (1 - 0.05 / 3)) < 1e-9 })
  }
}
