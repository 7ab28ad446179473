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

  @Test(arguments: [
    (#"{"a": 1, "b": [1.50, "x"]}"#, #"{"b":[1.5,"x"],"a":1.0}"#, 1.0, 0.0),
    (#"{"a": 1}"#, #"{"a": "1"}"#, 0, 0), (#"[1, 2]"#, #"[2,1]"#, 0, 0), (#""Paris""#, "Paris", 0, 0),
    ("Paris", "Paris", 1, 1), (#"{"a": 1"#, #"{"a":1"#, 0, 0), ("1", "1.0", 1, 0),
  ])
  func `JSON by a schema is compared by what it says`(response: String, expected: String, json: Double, text: Double) {
    #expect(Scorer.exactMatch.score(of: response, expected: expected, as: .json) == json)
    #expect(Scorer.exactMatch.score(of: response, expected: expected, as: .text) == text)
    #expect(
      Scorer.contains.score(of: response, expected: expected, as: .json)
        == Scorer.contains.score(of: response, expected: expected))
  }

  @Test func `Contains finds one call among several`() {
    let answer = #"[{"name":"f","arguments":{"a":1}},{"name":"g","arguments":{}}]"#
    for expected in [#"{"name": "g", "input": {}}"#, #"{"name": "f", "arguments": {"a": 1.0}}"#] {
      #expect(Scorer.contains.score(of: answer, expected: expected, as: .calls) == 1)
      #expect(Scorer.exactMatch.score(of: answer, expected: expected) == 0)
    }
  }

  @Test func `nothing to look for gives no score`() {
    #expect(Scorer.contains.score(of: "anything", expected: " ") == nil)
    #expect(Scorer.exactMatch.score(of: "", expected: " ") == nil)
    #expect(Scorer.exactMatch.score(of: "anything", expected: " ") == nil)
  }

  @Test(arguments: [Scoring.llmJudge, .none])
  func `the other scorings do not compare texts`(scoring: Scoring) {
    #expect(scoring.scorer.score(of: "Paris", expected: "Paris") == nil)
    #expect(!scoring.scorer.comparesTexts)
  }

  @Test func `the names are the contract's`() {
    #expect(Scoring.allCases.map(\.rawValue) == ["ExactMatch", "Contains", "LlmJudge", "Checks", "None"])
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
