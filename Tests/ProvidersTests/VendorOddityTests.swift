import JSONCoding
import ProvidersTestSupport
import TestSupport
import Testing

@testable import Providers

/// What each vendor does in another way than everybody else, in the bytes in which it does it.
@Suite struct VendorOddityTests {
  /// An answer as a vendor writes it, and what has to be read from it.
  struct Oddity: Sendable, CustomTestStringConvertible {
    let vendor: Vendor
    let model: String
    let what: String
    var whole: String?
    var stream: String?
    let text: String
    var thoughts: String?
    var finish = "stop"
    /// Prompt, completion, cached and reasoning tokens.
    var usage: [Int] = []
    var cost: Double?

    var testDescription: String { "\(vendor.rawValue): \(what)" }
  }

  /// An error as a vendor writes it, and what has to become of it.
  struct OddError: Sendable, CustomTestStringConvertible {
    let vendor: Vendor
    let what: String
    let status: Int
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    let body: String
    let kind: ProviderError.Kind
    let words: String
    var wait: Double?

    var testDescription: String { "\(vendor.rawValue): \(what)" }
  }

  private static func route(_ vendor: Vendor) throws -> ProviderConnection {
    try ProvidersTests.connection(vendor, endpoint: vendor.defaultEndpoint == nil ? vendor.exampleEndpoint : nil)
  }

  @Test(arguments: oddities.filter { $0.whole != nil })
  func `a whole answer`(_ odd: Oddity) async throws {
    let transport = FakeTransport(headers: ["Content-Type": "application/json"], odd.whole ?? "")
    let model = httpModel(try Self.route(odd.vendor), transport: transport)
    expect(try await model.complete(request(odd.model)), odd)
  }

  @Test(arguments: oddities.filter { $0.stream != nil }, [1, 13, 100_000])
  func `a streamed answer`(_ odd: Oddity, pieceSize: Int) async throws {
    let streaming = FakeStreaming(.init(body: odd.stream ?? ""), pieceSize: pieceSize)
    let shown = SharedList<String>()
    let model = httpModel(try Self.route(odd.vendor), transport: FakeTransport(""), streaming: streaming)
    let completion = try await model.stream(request(odd.model)) { shown.append($0) }
    expect(completion, odd)
    #expect(shown.all.joined() == odd.text)
  }

  private func expect(_ completion: Completion, _ odd: Oddity) {
    #expect(completion.text == odd.text)
    #expect(completion.reasoningText == odd.thoughts)
    #expect(completion.finishReason == odd.finish)
    let counts = completion.usage.map { [$0.promptTokens, $0.completionTokens, $0.cachedTokens, $0.reasoningTokens] }
    #expect(counts ?? [] == odd.usage)
    #expect(completion.reportedCost == odd.cost)
    // Nothing is known of the price where the vendor does not name it: that is not a price of 0.
    if odd.vendor.prices.models.isEmpty, odd.vendor != .ollama, let usage = completion.usage {
      #expect(odd.vendor.cost(of: usage, model: odd.model) == nil)
    }
  }

  @Test(arguments: oddErrors)
  func `an error`(_ odd: OddError) async throws {
    let transport = FakeTransport(status: odd.status, headers: odd.headers, odd.body)
    let model = httpModel(try Self.route(odd.vendor), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(request("the-model")) }
    #expect(error?.kind == odd.kind)
    #expect(error?.message.contains(odd.words) == true, "\(error?.message ?? "answered")")
    #expect(error?.retryAfter == odd.wait)
    #expect(transport.requests.count == 1)
  }

  @Test func `Gemini's list of fields that it does not know is dropped at once`() async throws {
    let refusal = #"""
      [{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"frequency_penalty\": Cannot find field.\nInvalid JSON payload received. Unknown name \"seed\": Cannot find field.","status":"INVALID_ARGUMENT","details":[]}}]
      """#
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(chatAnswer))
    var asked = request("gemini-3-flash")
    asked.parameters = RequestParameters(["seed": 7, "frequency_penalty": 0.5, "temperature": 0])
    let completion = try await httpModel(try connection(.gemini), transport: transport).complete(asked)
    let body = try transport.bodies[1]
    #expect(body["seed"] == nil && body["frequency_penalty"] == nil && body["temperature"] == 0)
    #expect(completion.warnings.filter { $0.contains("was not sent") }.count == 2)
  }

  @Test func `Gemini's word on an effort is the user's to follow`() async throws {
    let refusal =
      #"[{"error":{"code":400,"message":"Invalid reasoning_effort: minimal. Valid values are: high, low, medium, none","status":"INVALID_ARGUMENT"}}]"#
    var asked = request("gemini-3-flash")
    asked.reasoningEffort = .minimal
    let transport = FakeTransport(status: 400, refusal)
    let model = httpModel(try connection(.gemini), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(asked) }
    #expect(error?.kind == .invalidRequest && transport.requests.count == 1)
    #expect(error?.message.contains("Valid values are: high, low, medium, none") == true)
  }

  @Test(arguments: [
    "Model grok-9 does not support parameter presencePenalty.",
    "Argument not supported on this model: presencePenalty",
  ])
  func `xAI's own spelling of a parameter is understood`(_ message: String) async throws {
    let refusal = #"{"code":"Client specified an invalid argument","error":"\#(message)"}"#
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(chatAnswer))
    var asked = request("grok-9")
    asked.parameters[.presencePenalty] = 0.5
    // By a gateway that takes the name for one of OpenAI's.
    let completion = try await httpModel(try connection(.openai), transport: transport).complete(asked)
    #expect(try transport.bodies[1]["presence_penalty"] == nil)
    #expect(completion.warnings.contains { $0.hasPrefix("presence_penalty was not sent") })
  }

  @Test(arguments: [
    (
      Vendor.groq,
      #"{"error":{"message":"This model does not support response format `json_schema`. See supported models at https://console.groq.com/docs/structured-outputs#supported-models","type":"invalid_request_error"}}"#
    ),
    (.openai, #"{"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error"}}"#),
  ])
  func `a model without schemas is asked for JSON alone, which is told`(vendor: Vendor, refusal: String) async throws {
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(chatAnswer))
    var asked = request("some-model")
    asked.responseSchema = ResponseSchema(name: "place", schema: ["type": "object"])
    let completion = try await httpModel(try connection(vendor), transport: transport).complete(asked)
    #expect(try transport.bodies[1]["response_format"] == ["type": "json_object"])
    #expect(completion.warnings.contains { $0.hasPrefix("response_format was sent without its schema") })
  }

  @Test func `Groq's word on why a stream was stopped ends it`() async throws {
    let chunks = [
      Chunk.text("Par"), #"{"choices":[],"x_groq":{"id":"req_1","error":"over capacity, stopped early"}}"#,
    ]
    let streaming = FakeStreaming(.events(chunks: chunks))
    let model = httpModel(try connection(.groq), transport: FakeTransport(""), streaming: streaming)
    let error = await failure { () throws(ProviderError) in try await model.stream(request("llama")) { _ in } }
    #expect(error?.kind == .transient && error?.message.contains("over capacity, stopped early") == true)
  }
}
