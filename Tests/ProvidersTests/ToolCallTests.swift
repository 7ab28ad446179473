import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// A model's tool calls, in a whole answer and in a stream.
@Suite struct ToolCallTests {
  private func asked(_ model: String = "gpt-4.1-mini") -> CompletionRequest {
    var request = request(model)
    request.tools = [weatherTool]
    return request
  }

  private func complete(_ answer: String, _ vendor: Vendor = .openai) async throws -> Completion {
    try await httpModel(try connection(vendor), transport: FakeTransport(answer)).complete(asked())
  }

  private func stream(_ answer: FakeStreaming.Answer, _ vendor: Vendor = .openai) async throws -> Completion {
    let model = httpModel(
      try connection(vendor), transport: FakeTransport(""), streaming: FakeStreaming(answer))
    return try await model.stream(asked()) { _ in }
  }

  private let both = [
    ToolCall(id: "a", name: "weather", arguments: #"{"city":"Paris"}"#),
    ToolCall(id: "b", name: "weather", arguments: #"{"city":"Rome"}"#),
  ]

  @Test func `calls without a text are an answer`() async throws {
    let answer = #"""
      {"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"weather",
      "arguments":"{\"city\":\"Paris\"}"}},{"id":"b","type":"function","function":{"name":"weather","arguments":
      {"city":"Rome"}}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":0}}
      """#
    let completion = try await complete(answer)
    #expect(completion.toolCalls == both && completion.text.isEmpty && completion.finishReason == "tool_calls")
    // Every answer has tokens, so a count of none is not a count.
    #expect(completion.usage == nil)
  }

  @Test func `a tool call without offered tools is not an answer`() async throws {
    let answer =
      #"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"weather","arguments":"{}"}}]}}]}"#
    let model = httpModel(try connection(.openai), transport: FakeTransport(answer))
    let error = await failure { () throws(ProviderError) in try await model.complete(request()) }
    #expect(error?.message.contains("asked for a tool in place of an answer") == true)
  }

  @Test func `the single call of older servers, without an id, is read too`() async throws {
    let answer = #"{"choices":[{"message":{"content":"","function_call":{"name":"weather","arguments":"{"}}}]}"#
    // The model's text is unchanged.
    #expect(try await complete(answer).toolCalls == [ToolCall(id: "call_0", name: "weather", arguments: "{")])
  }

  @Test func `Anthropic's calls beside a text`() async throws {
    let answer = #"""
      {"content":[{"type":"text","text":"Let me see."},{"type":"tool_use","id":"a","name":"weather","input":{"city":
      "Paris"}},{"type":"tool_use","id":"b","name":"weather","input":{"city":"Rome"}}],"stop_reason":"tool_use"}
      """#
    let completion = try await complete(answer, .anthropic)
    #expect(completion.toolCalls == both && completion.text == "Let me see.")
    #expect(completion.finishReason == "tool_calls")
  }

  private static func chunk(_ calls: String) -> String {
    #"{"choices":[{"index":0,"delta":{"tool_calls":[\#(calls)]}}]}"#
  }

  private static let streams: [[String]] = [
    [  // OpenAI
      #"{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":""}}"#,
      #"{"index":0,"function":{"arguments":"{\"city\":"}}"#, #"{"index":0,"function":{"arguments":"\"Paris\"}"}}"#,
      #"{"index":1,"id":"b","function":{"name":"weather","arguments":"{\"city\":\"Ro"}}"#,
      #"{"index":1,"function":{"arguments":"me\"}"}}"#,
    ],
    [  // Both begin before either ends.
      #"{"index":0,"id":"a","function":{"name":"weather"}},{"index":1,"id":"b","function":{"name":"weather"}}"#,
      #"{"index":1,"function":{"arguments":"{\"city\":\"Rome\"}"}}"#,
      #"{"index":0,"function":{"arguments":"{\"city\":\"Paris\"}"}}"#,
    ],
    [  // The id and the name with every piece.
      #"{"index":0,"id":"a","function":{"name":"weather","arguments":"{\"city\":"}}"#,
      #"{"index":0,"id":"a","function":{"name":"weather","arguments":"\"Paris\"}"}}"#,
      #"{"index":1,"id":"b","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}"#,
    ],
    [  // One index for all, or none.
      #"{"index":0,"id":"a","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}"#,
      #"{"index":0,"id":"b","function":{"name":"weather","arguments":{"city":"Rome"}}}"#,
    ],
    [
      #"{"id":"a","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}"#,
      #"{"id":"b","function":{"name":"weather","arguments":"{\"city\":"}}"#,
      #"{"function":{"arguments":"\"Rome\"}"}}"#,
    ],
  ]

  @Test(arguments: streams)
  func `calls in a stream are put together`(pieces: [String]) async throws {
    let chunks = pieces.map(Self.chunk) + [Chunk.end("tool_calls"), Chunk.usage, Chunk.done]
    let completion = try await stream(.events(chunks: chunks))
    #expect(completion.toolCalls == both && completion.text.isEmpty && completion.finishReason == "tool_calls")
    #expect(completion.usage?.totalTokens == 12)
  }

  @Test func `calls without index and id are distinguished by name`() async throws {
    let pieces = [
      #"{"function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}}"#,
      #"{"function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}"#,
    ]
    let completion = try await stream(.events(chunks: pieces.map(Self.chunk) + [Chunk.end(), Chunk.done]))
    #expect(completion.toolCalls.map(\.arguments) == both.map(\.arguments))
  }

  @Test func `Anthropic's calls in a stream`() async throws {
    let completion = try await stream(
      .events(
        #"{"type":"message_start","message":{"model":"claude-opus-4-5","usage":{"input_tokens":3,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me see."}}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"weather","input":{}}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Paris\"}"}}"#,
        #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"weather","input":{"city":"Rome"}}}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}"#,
        #"{"type":"message_stop"}"#), .anthropic)
    #expect(completion.toolCalls == both && completion.text == "Let me see.")
    #expect(completion.usage == TokenUsage(promptTokens: 3, completionTokens: 9))
  }

  @Test func `an answer truncated within a call is lost, and paid for`() async throws {
    let model = httpModel(
      try connection(.openai), transport: FakeTransport(""),
      streaming: FakeStreaming(
        .events(Self.chunk(#"{"index":0,"id":"a","function":{"name":"weather","arguments":"{"}}"#))))
    let error = await failure { () throws(ProviderError) in try await model.stream(asked()) { _ in } }
    #expect(error?.kind == .transient && error?.isPaid == true)
  }

  @Test func `no key is returned in a tool call`() async throws {
    let answer =
      #"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"k\":\"\#(testKey)\"}"}}]}}]}"#
    #expect(try await complete(answer).toolCalls.first?.arguments == #"{"k":"<redacted>"}"#)
  }

  @Test func `tools are never dropped, because an answer without them answers another question`() async throws {
    let transport = FakeTransport(status: 400, #"{"error":{"message":"gemma does not support tools"}}"#)
    let model = httpModel(try connection(.ollama, key: .none), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(asked("gemma")) }
    #expect(error?.kind == .invalidRequest && transport.requests.count == 1)
  }

  @Test func `all choices are read, even if a stream was requested`() async throws {
    let answer = #"""
      {"choices":[{"index":0,"message":{"content":"Paris"},"finish_reason":"stop"},{"index":1,"message":{"content":
      "\#(testKey)"},"finish_reason":"length"},{"index":2,"message":{"tool_calls":[{"id":"a","function":{"name":"f",
      "arguments":"{}"}}]}}]}
      """#
    var several = asked()
    several.parameters[.n] = 3
    let transport = FakeTransport(answer)
    let completion = try await httpModel(try connection(.openai), transport: transport).stream(several) { _ in }
    #expect(try transport.bodies[0]["stream"] == nil && transport.bodies[0]["n"] == 3)
    #expect(
      completion.alternatives == [
        .init(text: "<redacted>", finishReason: "length"),
        .init(text: "", toolCalls: [ToolCall(id: "a", name: "f", arguments: "{}")], finishReason: "tool_calls"),
      ])
  }
}
