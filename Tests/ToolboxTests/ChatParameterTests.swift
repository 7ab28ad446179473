import Evaluation
import Foundation
import JSONCoding
import Providers
import ProvidersTestSupport
import Store
import TestSupport
import Testing

@testable import Toolbox

/// Parameters and results of Chat Completions beyond a plain text conversation.
@Suite struct ChatParameterTests {
  private static let hello: JSONValue = [["role": "user", "content": "Hello there."]]
  private static let tool: JSONValue = [
    "type": "function", "function": ["name": "weather", "parameters": ["type": "object"]],
  ]
  private static let call: JSONValue = [
    "id": "call_1", "type": "function", "function": ["name": "weather", "arguments": #"{"city":"Paris"}"#],
  ]

  private static func answer(_ message: JSONObject, reason: String = "stop", more: JSONObject = [:]) -> HTTPResponse {
    var message = message
    message["role"] = "assistant"
    var choice: JSONObject = ["index": 0, "finish_reason": .string(reason), "message": .object(message)]
    for member in more.members { choice[member.key] = member.value }
    let body: JSONObject = [
      "object": "chat.completion", "model": "m", "choices": [.object(choice)],
      "usage": ["prompt_tokens": 10, "completion_tokens": 2],
    ]
    return HTTPResponse(status: 200, body: body.encoded)
  }

  private func body(_ transport: ChatTransport) throws -> JSONValue {
    try JSONValue(parsing: try #require(transport.sent.last).body)
  }

  private func ask(_ server: TestServer, _ more: JSONObject) async throws -> JSONObject {
    var arguments: JSONObject = ["model": "ollama/m", "messages": Self.hello]
    for member in more.members { arguments[member.key] = member.value }
    return try await server.call("chat_completions_create", arguments)
  }

  private func server(_ script: @escaping ChatTransport.Script) async throws -> (TestServer, ChatTransport) {
    let transport = ChatTransport(script)
    let server = TestServer(transport: transport)
    try await server.credential()
    return (server, transport)
  }

  @Test func `every parameter is passed on unchanged`() async throws {
    let transport = ChatTransport { _ in ChatTransport.answer("ok") }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-test-0123456789"], transport: transport)
    let parameters: JSONObject = [
      "presence_penalty": 0.5, "frequency_penalty": -0.5, "logit_bias": ["50256": -100], "logprobs": true,
      "top_logprobs": 2, "response_format": ["type": "json_object"], "tools": [Self.tool],
      "tool_choice": ["type": "function", "function": ["name": "weather"]], "parallel_tool_calls": false,
    ]
    var given = parameters
    given["max_completion_tokens"] = 9
    given["model"] = "gpt-4o-mini"
    _ = try await ask(server, given)
    let sent = try body(transport)
    for member in parameters.members { #expect(sent[member.key] == member.value, "\(member.key)") }
    #expect(sent["max_tokens"] == 9 || sent["max_completion_tokens"] == 9)
    _ = try await ask(server, ["model": "gpt-4o-mini", "tools": [Self.tool], "tool_choice": "required"])
    #expect(try body(transport)["tool_choice"] == "required")
  }

  @Test func `several choices are as many calls, and one answer`() async throws {
    let (server, transport) = try await server { _ in ChatTransport.answer("ok") }
    let answer = try await ask(server, ["n": 3, "session_id": "s"])
    let choices = answer["choices"]?.arrayValue ?? []
    #expect(choices.map { $0["index"] } == [0, 1, 2])
    #expect(choices.allSatisfy { $0["message"]?["content"] == "ok" })
    #expect(answer["usage"] == ["prompt_tokens": 30, "completion_tokens": 6, "total_tokens": 36])
    #expect((answer["attempts"], answer["session_messages"]) == (3, 2))
    #expect(transport.sent.count == 3)
    #expect(try body(transport)["n"] == nil)
  }

  @Test func `a failed choice is reported beside the others`() async throws {
    let count = Counter()
    let (server, _) = try await server { _ in
      count.add() == 1 ? ChatTransport.refusal("Not this one.") : ChatTransport.answer("ok")
    }
    let answer = try await ask(server, ["n": 2])
    #expect(answer["choices"]?.arrayValue?.count == 1)
    #expect(answer.strings("warnings").contains { $0.hasPrefix("1 of 2 choices failed: ") })
  }

  @Test func `tool calls and log probabilities are in the choice`() async throws {
    let logprobs: JSONValue = ["content": [["token": "x", "logprob": -1]]]
    let (server, _) = try await server { _ in
      Self.answer(["content": nil, "tool_calls": [Self.call]], reason: "tool_calls", more: ["logprobs": logprobs])
    }
    let answer = try await ask(server, ["tools": [Self.tool], "logprobs": true])
    #expect(
      answer["choices"]?.arrayValue?.first == [
        "index": 0, "message": ["role": "assistant", "content": nil, "tool_calls": [Self.call]],
        "finish_reason": "tool_calls", "logprobs": logprobs,
      ])
  }

  @Test func `log probabilities of a stream are gathered`() async throws {
    let chunk = #"{"model":"m","choices":[{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a"}]}}]}"#
    let last = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    let server = TestServer(streaming: FakeStreaming(.events(chunk, chunk, last, "[DONE]")))
    try await server.credential()
    let answer = try await ask(server, ["logprobs": true, "stream": true])
    #expect(answer["choices"]?.arrayValue?.first?["logprobs"] == ["content": [["token": "a"], ["token": "a"]]])
  }

  @Test func `a session continues with parts, tool calls and their results`() async throws {
    let (server, transport) = try await server { prompt in
      prompt == "18 degrees"
        ? ChatTransport.answer("It is mild.")
        : Self.answer(["content": nil, "tool_calls": [Self.call]], reason: "tool_calls")
    }
    let question: JSONObject = [
      "role": "user", "name": "Ann",
      "content": [
        ["type": "text", "text": "Where is this, and is it warm there?"],
        ["type": "image_url", "image_url": ["url": "https://example.com/paris.png"]],
      ],
    ]
    _ = try await ask(server, ["tools": [Self.tool], "session_id": "s", "messages": [.object(question)]])
    let result: JSONObject = ["role": "tool", "tool_call_id": "call_1", "content": "18 degrees"]
    let answer = try await ask(server, ["tools": [Self.tool], "session_id": "s", "messages": [.object(result)]])
    #expect(answer["session_messages"] == 4)
    let turns: [JSONValue] = [
      .object(question), ["role": "assistant", "content": nil, "tool_calls": [Self.call]], .object(result),
    ]
    let sent = try body(transport)["messages"]?.arrayValue ?? []
    #expect(sent.map { $0["role"] } == ["user", "assistant", "tool"])
    #expect(sent.map { $0["content"] } == turns.map { $0["content"] })
    #expect((sent[1]["tool_calls"], sent[2]["tool_call_id"]) == ([Self.call], "call_1"))
    let shown = try await server.call("sessions_get", ["session_id": "s"])["exchanges"]?.arrayValue ?? []
    #expect(shown.map { $0["messages"] } == [[.object(question)], [.object(result)]])
    #expect(shown.first?["tool_calls"] == [Self.call])
    let stored = Store(
      path: server.folder.path + "/store.json", now: { .init(millisecondsSince1970: 0) }, notice: { _ in })
    let (kept, written) = (
      try await stored.read { $0.exchanges(ofSession: 1) },
      try await server.services.store.read { $0.exchanges(ofSession: 1) }
    )
    #expect(kept == written)
  }

  @Test(arguments: [
    ("openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"),
    ("gpt-4o-mini", "gpt-4o-mini", "gpt-4o-mini"),
    ("openai/gpt-4.1", "gpt-5", "gpt-5"),
  ])
  func `the model has its requested name`(asked: String, answered: String, shown: String) async throws {
    let transport = ChatTransport { _ in
      let body: JSONObject = [
        "model": .string(answered), "choices": [["finish_reason": "stop", "message": ["content": "ok"]]],
      ]
      return HTTPResponse(status: 200, body: body.encoded)
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-test-0123456789"], transport: transport)
    let answer = try await ask(server, ["model": .string(asked)])
    #expect(answer["model"] == .string(shown))
    #expect(answer["provider_model"] == (shown == answered ? nil : .string(answered)))
  }

  @Test func `an answer can be sent back unchanged`() async throws {
    let (server, transport) = try await server { _ in ChatTransport.answer("ok") }
    _ = try await ask(
      server,
      [
        "messages": [
          ["role": "user", "content": "Hi"],
          ["role": "assistant", "content": "ok", "refusal": nil, "reasoning_content": "Hm.", "annotations": []],
          ["role": "user", "content": "And?"],
        ]
      ])
    #expect(try body(transport)["messages"]?.arrayValue?[1] == ["role": "assistant", "content": "ok"])
  }

  @Test func `the tools that an answer calls are the results of a generation`() async throws {
    let (server, _) = try await server { _ in
      Self.answer(["content": nil, "tool_calls": [Self.call]], reason: "tool_calls")
    }
    for text in ["a", "b"] {
      try await server.call(
        "prompts_create",
        ["name": "p", "template": .string(text), "llm_model": "ollama/m", "tools": [Self.tool]])
    }
    let id = try await server.id("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    let generated = try await server.call("experiments_generate", ["experiment_id": .int(id)])
    #expect(
      generated["data"]?.arrayValue?.first?["tool_results"] == [
        ["id": "call_1", "name": "weather", "signature": #"{"city":"Paris"}"#, "result": nil]
      ])
    let stored = try await server.services.store.read {
      try $0.generations.entries(ofExperiment: id).map { try $0.decoded().toolCalls }
    }
    #expect(stored == [[Self.call]])
  }
}
