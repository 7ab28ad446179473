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
    #expect(pair.count == 2 && pair.agreements == [nil, nil] && pair.sentence.contains("not shown"))
    #expect(JudgePair.all(of: rows([(3, 3, nil), (4, nil, 5)])).isEmpty)
  }
}
