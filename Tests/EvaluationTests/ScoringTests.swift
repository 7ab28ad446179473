import Store
import Testing

@testable import Evaluation

@Suite struct ScoringTests {
  @Test(arguments: [
    ("Paris", "Paris", 1.0, 1.0),
    ("  Paris\n", " Paris ", 1, 1),
    ("paris", "Paris", 0, 0),
    ("It is Paris.", "Paris", 0, 1),
    ("Par", "Paris", 0, 0),
    ("", "Paris", 0, 0),
    ("caf\u{E9}", "cafe\u{301}", 1, 1),
    ("a\nb", "a\r\nb", 1, 1),
    ("say a\r\nb now", "a\nb", 0, 1),
    ("a b", "a  b", 0, 0),
  ])
  func `texts are compared`(response: String, expected: String, exact: Double, contains: Double) {
    #expect(Scorer.exactMatch.score(of: response, expected: expected) == exact)
    #expect(Scorer.contains.score(of: response, expected: expected) == contains)
  }

  @Test func `an empty expected output gives no score`() {
    #expect(Scorer.contains.score(of: "anything", expected: " ") == nil)
    #expect(Scorer.exactMatch.score(of: "", expected: " ") == 1)
    #expect(Scorer.exactMatch.score(of: "anything", expected: " ") == 0)
  }

  @Test(arguments: [Scoring.llmJudge, .none])
  func `the other scorings do not compare texts`(scoring: Scoring) {
    #expect(scoring.scorer.score(of: "Paris", expected: "Paris") == nil)
    #expect(!scoring.scorer.comparesTexts)
  }

  @Test func `the names are the contract's`() {
    #expect(Scoring.allCases.map(\.rawValue) == ["ExactMatch", "Contains", "LlmJudge", "None"])
  }

  @Test(arguments: [true, false], [(true, true), (true, false), (false, true), (false, false)])
  func `a run with metrics and a judge is judged, others are compared if they have an expected output`(
    hasExpectedOutput: Bool, has: (metrics: Bool, judge: Bool)
  ) {
    let scoring = Scorer.standard(
      hasMetrics: has.metrics, hasJudge: has.judge, hasExpectedOutput: hasExpectedOutput)
    #expect(scoring == (has.metrics && has.judge ? .llmJudge : hasExpectedOutput ? .exactMatch : .none))
  }
}
