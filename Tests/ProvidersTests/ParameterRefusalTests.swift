import JSONCoding
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
    let model = ChatCompletionsModel(try connection(.openai), transport: transport)
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

  @Test func `calls that learn at the same time lose nothing of what each found out`() {
    var first = RequestShape()
    var second = RequestShape()
    _ = first.adapt(to: [.temperature, .maxTokens], canRenameMaxTokens: true)
    _ = second.adapt(to: [.topP], canRenameMaxTokens: true)
    let both = RequestShape(dropped: [.temperature, .topP], usesMaxCompletionTokens: true, renamedMaxTokens: true)
    #expect(first.merged(with: second) == both && second.merged(with: first) == both)
  }

  @Test func `several refusals one after the other are taken into account`() async throws {
    let transport = FakeTransport(
      .ok(Self.openAI("x", param: "temperature", code: "unsupported_value"), status: 400),
      .ok(Self.openAI("x", param: "stop", code: "unsupported_parameter"), status: 400), .ok(answer))
    let model = ChatCompletionsModel(try connection(.openai), transport: transport)
    #expect(try await model.complete(fullRequest).warnings.count == 2)
  }

  @Test func `a limit on tokens is renamed, never dropped`() async throws {
    let refusal = Self.openAI("Use 'max_tokens'", param: "max_completion_tokens", code: "unsupported_parameter")
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(answer))
    let model = ChatCompletionsModel(try connection(.openai), transport: transport)
    #expect(try await model.complete(fullRequest).warnings.isEmpty)
    #expect(try transport.bodies.map { $0["max_completion_tokens"] != nil } == [true, false])
    #expect(try transport.bodies.map { $0["max_tokens"] != nil } == [false, true])
    let stubborn = FakeTransport(status: 400, refusal)
    let other = ChatCompletionsModel(try connection(.openai), transport: stubborn)
    let error = await failure { () throws(ProviderError) in try await other.complete(fullRequest) }
    #expect(error?.kind == .invalidRequest)
    #expect(stubborn.requests.count == 2)
  }

  @Test func `a server that refuses for ever is not asked for ever`() async throws {
    let transport = FakeTransport(status: 400, Self.openAI("seed is not supported"))
    let model = ChatCompletionsModel(try connection(.openai), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(fullRequest) }
    #expect(error?.kind == .invalidRequest)
    #expect(transport.requests.count == 2)
  }
}
