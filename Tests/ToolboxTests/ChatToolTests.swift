import Evaluation
import JSONCoding
import JSONRPC
import Providers
import ProvidersTestSupport
import Store
import Testing

@testable import Toolbox

@Suite struct ChatToolTests {
  private static let hello: JSONValue = [["role": "user", "content": "Hello there."]]

  private func text(_ answer: JSONObject) -> String? {
    answer["choices"]?.arrayValue?.first?["message"]?["content"]?.stringValue
  }

  /// The texts of the progress messages of a call with the token `t`, checked for being in order.
  private func parts(_ server: TestServer) -> [String] {
    let params = server.sent.map(\.params)
    let steps = params.compactMap { $0?["progress"]?.doubleValue }
    #expect(steps == Array(Set(steps)).sorted())
    return params.compactMap { $0?["message"]?.stringValue }
  }

  @Test func `the answer is a Chat Completions object`() async throws {
    let answer = try await TestServer().call("chat_completions_create", ["model": "echo", "messages": Self.hello])
    #expect(
      Array(answer.keys) == [
        "id", "object", "created", "model", "choices", "usage", "latency_ms", "cost", "provider", "attempts",
        "warnings",
      ])
    #expect((answer["id"], answer["object"]) == ("chatcmpl-family1", "chat.completion"))
    #expect(
      answer["choices"]
        == [["index": 0, "message": ["role": "assistant", "content": "Hello there."], "finish_reason": "stop"]])
    #expect(answer["usage"] == ["prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4])
    #expect((answer["model"], answer["cost"], answer["provider"]) == ("echo", 0.0, "echo"))
  }

  @Test(arguments: [
    #"[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]"#, #"{"role":"user","content":"Hi"}"#,
  ])
  func `messages may come as JSON in a string`(_ given: String) async throws {
    let answer = try await TestServer().call("chat_completions_create", ["model": "echo", "messages": .string(given)])
    #expect(text(answer) == "Hi")
  }

  @Test func `every setting is sent, and developer messages become system messages`() async throws {
    let transport = ChatTransport { _ in ChatTransport.answer("ok") }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.call(
      "chat_completions_create",
      [
        "model": "m", "temperature": 0.5, "top_p": "0.9", "max_tokens": 7, "stop": "END", "seed": 3,
        "messages": [["role": "developer", "content": "Be brief."], ["role": "user", "content": "Hi"]],
      ])
    let body = try JSONValue(parsing: try #require(transport.sent.last).body)
    #expect(
      body == [
        "model": "m",
        "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi"]],
        "temperature": 0.5, "top_p": 0.9, "max_tokens": 7, "stop": ["END"], "seed": 3,
      ])
  }

  @Test func `a prompt version and inputs replace messages`() async throws {
    let server = TestServer()
    let prompt = try await server.prompt(template: "{{ text }} and {{count}}")
    let answer = try await server.call(
      "chat_completions_create", ["prompt_id": .int(prompt), "inputs": ["text": "this", "count": 3]])
    #expect(text(answer) == "this and 3")
    let refusal = try await server.refusal(
      "chat_completions_create", ["prompt_id": .int(prompt), "inputs": ["txt": ""]])
    #expect(refusal == "No value for {{ text }}, {{ count }}. Prompt 1 takes text, count; inputs has txt.")
  }

  @Test(
    arguments: [
      (["model": "echo"], "messages is missing"), (["messages": hello], "model is missing"),
      (["model": "echo", "messages": []], "messages is empty"),
      (["model": "echo", "inputs": ["a": "b"]], "give prompt_id"),
      (["model": "echo", "messages": hello, "prompt_id": 1], "not both"),
      (
        ["model": "echo", "messages": [["role": "robot", "content": "x"]]],
        #"messages[0].role is "robot". Roles are"#
      ),
      (["model": "echo", "messages": [["role": "user"]]], "messages[0].content is missing"),
      (["model": "echo", "messages": hello, "temperature": 3], "temperature must be a number from 0 to 2"),
      (["model": "echo", "messages": hello, "session_id": "  "], "session_id is empty"),
      (["model": "echo", "messages": hello, "n": 0], "n must be an integer from 1 to 16"),
      (["prompt_id": 9], "No prompt 9."),
    ] as [(JSONObject, String)])
  func `an invalid call is refused with advice`(_ arguments: JSONObject, _ words: String) async throws {
    let refusal = try await TestServer().refusal("chat_completions_create", arguments)
    #expect(refusal.contains(words))
  }

  @Test(arguments: [Vendor.openai, .anthropic])
  func `absurd token counts are unknown`(_ provider: Vendor) async throws {
    let most = JSONValue.int(.max)
    let transport = ChatTransport { _ in
      if provider == .openai {
        return ChatTransport.answer("ok", usage: ["prompt_tokens": most, "completion_tokens": most])
      }
      let body: JSONObject = [
        "content": [["type": "text", "text": "ok"]], "stop_reason": "end_turn",
        "usage": ["input_tokens": most, "output_tokens": -5, "cache_read_input_tokens": most],
      ]
      return HTTPResponse(status: 200, body: body.encoded)
    }
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-test-0123456789", "ANTHROPIC_API_KEY": "sk-test-0123456789"],
      transport: transport)
    let answer = try await server.call(
      "chat_completions_create",
      ["model": .string("\(provider.rawValue)/m"), "messages": Self.hello, "session_id": "s"])
    #expect(answer["usage"] == .null && answer["cost"] == .null)
    #expect(answer["session_messages"] == 2)
  }

  // MARK: Streaming

  @Test func `a stream is forwarded in parts and returned as a whole`() async throws {
    let parts = (0..<200).map { "part \($0), " }
    let streaming = FakeStreaming(.chat(parts))
    let server = TestServer(streaming: streaming)
    try await server.credential()
    let answer = try await server.call(
      "chat_completions_create", ["model": "m", "messages": Self.hello, "stream": true], meta: ["progressToken": "t"])
    #expect(text(answer) == parts.joined())
    #expect(self.parts(server).joined() == parts.joined())
    #expect(self.parts(server).first == "part 0, ")
    #expect(self.parts(server).count <= 4)
    #expect(answer["first_text_ms"] != nil)
    #expect(answer["usage"]?["total_tokens"] == 12)
    #expect(try streaming.bodies.first?["stream"] == true)
  }

  @Test func `progress of a stream is never replaced by later progress`() async throws {
    let server = TestServer(streaming: FakeStreaming(.chat(["a", "b"])))
    try await server.credential()
    try await server.call(
      "chat_completions_create", ["model": "m", "messages": Self.hello, "stream": true], meta: ["progressToken": "t"])
    #expect(server.sent.count == 2)
    #expect(server.sent.allSatisfy { !$0.supersedesEarlier })
  }

  @Test func `without a token a stream is silent, and echo streams too`() async throws {
    let server = TestServer()
    let arguments: JSONObject = ["model": "echo", "messages": Self.hello, "stream": true]
    #expect(text(try await server.call("chat_completions_create", arguments)) == "Hello there.")
    #expect(server.sent.isEmpty)
    try await server.call("chat_completions_create", arguments, meta: ["progressToken": "t"])
    #expect(parts(server) == ["Hello there."])
  }

  @Test func `a truncated stream gives an error with the text so far`() async throws {
    let server = TestServer(streaming: FakeStreaming(.chat(["Once upon ", "a time"], isCutOff: true)))
    try await server.credential()
    let refusal = try await server.refusal(
      "chat_completions_create", ["model": "m", "messages": Self.hello, "stream": true, "session_id": "s"])
    #expect(refusal.contains("It was cut off after 16 characters of text."))
    #expect(refusal.hasSuffix("The text so far:\nOnce upon a time"))
    #expect(try await server.services.store.read { $0.sessions.count } == 0)
  }

  @Test func `a text too long for a result is cut and says where the rest is`() async throws {
    let long = String(repeating: "word ", count: 20_000)
    let answer = try await TestServer().call(
      "chat_completions_create", ["model": "echo", "messages": [["role": "user", "content": .string(long)]]])
    #expect(try #require(text(answer)).hasSuffix("more characters]"))
    #expect(answer.strings("warnings").contains { $0.contains("stream sends all of it") })
  }

  // MARK: Sessions

  @Test func `nothing is stored without a session`() async throws {
    let server = TestServer()
    try await server.call("chat_completions_create", ["model": "echo", "messages": Self.hello])
    #expect(try await server.services.store.read { $0.sessionExchanges.count } == 0)
  }

  @Test func `a session continues with its messages and model`() async throws {
    let transport = ChatTransport { prompt in ChatTransport.answer("You said \(prompt)") }
    let server = TestServer(transport: transport)
    let credential = try await server.credential()
    let first = try await server.call(
      "chat_completions_create",
      [
        "model": "m", "provider_credential_id": .int(credential), "session_id": "talk",
        "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": "one"]],
      ])
    #expect((first["session_id"], first["session_messages"]) == ("talk", 3))
    let second = try await server.call(
      "chat_completions_create", ["session_id": "talk", "messages": [["role": "user", "content": "two"]]])
    #expect(second["session_messages"] == 5)
    let body = try JSONValue(parsing: try #require(transport.sent.last).body)
    #expect(body["model"] == "m")
    #expect(
      body["messages"] == [
        ["role": "system", "content": "Be brief."], ["role": "user", "content": "one"],
        ["role": "assistant", "content": "You said one"], ["role": "user", "content": "two"],
      ])
    let exchanges = try await server.services.store.read { $0.exchanges(ofSession: 1) }
    #expect(exchanges.map(\.messages.count) == [2, 1])
    #expect(exchanges.map(\.answer) == ["You said one", "You said two"])
    #expect(exchanges.last?.usage == .init(promptTokens: 10, completionTokens: 2))
  }
}
