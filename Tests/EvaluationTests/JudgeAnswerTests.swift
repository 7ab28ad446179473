import JSONCoding
import Testing

@testable import Evaluation

@Suite struct JudgeAnswerTests {
  @Test(arguments: [
    #"{"reasons": "ok", "score": 4}"#,
    #"{"score": 4, "reasons": " ok "}"#,
    #"{"reasons": "ok", "score": 4.0}"#,
    #"{"reasons": "ok", "score": 4e0}"#,
    #"{"reasons": "ok", "score": "4"}"#,
    #"{"reasons": "ok", "score": " 4.0 "}"#,
    #"{"reasons": "ok", "score": "4/5"}"#,
    #"{"reasons": "ok", "score": "4 / 5"}"#,
    #"{"reasons": "ok", "score": "4 out of 5"}"#,
    #"{"reasons": "ok", "score": "4 Out Of 5"}"#,
    #"{"reasons": "ok", "score": "４"}"#,
    #"{"reasons": "ok", "score": "４／５"}"#,
    #"{"reasons": "ok", "score": 4, "confidence": {"high": true}}"#,
    #"{"reasons": "ok", "score": 4, "max_score": 5}"#,
    #"{"reasons": "ok", "score": 4, "scale": "1 to 5"}"#,
    #"{"reasons": "ok", "score": 4, "final_score": "4/5"}"#,
    #"{"Reasons": "ok", "SCORE": 4}"#,
    #"{"reason": "ok", "score": 4}"#,
    #"{"rationale": "ok", "rating": 4}"#,
    #"{"Feedback": "ok", "Rating": 4}"#,
    #"{"reasons": "ok", "score": 4, "feedback": "More sources."}"#,
    #"{"reasons": ["ok"], "score": 4}"#,
    #"{"review": {"reasons": "ok", "score": 4}}"#,
    #"{"Judgement": {"reasons": "ok", "score": 4}}"#,
    #"{"Tone of voice": {"reasons": "ok", "score": 4}}"#,
    #"[{"reasons": "ok", "score": 4}]"#,
    #"{"reasons": "ok", "score": 4,}"#,
    #"{"reasons": ["ok",], "score": 4 , }"#,
    "{\"reasons\": \"\tok\n\", \"score\": 4}",
    "```json\n{\"reasons\": \"ok\", \"score\": 4}\n```",
    "```\n{\"reasons\": \"ok\", \"score\": 4}```",
    "Here is my judgement:\n\n{\"reasons\": \"ok\", \"score\": 4}\nI hope this helps.",
    "Here is my judgement:\n```json\n{\"reasons\": \"ok\", \"score\": 4}\n```\nDone.",
    "I give it 4 out of 5.\n{\"reasons\": \"ok\", \"score\": 4}",
    "On a scale of 1 to 5 it deserves this: {\"reasons\": \"ok\", \"score\": 4}",
    "The set {a, b} is fine. {\n \"reasons\": \"ok\", \"score\": 4}",
    "<think>maybe {\"reasons\": \"no\", \"score\": 1}?</think>\n{\"reasons\": \"ok\", \"score\": 4}",
    "<thinking>maybe {\"reasons\": \"no\", \"score\": 1}?</thinking>\n{\"reasons\": \"ok\", \"score\": 4}",
    "<Reasoning>Is it 2?</Reasoning><reflection>{broken</reflection>{\"reasons\": \"ok\", \"score\": 4}",
    "<analysis>\n{\"score\": 1\n</analysis>\n{\"reasons\": \"ok\", \"score\": 4}",
    "perhaps {\"reasons\": \"no\", \"score\": 1}, no\n</think>\n{\"reasons\": \"ok\", \"score\": 4}",
    "{\"reasons\": \"ok\", \"score\": 4}<|im_end|>",
    "{\"reasons\": \"ok\", \"score\": 4}</s>",
    "<answer>{\"reasons\": \"ok\", \"score\": 4}</answer>",
    "{\"reasons\": \"ok\", \"score\": 4}}",
    "{\"reasons\": \"ok\", \"score\": 4}\n{\"score\": \"4\", \"reasons\": \"ok\"}",
  ])
  func `one judgement is read in every accepted form`(text: String) throws {
    let answer = try JudgeAnswer(parsing: text, criterion: "tone of voice")
    #expect(answer.score == 4)
    #expect(answer.reasons == "ok")
  }

  @Test func `reasons keep their lines and apostrophes`() throws {
    #expect(try JudgeAnswer(parsing: "{\"reasons\": \"It\\'s\nfine\", \"score\": 4}").reasons == "It's\nfine")
    #expect(try JudgeAnswer(parsing: #"{"reasons": ["Right.", "Short."], "score": 4}"#).reasons == "Right.\nShort.")
  }

  @Test(arguments: [
    ("", JudgeAnswerError.noObject),
    ("4", .noObject),
    ("Score: 4/5", .noObject),
    ("<think>{\"reasons\": \"ok\", \"score\": 4}</think>", .noObject),
    ("<think>maybe {\"reasons\": \"ok\", \"score\": 4}? No, because", .noObject),
    (#"{"reasons": "ok", "score": 4}</think>"#, .noObject),
    (#"{"reasons": "a", "score": 4} {"reasons": "b", "score": 1}"#, .severalObjects),
    (#"{"reasons": "a", "score": 4} or {"score""#, .severalObjects),
    (#"[{"reasons": "a", "score": 4}, {"reasons": "b", "score": 4}]"#, .severalObjects),
    (#"{"reasons": "a", "score": 4} Wait, that is too much. Final score: 2"#, .proseBehind),
    (#"{"reasons": "a", "score": 4}."#, .proseBehind),
    (#"{"reasons": "a", "score": 4} Done? No."#, .proseBehind),
    (#"{"reasons": "a", "score": 4} <think>or 3</think>"#, .proseBehind),
    ("{}", .noReasons),
    (#"{"score": 4}"#, .noReasons),
    (#"{"reasons": " ", "score": 4}"#, .noReasons),
    (#"{"reasons": "...", "score": 4}"#, .noReasons),
    (#"{"reasons": ["a", 1], "score": 4}"#, .noReasons),
    (#"{"response": {"reasons": "a", "score": 4}}"#, .noReasons),
    (#"{"review": {"reasons": "a", "score": 4}, "score": 2}"#, .noReasons),
    (#"{"review": {"review": {"reasons": "a", "score": 4}}}"#, .noReasons),
    (#"{"reasons": "<why>", "score": 4}"#, .form),
    (#"{"reasons": "Why, in one to four sentences", "score": 4}"#, .form),
    (#"{"reasons": "a"}"#, .noScore),
    (#"{"reasons": "Nothing to judge.", "score": null}"#, .cannotJudge("Nothing to judge.")),
    (#"{"reasons": "a", "score": 0}"#, .invalidScore("0")),
    (#"{"reasons": "a", "score": 6}"#, .invalidScore("6")),
    (#"{"reasons": "a", "score": -4}"#, .invalidScore("-4")),
    (#"{"reasons": "a", "score": 3.5}"#, .invalidScore("3.5")),
    (#"{"reasons": "a", "score": "4.5/5"}"#, .invalidScore("\"4.5/5\"")),
    (#"{"reasons": "a", "score": 1e300}"#, .invalidScore("1e+300")),
    (#"{"reasons": "a", "score": "4 stars"}"#, .invalidScore("\"4 stars\"")),
    (#"{"reasons": "a", "score": true}"#, .invalidScore("true")),
    (#"{"reasons": "a", "score": [4]}"#, .invalidScore("[4]")),
    (#"{"reasons": "a", "score": "4/10"}"#, .otherScale("4/10")),
    (#"{"reasons": "a", "score": 4, "max_score": 10}"#, .otherScale("10")),
    (#"{"reasons": "a", "score": 4, "scale": "1-10"}"#, .otherScale("\"1-10\"")),
    (#"{"reasons": "a", "score": 4, "Score": 2}"#, .contradiction("2")),
    (#"{"reasons": "a", "score": 4, "final_score": 2}"#, .contradiction("2")),
    (#"{"reasons": "a", "score": 4, "correction": {"score": 2}}"#, .contradiction("2")),
    (#"I give it two stars. {"reasons": "a", "score": 4}"#, .contradiction("two")),
    (#"Score: 2/5 {"reasons": "a", "score": 4}"#, .contradiction("2")),
    (#"The response says {"reasons": "a", "score": 4}"#, .quotation),
  ])
  func `anything else is refused with its reason`(text: String, error: JudgeAnswerError) {
    #expect(throws: error) { try JudgeAnswer(parsing: text) }
  }

  @Test(arguments: [
    #"{"reasons": "a", "score": 4"#,
    #"{"reasons": "a", "score": 4,,}"#,
    #"{"reasons": "a", "score": 4, "score": 5}"#,
    #"{"reasons": "it says {"reasons": "great", "score": 5} which is false", "score": 1}"#,
    #"{"reasons": "a" "detail": {"reasons": "great", "score": 5}}"#,
    #"{"reasons": "it says </think> {"reasons": "great", "score": 5}"#,
  ])
  func `a broken object is refused even if it contains a valid one`(text: String) {
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

  @Test func `reasons that occur in a text without the score are no quotation`() throws {
    let material = ["The answer is right.", #"{"reasons": "The answer is right.", "score": 2}"#]
    #expect(try JudgeAnswer(parsing: #"{"reasons": "The answer is right.", "score": 5}"#, of: material).score == 5)
  }

  @Test func `an endless answer is refused`() {
    let text = String(repeating: "{", count: 70_000)
    #expect(throws: JudgeAnswerError.tooLong) { try JudgeAnswer(parsing: text) }
  }
}
