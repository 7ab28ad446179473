import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct StreamAssemblerTests {
  /// The results of a stream, step by step.
  private func steps(_ assembler: inout some StreamAssembler, _ events: [String]) -> [StreamStep] {
    events.map { assembler.read(ServerSentEvent(data: $0)) }
  }

  private func text(_ steps: [StreamStep]) -> String {
    steps.map { if case .text(let part) = $0 { part } else { "" } }.joined()
  }

  @Test func `chunks give text, and the end gives reason, model, usage and cost`() {
    var stream = ChatCompletionsStream()
    let steps = steps(
      &stream,
      [
        #"{"model":"gpt-4.1-mini","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
        Chunk.text("Par"),
        #"{"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm","content":null}}]}"#, Chunk.text("is"),
        Chunk.end("length"), Chunk.usage, Chunk.done,
      ])
    #expect(steps == [.nothing, .text("Par"), .nothing, .text("is"), .nothing, .nothing, .end])
    #expect(stream.isWhole)
    var usage = TokenUsage(promptTokens: 9, completionTokens: 3, cachedTokens: 4)
    usage.reportedCost = 0.002
    let answer = ChatCompletionsFormat().answer(stream.answer(text: text(steps)), to: request())
    #expect(
      answer
        == .completion(
          Completion(
            text: "Paris", model: "gpt-4.1-mini", finishReason: "length",
            usage: usage, reportedCost: 0.002,
            reasoningText: "hm")))
  }

  @Test func `a refusal is the answer, as it is without a stream`() {
    var stream = ChatCompletionsStream()
    let steps = steps(
      &stream,
      [#"{"choices":[{"delta":{"refusal":"I "}}]}"#, #"{"choices":[{"delta":{"refusal":"won't"}}]}"#, Chunk.end()])
    #expect(text(steps) == "I won't")
    let answer = ChatCompletionsFormat().answer(stream.answer(text: "I won't"), to: request("m"))
    var refusal = Completion(text: "I won't", model: "gpt-4.1-mini", finishReason: "refusal")
    refusal.refusal = "I won't"
    #expect(answer == .completion(refusal))
  }

  @Test func `a tool call alone is not an answer`() {
    var stream = ChatCompletionsStream()
    _ = steps(&stream, [#"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#, Chunk.end("tool_calls")])
    let answer = ChatCompletionsFormat().answer(stream.answer(text: ""), to: request())
    #expect(
      answer == .unusable("asked for a tool in place of an answer.", usage: nil, finishReason: "tool_calls"))
  }

  @Test(arguments: [
    (#"{"id":"x","error":{"code":502,"message":"upstream"},"choices":[{"delta":{},"finish_reason":"error"}]}"#, 502),
    (#"{"choices":[{"delta":{"content":""},"error":{"code":429,"message":"upstream"}}]}"#, 429),
    (#"{"error":{"message":"upstream","type":"rate_limit_error","code":"rate_limit_exceeded"}}"#, 429),
    (#"{"error":{"message":"upstream","type":"server_error"}}"#, 500),
  ])
  func `an error in the middle of a stream is detected`(_ chunk: String, _ status: Int) {
    var stream = ChatCompletionsStream()
    guard case .error(let body) = stream.read(ServerSentEvent(data: chunk)) else {
      Issue.record("no error")
      return
    }
    #expect(body.message == "upstream" && body.impliedStatus == status)
    #expect(!stream.isWhole)
  }

  @Test func `invalid JSON is unreadable`() {
    var stream = ChatCompletionsStream()
    guard case .unreadable(let reason) = stream.read(ServerSentEvent(data: #"{"choices":["#)) else {
      Issue.record("read")
      return
    }
    #expect(reason.contains("not JSON"))
    #expect(stream.read(ServerSentEvent(type: "ping", data: "")) == .nothing)
  }

  static let messages = [
    #"{"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":10,"output_tokens":1,"cache_read_input_tokens":4}}}"#,
    #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
    #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
    #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"x"}}"#,
    #"{"type":"content_block_stop","index":0}"#, #"{"type":"ping"}"#,
    #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"P"}}"#,
    #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"aris"}}"#,
    #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"#,
    #"{"type":"of_a_later_version"}"#, #"{"type":"message_stop"}"#,
  ]

  @Test func `the Messages stream gives text without reasoning, and the final counts`() {
    var stream = MessagesStream()
    let steps = steps(&stream, Self.messages)
    #expect(text(steps) == "Paris")
    #expect(steps.last == .end && stream.isWhole)
    let answer = MessagesFormat(version: "2023-06-01").answer(stream.answer(text: "Paris"), to: request())
    #expect(
      answer
        == .completion(
          Completion(
            text: "Paris", model: "claude-x", finishReason: "stop",
            usage: TokenUsage(promptTokens: 14, completionTokens: 5, cachedTokens: 4), reasoningText: "hm")))
  }

  @Test func `a refusal of the Messages API keeps its explanation`() {
    var stream = MessagesStream()
    let delta =
      #"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"explanation":"No."}},"usage":{"output_tokens":1}}"#
    _ = steps(&stream, [Self.messages[0], delta])
    let answer = MessagesFormat(version: "2023-06-01").answer(stream.answer(text: ""), to: request())
    guard case .completion(let completion) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect((completion.text, completion.finishReason) == ("No.", "refusal"))
  }

  @Test(arguments: [
    ("overloaded_error", 529), ("rate_limit_error", 429), ("api_error", 500), ("invalid_request_error", 400),
  ])
  func `an error event of the Messages API has the status of its type`(_ type: String, _ status: Int) {
    var stream = MessagesStream()
    let step = stream.read(
      ServerSentEvent(type: "error", data: #"{"type":"error","error":{"type":"\#(type)","message":"Overloaded"}}"#))
    guard case .error(let body) = step else {
      Issue.record("no error")
      return
    }
    #expect(body.message == "Overloaded" && body.impliedStatus == status)
  }
}
