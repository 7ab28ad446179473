import Evaluation
import Foundation
import JSONCoding
import Providers
import ProvidersTestSupport
import Store
import Synchronization
import Testing

@testable import Toolbox

/// What vendors want back with the calls of a model that has thought.
@Suite struct SignedThoughtTests {
  private static let key: [String: String] = [
    "ANTHROPIC_API_KEY": "sk-ant-test-0123456789", "GEMINI_API_KEY": "test-0123456789",
    "OPENAI_API_KEY": "sk-test-0123456789", "DEEPSEEK_API_KEY": "sk-test-0123456789",
  ]
  private static let tools: JSONValue = [["type": "function", "function": ["name": "weather"]]]
  private static let thoughts: [JSONValue] = [
    ["type": "thinking", "thinking": "Warm there?", "signature": "c2lnbmVk"],
    ["type": "redacted_thinking", "data": "aGlkZGVu"],
  ]
  private static let extra: JSONValue = ["google": ["thought_signature": "c2lnbmVk"]]

  private static let claude = HTTPResponse(
    status: 200,
    body: JSONObject([
      .init(
        key: "content",
        value: .array(
          thoughts + [
            ["type": "text", "text": "Let me look."],
            ["type": "tool_use", "id": "call_1", "name": "weather", "input": ["city": "Oslo"]],
          ])), .init(key: "stop_reason", value: "tool_use"), .init(key: "model", value: "claude-sonnet-4-5"),
    ]).encoded)

  private static let gemini = HTTPResponse(
    status: 200,
    body: JSONObject([
      .init(
        key: "choices",
        value: [
          [
            "index": 0, "finish_reason": "tool_calls",
            "message": [
              "content": nil,
              "tool_calls": [
                [
                  "id": "call_1", "type": "function", "extra_content": extra,
                  "function": ["name": "weather", "arguments": "{}"],
                ]
              ],
            ],
          ]
        ]), .init(key: "model", value: "gemini-3-pro"),
    ]).encoded)

  private static let deepseek = HTTPResponse(
    status: 200,
    body: Array(
      #"""
      {"choices":[{"index":0,"finish_reason":"tool_calls","message":{"content":"","reasoning_content":"Warm there?",
      "tool_calls":[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"}}]}}],"model":"m"}
      """#.utf8))

  /// Anthropic, Gemini, DeepSeek and OpenAI, each at its address.
  private final class Vendors: HTTPTransport {
    private let requests = Mutex<[HTTPRequest]>([])
    var sent: [HTTPRequest] { requests.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      requests.withLock { $0.append(request) }
      let host = request.url.absoluteString
      if host.contains("anthropic") { return claude }
      if host.contains("deepseek") { return deepseek }
      return host.contains("googleapis") ? gemini : ChatTransport.answer("ok")
    }
  }

  /// The assistant's turn, as the second of two calls sends it.
  private func converse(with model: JSONValue, then other: JSONValue) async throws -> JSONValue {
    let transport = Vendors()
    let server = TestServer(environment: Self.key, transport: transport)
    let question: JSONValue = ["role": "user", "content": "Warm?"]
    let result: JSONValue = ["role": "tool", "tool_call_id": "call_1", "content": "18 degrees"]
    for (model, message) in [(model, question), (other, result)] {
      try await server.call(
        "chat_completions_create",
        ["model": model, "session_id": "s", "tools": Self.tools, "messages": [message]])
    }
    let sent = try JSONValue(parsing: try #require(transport.sent.last).body)
    return sent["messages"]?.arrayValue?.first { $0["role"] == "assistant" } ?? .null
  }

  @Test func `Anthropic is sent its thoughts back before the calls`() async throws {
    let turn = try await converse(with: "claude-sonnet-4-5", then: "claude-sonnet-4-5")
    #expect(
      turn["content"]
        == .array(
          Self.thoughts + [
            ["type": "text", "text": "Let me look."],
            ["type": "tool_use", "id": "call_1", "name": "weather", "input": ["city": "Oslo"]],
          ]))
  }

  @Test func `nobody else is sent them`() async throws {
    let turn = try await converse(with: "claude-sonnet-4-5", then: "gpt-4.1-mini")
    #expect(turn["content"] == "Let me look." && !turn.text.contains("c2lnbmVk"))
  }

  @Test func `Gemini is sent the signature of a call back, and nobody else`() async throws {
    let turn = try await converse(with: "gemini/gemini-3-pro", then: "gemini/gemini-3-pro")
    #expect(turn["tool_calls"]?.arrayValue?.first?["extra_content"] == Self.extra)
    for other: JSONValue in ["openai/gpt-4.1-mini", "claude-sonnet-4-5"] {
      let turn = try await converse(with: "gemini/gemini-3-pro", then: other)
      #expect(turn["role"] == "assistant" && !turn.text.contains("c2lnbmVk"), "\(other)")
    }
  }

  @Test func `DeepSeek is sent its reasoning back with the calls, and nobody else`() async throws {
    let turn = try await converse(with: "deepseek/deepseek-v4", then: "deepseek/deepseek-v4")
    #expect(turn["reasoning_content"] == "Warm there?" && turn["tool_calls"]?.arrayValue?.count == 1)
    for other: JSONValue in ["openai/gpt-4.1-mini", "claude-sonnet-4-5"] {
      let turn = try await converse(with: "deepseek/deepseek-v4", then: other)
      #expect(turn["role"] == "assistant" && !turn.text.contains("Warm there?"), "\(other)")
    }
  }

  @Test func `a turn after a tool call without a result is refused`() async throws {
    let server = TestServer(environment: Self.key, transport: Vendors())
    let call: JSONObject = ["model": "gemini/gemini-3-pro", "session_id": "s", "tools": Self.tools]
    var (first, second) = (call, call)
    first["messages"] = [["role": "user", "content": "Warm?"]]
    second["messages"] = [["role": "user", "content": "And in Rome?"]]
    try await server.call("chat_completions_create", first)
    let error = try await server.refusal("chat_completions_create", second)
    #expect(error.contains("messages[0] follows a tool call that has no result") && error.contains("call_1"))
  }

  @Test func `streamed thoughts are kept with their signatures`() async throws {
    let server = TestServer(
      environment: Self.key,
      streaming: FakeStreaming(
        .events(
          #"{"type":"message_start","message":{"model":"claude-sonnet-4-5","usage":{"input_tokens":5}}}"#,
          #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
          #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Warm "}}"#,
          #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"there?"}}"#,
          #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}}"#,
          #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"aGlkZGVu"}}"#,
          #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_1","name":"weather","input":{}}}"#,
          #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
          #"{"type":"message_stop"}"#)))
    try await server.call(
      "chat_completions_create",
      [
        "model": "claude-sonnet-4-5", "session_id": "s", "tools": Self.tools, "stream": true,
        "messages": [["role": "user", "content": "Warm?"]],
      ])
    let kept = try await server.services.store.read { $0.exchanges(ofSession: 1).first?.signedThoughts }
    #expect(kept == .array(Self.thoughts))
  }
}
