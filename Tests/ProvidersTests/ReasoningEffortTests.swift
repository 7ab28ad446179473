import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct ReasoningEffortTests {
  /// The sent members, or the refusal, for a vendor's model and an effort.
  private func sent(_ vendor: Vendor, _ model: String, _ effort: String) async throws -> (JSONObject?, String?) {
    var asked = request(model)
    asked.parameters[.reasoningEffort] = .string(effort)
    if let refusal = vendor.refusal(of: asked.parameters, model: model) { return (nil, refusal) }
    let transport = FakeTransport(vendor == .anthropic ? messagesAnswer : chatAnswer)
    _ = try await httpModel(try connection(vendor), transport: transport).complete(asked)
    return (try transport.bodies.first?.objectValue?.without("model", "messages", "max_tokens"), nil)
  }

  @Test(
    arguments: [
      (Vendor.openai, "gpt-5.6-sol", "max", ["reasoning_effort": "max"]),
      (.openai, "gpt-5.2", "max", ["reasoning_effort": "xhigh"]),
      (.openai, "gpt-5.2-pro", "minimal", ["reasoning_effort": "minimal"]),
      (.openai, "o3", "low", ["reasoning_effort": "low"]),
      (.openai, "qwen3-on-vllm", "low", ["reasoning_effort": "low"]),
      (.anthropic, "claude-opus-5-5", "minimal", ["output_config": ["effort": "low"]]),
      (.anthropic, "claude-opus-4.7", "xhigh", ["output_config": ["effort": "xhigh"]]),
      (.anthropic, "claude-sonnet-4-6", "none", ["thinking": ["type": "disabled"]]),
      (.anthropic, "claude-3-7-sonnet-20250219", "low", ["thinking": ["type": "enabled", "budget_tokens": 4_096]]),
      (.anthropic, "claude-haiku-4-5", "none", [:]),
      (.anthropic, "a-gateway's-own", "high", ["output_config": ["effort": "high"]]),
      (.gemini, "gemini-3-pro", "max", ["reasoning_effort": "high"]),
      (.gemini, "gemini-3-flash", "none", ["reasoning_effort": "none"]),
      (.openrouter, "anthropic/claude-opus-5", "max", ["reasoning": ["effort": "max"]]),
      (.groq, "openai/gpt-oss-20b", "xhigh", ["reasoning_effort": "high"]),
      (.groq, "qwen/qwen3-32b", "none", ["reasoning_effort": "none"]),
      (.groq, "qwen/qwen3.8-27b", "minimal", ["reasoning_effort": "low"]),
      (.together, "zai-org/GLM-5", "none", ["reasoning": ["enabled": false]]),
      (.together, "openai/gpt-oss-120b", "max", ["reasoning_effort": "high"]),
      (.fireworks, "accounts/fireworks/models/qwen3-8b", "none", ["reasoning_effort": "none"]),
      (.fireworks, "accounts/fireworks/models/qwen3-8b", "xhigh", ["reasoning_effort": "high"]),
      (.ollama, "gpt-oss", "minimal", ["reasoning_effort": "low"]),
      (.xai, "grok-4.3", "none", ["reasoning_effort": "none"]),
      (.xai, "grok-4.5", "max", ["reasoning_effort": "high"]),
      (.xai, "grok-4.6", "max", ["reasoning_effort": "xhigh"]),
      (.deepseek, "deepseek-flash", "xhigh", ["reasoning_effort": "high"]),
      (.deepseek, "deepseek-v4-flash", "medium", ["reasoning_effort": "high"]),
      (.deepseek, "deepseek-v4-flash", "none", ["thinking": ["type": "disabled"]]),
      (.mistral, "mistral-medium-latest", "high", ["reasoning_effort": "high"]),
    ] as [(Vendor, String, String, JSONObject)])
  func `an effort is sent in the model's own form`(
    vendor: Vendor, model: String, effort: String, expected: JSONObject
  ) async throws {
    let (body, refusal) = try await sent(vendor, model, effort)
    #expect(body == expected, "\(refusal ?? "")")
  }

  @Test(arguments: [
    (Vendor.openai, "o3", "minimal", "o3 at OpenAI takes a reasoning_effort of low, medium or high, not minimal."),
    (.openai, "gpt-6-astra", "none", "not none"), (.openai, "gpt-6.1-sol", "none", "not none"),
    (.openai, "gpt-6.2-sol", "minimal", "low, medium, high, xhigh or max, not minimal"),
    (.openai, "gpt-4.1-mini", "low", "gpt-4.1-mini at OpenAI takes no reasoning_effort."),
    (.openai, "ft:gpt-4.1:acme::1", "low", "takes no reasoning_effort"), (.openai, "gpt-5", "none", "not none"),
    (.openai, "gpt-5.1", "a lot", "not a lot"),
    (.openai, "gpt-5.2", "minimal", "none, low, medium, high, xhigh or max, not minimal"),
    (.openai, "gpt-5.6-luna", "minimal", "none, low, medium, high, xhigh or max, not minimal"),
    (.groq, "qwen/qwen3-32b", "low", "a reasoning_effort of none, not low"),
    (.groq, "openai/gpt-oss-120b", "none", "not none"), (.xai, "grok-4.5", "none", "not none"),
    (.fireworks, "accounts/fireworks/models/gpt-oss-20b", "none", "not none"),
    (.anthropic, "claude-opus-5", "none", "not none"), (.anthropic, "claude-3-5-haiku", "low", "no reasoning_effort"),
    (.gemini, "gemini-3.1-pro-preview", "minimal", "low, medium, high, xhigh or max, not minimal"),
    (.mistral, "mistral-medium-latest", "low", "none, high, xhigh or max, not low"),
    (.xai, "grok-4", "low", "no reasoning_effort"),
  ])
  func `unsupported parameters are found before the first call`(
    vendor: Vendor, model: String, effort: String, words: String
  ) async throws {
    let (_, refusal) = try await sent(vendor, model, effort)
    #expect(refusal?.contains(words) == true, "\(refusal ?? "taken")")
    var asked = request(model)
    asked.parameters[.reasoningEffort] = .string(effort)
    let transport = FakeTransport(chatAnswer)
    let client = httpModel(try connection(vendor), transport: transport)
    let error = await failure { () throws(ProviderError) in try await client.complete(asked) }
    #expect(error?.kind == .invalidRequest && error?.message == refusal)
    #expect(transport.requests.isEmpty)
  }

  @Test func `an effort sent under another name is reported`() async throws {
    var asked = request("gpt-5.2")
    asked.reasoningEffort = .max
    let completion = try await httpModel(try connection(.openai), transport: FakeTransport(chatAnswer)).complete(asked)
    #expect(completion.warnings.first?.hasPrefix("reasoning_effort max was sent as xhigh: gpt-5.2 at OpenAI") == true)
  }

  @Test func `the user chooses another effort`() async throws {
    let refusal =
      #"{"error":{"message":"Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported values are: 'low' and 'high'.","param":"reasoning_effort","code":"unsupported_value"}}"#
    let transport = FakeTransport(status: 400, refusal)
    var asked = request("gpt-5.2-pro")
    asked.reasoningEffort = .minimal
    let model = httpModel(try connection(.openai), transport: transport)
    #expect(await failure { () throws(ProviderError) in try await model.complete(asked) }?.kind == .invalidRequest)
    #expect(transport.requests.count == 1)
  }

  @Test func `a parameter rejected because of the effort is dropped, not the effort`() async throws {
    let refusal = #"{"error":{"message":"'top_p' is not supported with reasoning models."}}"#
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(chatAnswer))
    let model = httpModel(try connection(.openai), transport: transport)
    var asked = request("gpt-5.2-pro")
    asked.reasoningEffort = .high
    asked.topP = 0.5
    _ = try await model.complete(asked)
    #expect(try transport.bodies[1]["top_p"] == nil && transport.bodies[1]["reasoning_effort"] == "high")
    // Without an effort the model may accept it.
    asked.reasoningEffort = .off
    _ = try await model.complete(asked)
    #expect(try transport.bodies[2]["top_p"] == 0.5)
  }

  @Test func `there is room for an answer after Anthropic's reasoning`() async throws {
    var asked = request("claude-haiku-4-5")
    asked.reasoningEffort = .medium
    let transport = FakeTransport(messagesAnswer)
    let model = httpModel(try connection(.anthropic), transport: transport)
    _ = try await model.complete(asked)
    #expect(try transport.bodies[0]["max_tokens"] == 14_096)
    asked.maxTokens = 10_000
    #expect(
      Vendor.anthropic.refusal(of: asked.parameters, model: asked.model)
        == "With reasoning_effort medium claude-haiku-4-5 may think for 10000 tokens, which max_tokens must exceed: it is 10000."
    )
    asked.maxTokens = 10_001
    #expect(Vendor.anthropic.refusal(of: asked.parameters, model: asked.model) == nil)
  }

  @Test(arguments: [
    ("claude-opus-5-5", "required", false), ("claude-fable-5-1", "required", false),
    ("claude-opus-5", "required", true),
    ("claude-opus-5-5", "auto", true),
  ])
  func `a model that always reasons cannot be forced to call a tool`(model: String, choice: String, isTaken: Bool) {
    let parameters = RequestParameters(["tools": [weatherTool], "tool_choice": .string(choice)])
    #expect((Vendor.anthropic.refusal(of: parameters, model: model) == nil) == isTaken)
  }

  @Test(arguments: [
    ("gpt-6.2-sol", "none", "takes no tools"), ("gpt-6-luna", "low", "only with a reasoning_effort of none"),
  ])
  func `GPT-6 with tools`(model: String, effort: String, words: String) {
    var parameters = RequestParameters(["tools": [weatherTool]])
    if model == "gpt-6-luna" { parameters[.reasoningEffort] = .string(effort) }
    #expect(Vendor.openai.refusal(of: parameters, model: model)?.contains(words) == true)
  }

  @Test(arguments: Vendor.allCases)
  func `every vendor has an answer to every effort and every model`(_ vendor: Vendor) {
    for effort in ReasoningEffort.allCases {
      for model in vendor.prices.models + ["x", "", "gpt-", "claude-", "gemini-x-pro", "grok-99"] {
        let parameters = RequestParameters(["reasoning_effort": .string(effort.rawValue), "max_tokens": 100_000])
        let refusal = vendor.refusal(of: parameters, model: model)
        #expect(refusal.map { $0.hasSuffix(".") && $0.contains(model) } ?? true)
      }
    }
  }

  @Test(arguments: [
    (Vendor.openai, #"{"choices":[{"message":{"content":""},"finish_reason":"length"}]}"#),
    (.anthropic, #"{"content":[{"type":"thinking","thinking":"Hm"}],"stop_reason":"max_tokens"}"#),
  ])
  func `an answer used up by reasoning names the effort`(vendor: Vendor, answer: String) async throws {
    var asked = request(vendor == .openai ? "o3" : "claude-opus-5")
    asked.reasoningEffort = .high
    let model = httpModel(try connection(vendor), transport: FakeTransport(answer))
    let error = await #expect(throws: ProviderError.self) { try await model.complete(asked) }
    #expect(error?.message.contains("Raise max_tokens, or lower reasoning_effort, which is high.") == true)
  }
}
