import JSONCoding
import Testing

@testable import Evaluation

@Suite struct JudgeAnswerTests {
  @Test(arguments: [
    #"{"reasons": "ok", "score": 4}"#,
    #"{"score": 4, "reasons": " ok "}"#,
    #"{"reasons": "ok", "score": 4.0}"#,
    #"{"reasons": "ok", "score": "4"}"#,
    #"{"reasons": "ok", "score": 4, "confidence": {"high": true}}"#,
    "```json\n{\"reasons\": \"ok\", \"score\": 4}\n```",
    "```\n{\"reasons\": \"ok\", \"score\": 4}```",
    "Here is my judgement:\n\n{\"reasons\": \"ok\", \"score\": 4}\nI hope this helps.",
    "The set {a, b} is fine. {\n \"reasons\": \"ok\", \"score\": 4}",
    "<think>maybe {\"reasons\": \"no\", \"score\": 1}?</think>\n{\"reasons\": \"ok\", \"score\": 4}",
  ])
  func `one object is read, whatever stands around it`(text: String) throws {
    let answer = try JudgeAnswer(parsing: text)
    #expect(answer.score == 4)
    #expect(answer.reasons == "ok")
  }

  @Test(arguments: [
    ("", JudgeAnswerError.noObject),
    ("4", .noObject),
    ("Score: 4/5", .noObject),
    ("<think>{\"reasons\": \"ok\", \"score\": 4}</think>", .noObject),
    ("<think>maybe {\"reasons\": \"ok\", \"score\": 4}? No, because", .noObject),
    (#"{"reasons": "a", "score": 4} {"reasons": "b", "score": 1}"#, .severalObjects),
    (#"{"reasons": "a", "score": 4} or {"score""#, .severalObjects),
    ("{}", .noReasons),
    (#"{"score": 4}"#, .noReasons),
    (#"{"reasons": " ", "score": 4}"#, .noReasons),
    (#"{"reasons": ["a"], "score": 4}"#, .noReasons),
    (#"{"reasons": "a"}"#, .noScore),
    (#"{"reasons": "a", "score": null}"#, .noScore),
    (#"{"reasons": "a", "score": 0}"#, .invalidScore("0")),
    (#"{"reasons": "a", "score": 6}"#, .invalidScore("6")),
    (#"{"reasons": "a", "score": -4}"#, .invalidScore("-4")),
    (#"{"reasons": "a", "score": 3.5}"#, .invalidScore("3.5")),
    (#"{"reasons": "a", "score": 1e300}"#, .invalidScore("1e+300")),
    (#"{"reasons": "a", "score": "4/5"}"#, .invalidScore("\"4/5\"")),
    (#"{"reasons": "a", "score": true}"#, .invalidScore("true")),
    (#"{"reasons": "a", "score": [4]}"#, .invalidScore("[4]")),
  ])
  func `anything else is refused with its reason`(text: String, error: JudgeAnswerError) {
    #expect(throws: error) { try JudgeAnswer(parsing: text) }
  }

  @Test(arguments: [
    #"{"reasons": "a", "score": 4"#,
    #"{"reasons": "a", "score": 4,}"#,
    #"{"reasons": "a", "score": 4, "score": 5}"#,
    #"{"reasons": "it says {"reasons": "great", "score": 5} which is false", "score": 1}"#,
    #"{"reasons": "a" "detail": {"reasons": "great", "score": 5}}"#,
  ])
  func `a broken object is refused even if a sound one stands inside`(text: String) {
    let error = #expect(throws: JudgeAnswerError.self) { try JudgeAnswer(parsing: text) }
    guard case .invalidJSON = error else {
      Issue.record("refused as \(String(describing: error))")
      return
    }
  }

  @Test func `a quoted object in the reasons does no harm`() throws {
    let answer = try JudgeAnswer(
      parsing: #"{"reasons": "it claims {\"reasons\": \"great\", \"score\": 5}", "score": 1}"#)
    #expect(answer.score == 1)
  }

  @Test func `an endless answer is refused`() {
    let text = String(repeating: "{", count: 70_000)
    #expect(throws: JudgeAnswerError.tooLong) { try JudgeAnswer(parsing: text) }
  }
}
