import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct ParameterRefusalTests {
  private var fullRequest: CompletionRequest {
    CompletionRequest(
      model: "o3", messages: [ChatMessage(.user, "Hi")], temperature: 0, topP: 0.5, maxTokens: 5, stop: ["END"],
      seed: 1, responseSchema: .init(name: "x", schema: [:]))
  }

  private let answer = chatAnswer.replacing("gpt-4.1-mini-2025-04-14", with: "o3")

  private static func openAI(_ message: String, param: String? = nil, code: String? = nil) -> String {
    JSONValue.object([
      "error": [
        "message": .string(message), "type": "invalid_request_error", "param": .optional(param),
        "code": .optional(code),
      ]
    ]).text
  }

  @Test(arguments: [
    (
      openAI(
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        param: "temperature", code: "unsupported_value"), ["temperature"]
    ),
    (
      openAI("Unsupported parameter: 'top_p' is not supported.", param: "top_p", code: "unsupported_parameter"),
      ["top_p"]
    ),
    (openAI("'response_format' of type 'json_schema' is not supported with this model."), ["response_format"]),
    (
      openAI("Invalid parameter", param: "response_format.json_schema", code: "unsupported_parameter"),
      ["response_format"]
    ),
    (#"{"detail":[{"loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}"#, ["seed"]),
    (#"{"error":"unknown field stop in request"}"#, ["stop"]),
    (
      #"{"type":"error","error":{"type":"invalid_request_error","message":"`temperature` and `top_p` cannot both be specified for this model."}}"#,
      ["top_p"]
    ),
    (
      #"{"type":"error","error":{"type":"invalid_request_error","message":"output_config: Extra inputs are not permitted"}}"#,
      ["response_format"]
    ),
    (#"{"type":"error","error":{"message":"`temperature` is deprecated for this model"}}"#, ["temperature"]),
  ])
  func `a refused parameter is recognised in every provider's words`(body: String, expected: [String]) {
    let refused = ProviderErrorBody(body: Array(body.utf8)).refusedParameters(of: fullRequest)
    #expect(refused.map(\.rawValue) == expected)
  }

  @Test(arguments: [
    openAI("temperature must be between 0 and 2", param: "temperature"),
    openAI("Unsupported parameter: 'logprobs'", param: "logprobs", code: "unsupported_parameter"),
    openAI("Your backstop_seeding is not supported"), openAI("context length exceeded"), "not supported", "",
  ])
  func `other errors refuse no parameter`(body: String) {
    #expect(ProviderErrorBody(body: Array(body.utf8)).refusedParameters(of: fullRequest).isEmpty)
  }

  @Test func `a parameter that was not sent cannot be refused`() {
    let body = ProviderErrorBody(body: Array(Self.openAI("temperature is not supported").utf8))
    #expect(body.refusedParameters(of: request()).isEmpty)
  }

  @Test func `a refused parameter is dropped, the call repeated, the warning given, the lesson remembered`()
    async throws
  {
    let transport = FakeTransport(
      .ok(Self.openAI("x", param: "temperature", code: "unsupported_value"), status: 400), .ok(answer))
    let model = httpModel(try connection(.openai), transport: transport)
    let expected = ["temperature was not sent: o3 at OpenAI does not take it."]
    let first = try await model.complete(fullRequest)
    #expect(first.warnings == expected && first.refusals == 1)
    let second = try await model.complete(fullRequest)
    #expect(second.warnings == expected && second.refusals == 0)
    var plain = fullRequest
    plain.temperature = nil
    #expect(try await model.complete(plain).warnings.isEmpty)
    let bodies = try transport.bodies
    #expect(bodies.map { $0["temperature"] != nil } == [true, false, false, false])
    #expect(bodies.allSatisfy { $0["top_p"] == 0.5 })
  }

  @Test func `concurrent calls keep everything that each has learned`() {
    var first = RequestShape()
    var second = RequestShape()
    let one = Refusal(parameters: [.temperature, .maxTokens])
    _ = first.adapt(to: one, asked: 5, canRenameMaxTokens: true, canAskForPlainJSON: true)
    _ = second.adapt(to: Refusal(parameters: [.topP]), asked: 5, canRenameMaxTokens: true, canAskForPlainJSON: true)
    let both = RequestShape(dropped: [.temperature, .topP], usesMaxCompletionTokens: true, renamedMaxTokens: true)
    #expect(first.merged(with: second) == both && second.merged(with: first) == both)
  }

  private static let validators = [
    #"422 {"detail":[{"type":"literal_error","loc":["body","response_format","type"],"msg":"Input should be 'text' or 'json_object'"}]}"#,
    #"500 {"error":{"message":"[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or 'json_object'\"}]","type":"internal_server_error"}}"#,
    #"400 {"error":{"message":"response_format.type must be one of: text, json_object"}}"#,
    #"422 {"object":"error","message":{"detail":[{"type":"enum","loc":["body","response_format","type"],"msg":"Input should be 'text' or 'json_object'"}]},"type":"invalid_request_error"}"#,
    #"400 {"error":{"message":"This response_format type is unavailable now"}}"#,
  ]

  private static func refusal(_ text: String) -> FakeTransport.Answer {
    .ok(String(text.dropFirst(4)), status: Int(text.prefix(3)) ?? 0)
  }

  @Test(arguments: validators)
  func `a rejected schema is replaced by plain JSON, then dropped`(text: String) async throws {
    let transport = FakeTransport(Self.refusal(text), .ok(chatAnswer))
    let model = httpModel(try connection(.openai), transport: transport)
    let completion = try await model.complete(fullRequest)
    #expect(try transport.bodies.last?["response_format"] == ["type": "json_object"])
    #expect(completion.warnings.contains { $0.contains("response_format was sent without its schema") })
    #expect(try await model.complete(fullRequest).refusals == 0)
    let stubborn = FakeTransport(Self.refusal(text), Self.refusal(text), .ok(chatAnswer))
    let second = try await httpModel(try connection(.openai), transport: stubborn).complete(fullRequest)
    #expect(second.refusals == 2 && second.warnings.contains { $0.contains("response_format was not sent") })
    #expect(try stubborn.bodies.last?["response_format"] == nil)
  }

  @Test func `a grammar that is not supported is left out`() async throws {
    let body = #"422 {"error":"Input validation error: `grammar` is not supported","error_type":"validation"}"#
    let transport = FakeTransport(Self.refusal(body), .ok(chatAnswer))
    let completion = try await httpModel(try connection(.openai), transport: transport).complete(fullRequest)
    #expect(completion.refusals == 1)
    #expect(try transport.bodies.last?["response_format"] == nil)
  }

  private static let tooMany = [
    #"{"object":"error","message":"'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context length is 2048 tokens and your request has 412 input tokens (4096 > 2048 - 412).","code":400}"#:
      1_636,
    #"{"error":{"message":"`max_tokens` must be less than or equal to `1024`, the maximum value for `max_tokens` is less than the `context_window` for this model"}}"#:
      1_024,
    #"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 4096 > 2048, which is the maximum allowed number of output tokens for claude-3-haiku-20240307"}}"#:
      2_048,
    #"{"error":{"message":"max_tokens is too large. The context window is 8,192 tokens and the prompt has 7000."}}"#:
      1_192,
  ]

  @Test(arguments: ["-9223372036854775808 - 1", "9223372036854775807 - -1"])
  func `numbers that no token limit can have are left alone`(numbers: String) async throws {
    let body = #"{"error":{"message":"max_tokens is too large: \#(numbers)"}}"#
    let model = httpModel(try connection(.openai), transport: FakeTransport(.ok(body, status: 400)))
    var asked = request()
    asked.maxTokens = 4_096
    await #expect(throws: ProviderError.self) { try await model.complete(asked) }
  }

  @Test(arguments: tooMany)
  func `a token limit is lowered to the one in the error`(body: String, limit: Int) async throws {
    let transport = FakeTransport(.ok(body, status: 400), .ok(chatAnswer))
    var asked = request()
    asked.maxTokens = 4_096
    let model = httpModel(try connection(.openai), transport: transport)
    let completion = try await model.complete(asked)
    #expect(try transport.bodies.map { $0["max_tokens"]?.intValue } == [4_096, limit])
    #expect(completion.warnings.contains { $0.contains("lowered from 4096 to \(limit)") })
    // A limit that follows from one prompt's length says nothing about the next.
    _ = try await model.complete(asked)
    let isOfModel = limit == 1_024 || limit == 2_048
    #expect(try transport.bodies.last?["max_tokens"]?.intValue == (isOfModel ? limit : 4_096))
  }

  @Test func `Anthropic's own limit is lowered too`() async throws {
    let body = #"{"error":{"message":"max_tokens: 4096 > 2048, which is the maximum"}}"#
    let transport = FakeTransport(.ok(body, status: 400), .ok(messagesAnswer))
    _ = try await httpModel(try connection(.anthropic), transport: transport).complete(request())
    #expect(try transport.bodies.map { $0["max_tokens"]?.intValue } == [4_096, 2_048])
  }

  @Test(arguments: tooMany.keys.sorted())
  func `a server that rejects every limit is given up`(body: String) async throws {
    let transport = FakeTransport(status: 400, body)
    var asked = request()
    asked.maxTokens = 4_096
    let model = httpModel(try connection(.openai), transport: transport)
    #expect(await failure { () throws(ProviderError) in try await model.complete(asked) }?.kind == .invalidRequest)
    #expect(transport.requests.count == 4)
  }

  @Test(arguments: [
    #"{"error":{"message":"Input should be less than or equal to 2","param":"temperature"}}"#,
    #"{"detail":[{"loc":["body","temperature"],"msg":"Input should be less than or equal to 2"}]}"#,
  ])
  func `a value out of range is for the user to correct`(body: String) async throws {
    let transport = FakeTransport(status: 422, body)
    let model = httpModel(try connection(.openai), transport: transport)
    _ = await failure { () throws(ProviderError) in try await model.complete(fullRequest) }
    #expect(transport.requests.count == 1)
  }

  @Test func `several refusals one after the other are taken into account`() async throws {
    let transport = FakeTransport(
      .ok(Self.openAI("x", param: "temperature", code: "unsupported_value"), status: 400),
      .ok(Self.openAI("x", param: "stop", code: "unsupported_parameter"), status: 400), .ok(answer))
    let model = httpModel(try connection(.openai), transport: transport)
    #expect(try await model.complete(fullRequest).warnings.count == 2)
  }

  @Test func `a token limit is renamed, never dropped`() async throws {
    let refusal = Self.openAI("Use 'max_tokens'", param: "max_completion_tokens", code: "unsupported_parameter")
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(answer))
    let model = httpModel(try connection(.openai), transport: transport)
    #expect(try await model.complete(fullRequest).warnings.isEmpty)
    #expect(try transport.bodies.map { $0["max_completion_tokens"] != nil } == [true, false])
    #expect(try transport.bodies.map { $0["max_tokens"] != nil } == [false, true])
    let stubborn = FakeTransport(status: 400, refusal)
    let other = httpModel(try connection(.openai), transport: stubborn)
    let error = await failure { () throws(ProviderError) in try await other.complete(fullRequest) }
    #expect(error?.kind == .invalidRequest)
    #expect(stubborn.requests.count == 2)
  }

  @Test func `a server that always refuses is not called forever`() async throws {
    let transport = FakeTransport(status: 400, Self.openAI("seed is not supported"))
    let model = httpModel(try connection(.openai), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(fullRequest) }
    #expect(error?.kind == .invalidRequest)
    #expect(transport.requests.count == 2)
  }
}
