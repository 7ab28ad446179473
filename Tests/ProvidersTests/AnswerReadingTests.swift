import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct AnswerReadingTests {
  private func ask(
    _ answer: String, _ provider: Vendor = .openai, status: Int = 200
  ) async throws(ProviderError) -> Completion {
    let made: ProviderConnection
    do { made = try connection(provider) } catch { throw ProviderError(.invalidRequest, "\(error)") }
    let transport = FakeTransport(status: status, answer)
    return try await httpModel(made, transport: transport).complete(request())
  }

  private func fails(_ answer: String, _ provider: Vendor = .openai) async throws -> ProviderError {
    try #require(await failure { () throws(ProviderError) in try await ask(answer, provider) })
  }

  private static func chat(_ text: String, _ reason: String = "stop", usage: String = "null") -> String {
    let message: JSONValue = ["role": "assistant", "content": .string(text)]
    let choice: JSONValue = ["index": 0, "message": message, "finish_reason": .string(reason)]
    return #"{"model":"m","choices":[\#(choice.text)],"usage":\#(usage)}"#
  }

  // MARK: Usage

  @Test(arguments: [
    (#"{"prompt_tokens":5.0,"completion_tokens":3.0}"#, TokenUsage(promptTokens: 5, completionTokens: 3)),
    (#"{"prompt_tokens":"5","completion_tokens":"3.0"}"#, TokenUsage(promptTokens: 5, completionTokens: 3)),
    (#"{"input_tokens":5,"output_tokens":3}"#, TokenUsage(promptTokens: 5, completionTokens: 3)),
    (#"{"prompt_tokens":5,"total_tokens":8}"#, TokenUsage(promptTokens: 5, completionTokens: 3)),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":108,"completion_tokens_details":{"reasoning_tokens":100}}"#,
      TokenUsage(promptTokens: 5, completionTokens: 103, reasoningTokens: 100)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":103,"total_tokens":108,"completion_tokens_details":{"reasoning_tokens":100}}"#,
      TokenUsage(promptTokens: 5, completionTokens: 103, reasoningTokens: 100)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":100}}"#,
      TokenUsage(promptTokens: 5, completionTokens: 103, reasoningTokens: 100)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":58}"#,
      TokenUsage(promptTokens: 5, completionTokens: 53, reasoningTokens: 50)
    ),
    (
      #"{"prompt_tokens":2000,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":500,"cache_write_tokens":1400}}"#,
      TokenUsage(promptTokens: 2_000, completionTokens: 3, cachedTokens: 500, cacheWriteTokens: 1_400)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":108,"prompt_tokens_details":{"cached_tokens":100}}"#,
      TokenUsage(promptTokens: 105, completionTokens: 3, cachedTokens: 100)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":128,"cache_read_input_tokens":100,"cache_creation_input_tokens":20}"#,
      TokenUsage(promptTokens: 125, completionTokens: 3, cachedTokens: 100, cacheWriteTokens: 20)
    ),
    (
      #"{"prompt_tokens":105,"completion_tokens":3,"total_tokens":128,"cache_read_input_tokens":100,"cache_creation_input_tokens":20}"#,
      TokenUsage(promptTokens: 125, completionTokens: 3, cachedTokens: 100, cacheWriteTokens: 20)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"total_tokens":148,"cache_read_input_tokens":100,"completion_tokens_details":{"reasoning_tokens":40}}"#,
      TokenUsage(promptTokens: 105, completionTokens: 43, cachedTokens: 100, reasoningTokens: 40)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":43,"total_tokens":148,"cache_read_input_tokens":100,"completion_tokens_details":{"reasoning_tokens":40}}"#,
      TokenUsage(promptTokens: 105, completionTokens: 43, cachedTokens: 100, reasoningTokens: 40)
    ),
    (
      #"{"prompt_tokens":105,"completion_tokens":3,"total_tokens":148,"cache_read_input_tokens":100,"completion_tokens_details":{"reasoning_tokens":40}}"#,
      TokenUsage(promptTokens: 105, completionTokens: 43, cachedTokens: 100, reasoningTokens: 40)
    ),
    (
      #"{"prompt_tokens":5,"completion_tokens":3,"cache_read_input_tokens":100}"#,
      TokenUsage(promptTokens: 105, completionTokens: 3, cachedTokens: 100)
    ),
    (
      #"{"prompt_tokens":9,"completion_tokens":3,"prompt_cache_hit_tokens":4}"#,
      TokenUsage(promptTokens: 9, completionTokens: 3, cachedTokens: 4)
    ),
  ])
  func `counts are read in any notation`(usage: String, expected: TokenUsage) async throws {
    #expect(try await ask(Self.chat("Paris", usage: usage)).usage == expected)
  }

  @Test(arguments: [
    #"{"prompt_tokens":-5,"completion_tokens":3}"#, #"{"prompt_tokens":1e300,"completion_tokens":3}"#,
    #"{"prompt_tokens":5.5,"completion_tokens":3}"#, #"{"prompt_tokens":"many","completion_tokens":3}"#,
    #"{"prompt_tokens":99999999999999999999,"completion_tokens":3}"#, #"{"completion_tokens":3}"#, "{}", "[]", "7",
    #"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#, #"{"prompt_tokens":9,"completion_tokens":0}"#,
  ])
  func `an impossible count is unknown`(usage: String) async throws {
    #expect(try await ask(Self.chat("Paris", usage: usage)).usage == nil)
  }

  @Test func `Anthropic's cache writes are counted by how long they are kept`() async throws {
    let answer = #"""
      {"content":[{"type":"text","text":"Paris"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5,
      "cache_read_input_tokens":4,"cache_creation_input_tokens":7,"service_tier":"Batch",
      "cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":5}}}
      """#
    let completion = try await ask(answer, .anthropic)
    #expect(
      completion.usage
        == TokenUsage(
          promptTokens: 21, completionTokens: 5, cachedTokens: 4, cacheWriteTokens: 7, cacheWriteHourTokens: 5,
          serviceTier: "batch"))
    #expect(completion.serviceTier == "batch")
  }

  @Test func `the service tier of an answer is kept with its counts`() async throws {
    let answer = Self.chat("Paris", usage: #"{"prompt_tokens":1,"completion_tokens":1}"#).dropLast()
    #expect(try await ask(answer + #","service_tier":"flex"}"#).usage?.serviceTier == "flex")
  }

  @Test(arguments: [
    (#"{"cost":0,"is_byok":true,"cost_details":{"upstream_inference_cost":0.02}}"#, 0.02),
    (#"{"cost":0.001,"is_byok":true,"cost_details":{"upstream_inference_cost":0.02}}"#, 0.021),
    (#"{"cost":0.02,"is_byok":false,"cost_details":{"upstream_inference_cost":0.02}}"#, 0.02),
    (#"{"cost":"0.02"}"#, 0.02), (#"{"cost":0}"#, 0),
  ])
  func `with the user's own key the upstream cost counts too`(usage: String, dollars: Double) async throws {
    let cost = try #require(try await ask(Self.chat("Paris", usage: usage), .openrouter).reportedCost)
    #expect(abs(cost - dollars) < 1e-12)
  }

  // MARK: ReasoningSplit

  @Test(arguments: [
    #"{"content":"<think>London?</think>Paris"}"#, #"{"content":"Paris","reasoning_content":"London?"}"#,
    #"{"content":"Paris","reasoning":"London?"}"#,
    #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"London?"}]},{"type":"text","text":"Paris"}]}"#,
  ])
  func `reasoning is kept beside the answer`(message: String) async throws {
    let completion = try await ask(#"{"choices":[{"message":\#(message),"finish_reason":"stop"}]}"#)
    #expect(completion.text == "Paris" && completion.reasoningText == "London?")
  }

  @Test func `Anthropic's reasoning is kept beside the answer`() async throws {
    let completion = try await ask(messagesAnswer, .anthropic)
    #expect(completion.text == "Paris" && completion.reasoningText == "hm")
  }

  @Test(arguments: [
    (#"{"content":null,"reasoning_content":"The answer is Paris."}"#, "stop", "reasoning only"),
    (#"{"content":"<think>The answer is Paris."}"#, "length", "max_tokens on reasoning"),
  ])
  func `reasoning without an answer is an error that contains it`(
    message: String, reason: String, words: String
  ) async throws {
    let error = try await fails(#"{"choices":[{"message":\#(message),"finish_reason":"\#(reason)"}]}"#)
    #expect(error.kind == .unusableAnswer && error.message.contains(words), "\(error)")
    #expect(error.reasoningText == "The answer is Paris.")
  }

  // MARK: Finish reasons

  @Test(arguments: ["error", "abort", "CANCELLED", "network_error"])
  func `an answer that the server abandoned is a failure with its usage`(reason: String) async throws {
    let error = try await fails(Self.chat("Par", reason, usage: #"{"prompt_tokens":5,"completion_tokens":1}"#))
    #expect(error.kind == .transient && error.message.contains("cut the answer off (finish_reason \(reason))"))
    #expect(error.usage == TokenUsage(promptTokens: 5, completionTokens: 1) && !error.isUncounted)
    #expect(try await fails(Self.chat("Par", reason)).isUncounted)
  }

  @Test(arguments: [
    ("LENGTH", "length"), ("MAX_TOKENS", "length"), ("max_output_tokens", "length"), ("end_turn", "stop"),
    ("STOP", "stop"), ("eos", "stop"), ("SAFETY", "content_filter"), ("tool_use", "tool_calls"), ("odd", "odd"),
  ])
  func `finish reasons are translated to Chat Completions`(word: String, reason: String) async throws {
    #expect(try await ask(Self.chat("Par", word)).finishReason == reason)
  }

  @Test func `an answer cut by a filter says so`() async throws {
    let completion = try await ask(Self.chat("Par", "content_filter"))
    #expect(completion.text == "Par" && completion.warnings.contains { $0.contains("content filter") })
  }

  @Test func `an empty model name means the requested model`() async throws {
    #expect(try await ask(#"{"model":"","choices":[{"message":{"content":"x"}}]}"#).model == "gpt-4.1-mini")
    let answer = #"{"model":"","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn"}"#
    #expect(try await ask(answer, .anthropic).model == "gpt-4.1-mini")
  }

  // MARK: Errors in successful answers

  @Test(arguments: [
    (#"{"error":"model 'x' is not loaded"}"#, ProviderError.Kind.transient, "error: model 'x' is not loaded"),
    (#"{"error":{"message":"key expired","code":"401"}}"#, .unauthorized, "refused the API key (401)"),
    (#"{"object":"error","message":"HIGH TRAFFIC","code":50001}"#, .transient, "error: HIGH TRAFFIC"),
    (#"{"type":"error","message":"odd"}"#, .transient, "error: odd"),
    (#"{"detail":"Not authenticated"}"#, .transient, "error: Not authenticated"),
  ])
  func `an error in a 200 is reported without an invented status`(
    answer: String, kind: ProviderError.Kind, words: String
  ) async throws {
    let error = try await fails(answer)
    #expect(error.kind == kind && error.message.contains(words) && !error.message.contains("(500)"), "\(error)")
  }

  @Test func `an answer of many megabytes is read like any other`() async throws {
    let text = String(repeating: "x", count: 3_000_000)
    #expect(try await ask(Self.chat(text)).text == text)
  }
}
