import Providers
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
    #expect(Scorer.exactMatch.score(of: answer, expected: expected) == 1)
    #expect(Scorer.exactMatch.score(of: answer, expected: expected.replacing("Oslo", with: "Rome")) == 0)
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
    #expect(Scorer.exactMatch.score(of: answer, expected: expected) == 1)
    #expect(Scorer.exactMatch.score(of: answer, expected: expected.replacing("Oslo", with: "Rome")) == 0)
    // Any other JSON is text, in which white space counts.
    #expect(Scorer.exactMatch.score(of: #"[{"name":1}]"#, expected: #"[{"name": 1}]"#) == 0)
  }
}
