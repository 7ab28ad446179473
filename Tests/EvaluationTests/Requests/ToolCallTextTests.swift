import JSONCoding
import Providers
import Store
import Testing

@testable import Evaluation

@Suite struct ToolCallTextTests {
  private static func completion(_ arguments: String..., text: String = "") -> Completion {
    var completion = Completion(text: text, model: "m")
    completion.toolCalls = arguments.enumerated().map { ToolCall(id: "c\($0)", name: "f", arguments: $1) }
    return completion
  }

  @Test(arguments: [
    (#"{"b": 1, "a": {"d": [2.0, "x"], "c": null}}"#, #"{"a":{"c":null,"d":[2,"x"]},"b":1}"#),
    ("{}", "{}"), (#"{"a": 0.5}"#, #"{"a":0.5}"#), (#"{"a": 1"#, #""{\"a\": 1""#), ("", #""""#),
  ])
  func `equal calls have equal text`(arguments: String, canonical: String) {
    #expect(Self.completion(arguments).answerText == #"[{"name":"f","arguments":\#(canonical)}]"#)
  }

  @Test func `several calls keep their order, and text beside them is not part of the answer`() {
    let completion = Self.completion(#"{"n":2}"#, #"{"n":1}"#, text: "Let me look.")
    #expect(completion.answerText == #"[{"name":"f","arguments":{"n":2}},{"name":"f","arguments":{"n":1}}]"#)
    #expect(completion.textBesideCalls == "Let me look.")
    #expect(Completion(text: "Hi", model: "m").answerText == "Hi")
    #expect(Completion(text: "Hi", model: "m").textBesideCalls == nil)
  }

  @Test(arguments: [
    #"{"name": "f", "arguments": {"days": 2, "city": "Oslo"}}"#,
    #"{"name": "f", "arguments": "{\"days\": 2, \"city\": \"Oslo\"}"}"#,
    #"[{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\"city\":\"Oslo\",\"days\":2.0}"}}]"#,
    #"{"type": "tool_use", "id": "t", "name": "f", "input": {"city": "Oslo", "days": 2}}"#,
    #"[{"name": "f", "input": {"city": "Oslo", "days": 2}}]"#,
  ])
  func `an expected call may be in the form of any vendor`(expected: String) {
    let answer = Self.completion(#"{"city":"Oslo","days":2}"#).answerText
    for scorer in [Scorer.exactMatch, .contains] {
      #expect(scorer.score(of: answer, expected: expected, as: .calls) == 1)
      #expect(scorer.score(of: answer, expected: expected.replacing("Oslo", with: "Rome"), as: .calls) == 0)
    }
  }

  @Test func `the order of parallel calls does not count, but their number does`() {
    let (one, other) = (#"{"name":"f","arguments":{"n":1}}"#, #"{"name":"g","input":{"n":2}}"#)
    func scores(_ answer: [String], _ expected: [String]) -> [Double?] {
      func list(_ calls: [String]) -> String { "[\(calls.joined(separator: ", "))]" }
      return [Scorer.exactMatch, .contains].map { $0.score(of: list(answer), expected: list(expected), as: .calls) }
    }
    #expect(scores([one, other], [other, one]) == [1, 1])
    #expect(scores([one, one], [one]) == [0, 1])
    #expect(scores([one], [one, one]) == [0, 0])
    #expect(scores([one, other, one], [one, one]) == [0, 1])
    #expect(scores([one], [other]) == [0, 0])
  }

  @Test(arguments: [
    (#"{"id":1,"name":"Ada","input":"hi"}"#, #"{"id":2,"name":"Ada","input":"hi"}"#),
    (#"{"name":"x","type":"A","input":"5"}"#, #"{"name":"x","type":"B","input":5}"#),
    (#"{"type":"bug","name":"a","input":"b"}"#, #"{"type":"feature","name":"a","input":"b"}"#),
  ])
  func `JSON that looks like a call is one only where tools were offered`(answer: String, expected: String) {
    for form in [TextComparison.Form.text, .json] {
      for scorer in [Scorer.exactMatch, .contains] {
        #expect(scorer.score(of: answer, expected: expected, as: form) == 0)
        #expect(scorer.score(of: answer, expected: answer, as: form) == 1)
      }
    }
  }

  @Test func `answers are compared as what the run asked for`() throws {
    func form(_ settings: JSONObject) throws -> TextComparison.Form {
      let settings = try RequestSettings(settings)
      return RunRecord().comparedForm(of: PromptRecord { $0.settings = settings })
    }
    #expect(try form([:]) == .text && form(["tools": []]) == .text)
    #expect(try form(["response_schema": ["type": "object"]]) == .json)
    #expect(try form(["tools": [["type": "function", "function": ["name": "f"]]]]) == .calls)
  }

  @Test(arguments: [
    #"{"name": "Ann", "arguments": {}, "age": 3}"#, #"{"name": "Ann", "age": 3}"#, #"[]"#, #"["name"]"#,
    #"[{"name": "f", "arguments": {}}, {"name": "g"}]"#, #"{"function": {"name": 1, "arguments": {}}}"#,
  ])
  func `any other JSON is no call`(text: String) {
    #expect(ToolCallText.calls(in: text) == nil)
  }

  @Test func `an expected call may be written in any way that JSON allows`() {
    let answer = Self.completion(#"{"city":"Oslo","days":2}"#).answerText
    let expected = #"[ {"arguments": {"days": 2.0, "city": "Oslo"}, "name": "f"} ]"#
    func score(_ answer: String, _ expected: String) -> Double? {
      Scorer.exactMatch.score(of: answer, expected: expected, as: .calls)
    }
    #expect(score(answer, expected) == 1)
    #expect(score(answer, expected.replacing("Oslo", with: "Rome")) == 0)
    // Any other JSON is text, in which white space counts.
    #expect(score(#"[{"name":1}]"#, #"[{"name": 1}]"#) == 0)
  }
}
