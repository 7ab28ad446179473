import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

/// The form in which each vendor is sent a request with every parameter.
@Suite struct VendorRequestTests {
  private func sent(
    _ vendor: Vendor, _ model: String, _ answer: String = chatAnswer
  ) async throws -> (body: JSONObject, warned: [String]) {
    let transport = FakeTransport(answer)
    let connection = try connection(vendor, endpoint: vendor.defaultEndpoint == nil ? vendor.exampleEndpoint : nil)
    let asked = CompletionRequest(model: model, messages: fullConversation, parameters: fullParameters)
    let completion = try await httpModel(connection, transport: transport).complete(asked)
    let body = try #require(try transport.bodies.first?.objectValue)
    // The warning about another model's name is irrelevant here.
    let warnings = completion.warnings.filter { !$0.contains("was asked for") }
    return (body, warnings.map { String($0.prefix { $0 != " " }) }.sorted())
  }

  private let plain: JSONObject = fullParameters.object.with(["max_tokens": 50_000])

  @Test func `OpenAI gets everything under its own name`() async throws {
    let (body, warned) = try await sent(.openai, "gpt-5.2")
    #expect(
      body.without("model", "messages") == plain.without("max_tokens").with(["max_completion_tokens": 50_000]))
    #expect(warned.isEmpty)
    #expect(body["messages"]?.arrayValue?[1] == ["role": "developer", "content": "Answer in French."])
  }

  @Test func `GPT-6 gets no sampling while it reasons`() async throws {
    var asked = CompletionRequest(model: "gpt-6-luna", messages: fullConversation, parameters: fullParameters)
    for name: RequestParameter in [.tools, .toolChoice, .parallelToolCalls] { asked.parameters[name] = nil }
    let transport = FakeTransport(chatAnswer)
    let completion = try await httpModel(try connection(.openai), transport: transport).complete(asked)
    let body = try #require(try transport.bodies.first)
    for name in ["temperature", "top_p", "logprobs", "top_logprobs"] {
      #expect(body[name] == nil, "\(name)")
    }
    #expect(completion.warnings.map { $0.prefix { $0 != " " } }.prefix(3) == ["temperature", "top_p", "logprobs"])
    asked.reasoningEffort = .off
    asked.tools = [weatherTool]
    _ = try await httpModel(try connection(.openai), transport: transport).complete(asked)
    #expect(try transport.bodies[1]["temperature"] == 0 && transport.bodies[1]["tools"] != nil)
  }

  @Test func `Groq gets no log probabilities, biases, penalties, choices or names, and never a temperature of 0`()
    async throws
  {
    let (body, warned) = try await sent(.groq, "openai/gpt-oss-120b")
    #expect(
      body.without("model", "messages")
        == plain.without("logprobs", "top_logprobs", "logit_bias", "n", "frequency_penalty", "presence_penalty")
        .with(["temperature": 1e-8]))
    #expect(warned == ["frequency_penalty", "logit_bias", "logprobs", "n", "name", "presence_penalty"])
    #expect(body["messages"]?.arrayValue?.allSatisfy { $0["name"] == nil && $0["role"] != "developer" } == true)
  }

  @Test func `Mistral gets a random_seed, and no unknown fields`() async throws {
    let (body, warned) = try await sent(.mistral, "magistral-medium-latest")
    #expect(
      body.without("model", "messages")
        == plain.without("seed", "user", "logit_bias", "service_tier").with(["random_seed": 7]))
    #expect(warned == ["logit_bias", "name", "service_tier", "user"])
  }

  @Test func `DeepSeek is asked for JSON without its schema, and while it thinks for no sampling that it would ignore`()
    async throws
  {
    let (body, warned) = try await sent(.deepseek, "deepseek-v4-pro")
    let never: [String] = ["logit_bias", "n", "parallel_tool_calls", "response_format", "seed", "service_tier", "user"]
    let json: JSONObject = ["response_format": ["type": "json_object"]]
    let plain = plain.without("seed", "n", "logit_bias", "user", "parallel_tool_calls", "service_tier").with(json)
    #expect(
      body.without("model", "messages") == plain.without("temperature", "frequency_penalty", "presence_penalty"))
    #expect(warned == (never + ["temperature", "frequency_penalty", "presence_penalty"]).sorted())
    let (chat, told) = try await sent(.deepseek, "deepseek-chat")
    #expect(chat.without("model", "messages") == plain)
    #expect(told == never)
  }

  @Test func `DeepSeek cannot be made to call a tool while it thinks`() {
    var asked = RequestParameters(["tools": [weatherTool], "tool_choice": "required"])
    #expect(Vendor.deepseek.refusal(of: asked, model: "deepseek-flash")?.contains("reasoning_effort none") == true)
    #expect(Vendor.deepseek.refusal(of: asked, model: "deepseek-chat") == nil)
    asked.reasoningEffort = .off
    #expect(Vendor.deepseek.refusal(of: asked, model: "deepseek-flash") == nil)
    asked = RequestParameters(["tools": [weatherTool], "tool_choice": "auto"])
    #expect(Vendor.deepseek.refusal(of: asked, model: "deepseek-flash") == nil)
  }

  @Test func `xAI's reasoning models get no penalties and no stop`() async throws {
    let (body, warned) = try await sent(.xai, "grok-4.3")
    #expect(
      body.without("model", "messages")
        == plain.without("logit_bias", "stop", "frequency_penalty", "presence_penalty"))
    #expect(warned == ["frequency_penalty", "logit_bias", "presence_penalty", "stop"])
  }

  @Test(
    arguments: [
      ("grok-3", []), ("grok-3-latest", []), ("grok-3-mini", ["stop", "presence_penalty"]),
      ("grok-4-1-fast-reasoning", ["stop", "presence_penalty"]), ("grok-4.5", ["stop", "presence_penalty"]),
      ("grok-4.20-0309-non-reasoning", ["presence_penalty"]), ("a-gateway's-own", []),
    ] as [(String, Set<RequestParameter>)])
  func `what xAI's other models refuse of them`(model: String, refused: Set<RequestParameter>) {
    let asked = CompletionRequest(model: model, messages: [])
    #expect(XAI.rules(for: asked).dropped.intersection([.stop, .presencePenalty]) == refused)
  }

  @Test func `Together gets the count of log probabilities as one number`() async throws {
    let (body, warned) = try await sent(.together, "meta-llama/Llama-4")
    #expect(
      body.without("model", "messages")
        == plain.without("top_logprobs", "user", "service_tier", "parallel_tool_calls").with(["logprobs": 3]))
    #expect(warned == ["parallel_tool_calls", "service_tier", "user"])
  }

  @Test func `Fireworks, Gemini and OpenRouter get everything, OpenRouter the effort in its own form`() async throws {
    for (vendor, model) in [(Vendor.fireworks, "accounts/fireworks/models/x"), (.gemini, "gemini-3-pro")] {
      let (body, warned) = try await sent(vendor, model)
      #expect(body.without("model", "messages") == (vendor == .gemini ? plain.without("service_tier") : plain))
      #expect(warned == (vendor == .fireworks ? ["name"] : ["service_tier"]))
    }
    let (body, warned) = try await sent(.openrouter, "z-ai/glm-5")
    #expect(
      body.without("model", "messages") == plain.without("reasoning_effort").with(["reasoning": ["effort": "high"]]))
    #expect(warned.isEmpty)
  }

  @Test func `parameters that Ollama silently ignores are reported`() async throws {
    let (body, warned) = try await sent(.ollama, "qwen3")
    #expect(
      body.without("model", "messages")
        == plain.without("logit_bias", "n", "parallel_tool_calls", "service_tier", "tool_choice"))
    #expect(warned == ["logit_bias", "n", "parallel_tool_calls", "service_tier", "tool_choice"])
  }

  @Test func `Azure's deployments get everything`() async throws {
    let (body, warned) = try await sent(.azureFoundry, "mine")
    #expect(body.without("model", "messages") == plain)
    #expect(warned.isEmpty)
  }

  @Test func `Anthropic gets supported parameters, in its own form`() async throws {
    let (body, warned) = try await sent(.anthropic, "claude-opus-4-5", messagesAnswer)
    #expect(
      body.without("messages") == [
        "model": "claude-opus-4-5", "max_tokens": 50_000, "system": "Be short.\n\nAnswer in French.",
        "stop_sequences": ["END"], "metadata": ["user_id": "u"], "service_tier": "auto",
        "thinking": ["type": "enabled", "budget_tokens": 16_000],
        "tools": [
          [
            "name": "weather", "description": "Tells the weather.", "strict": true,
            "input_schema": weatherTool["function"]?["parameters"] ?? nil,
          ]
        ],
        "tool_choice": ["type": "auto", "disable_parallel_tool_use": true],
        "output_config": ["format": ["type": "json_schema", "schema": ["type": "object"]]],
      ])
    #expect(
      warned == [
        "frequency_penalty", "logit_bias", "logprobs", "n", "name", "presence_penalty", "seed", "temperature", "top_p",
      ])
    #expect(
      body["messages"] == [
        [
          "role": "user",
          "content": [
            ["type": "text", "text": "What is this?"],
            ["type": "image", "source": ["type": "url", "url": "https://example.com/cat.png"]],
            ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="]],
          ],
        ],
        [
          "role": "assistant",
          "content": [
            ["type": "tool_use", "id": "call_1", "name": "look", "input": ["at": "cat"]],
            ["type": "tool_use", "id": "call_2", "name": "look", "input": [:]],
          ],
        ],
        [
          "role": "user",
          "content": [
            ["type": "tool_result", "tool_use_id": "call_1", "content": "A cat."],
            ["type": "tool_result", "tool_use_id": "call_2", "content": "Nothing."],
            ["type": "text", "text": "And now?"],
          ],
        ],
      ])
  }

  @Test func `Chat Completions messages have every role and part`() async throws {
    let (body, _) = try await sent(.openai, "gpt-5.2")
    #expect(
      body["messages"] == [
        ["role": "system", "content": "Be short."], ["role": "developer", "content": "Answer in French."],
        [
          "role": "user", "name": "Ada",
          "content": [
            ["type": "text", "text": "What is this?"],
            ["type": "image_url", "image_url": ["url": "https://example.com/cat.png"]],
            ["type": "image_url", "image_url": ["url": "data:image/png;base64,iVBORw0KGgo="]],
          ],
        ],
        [
          "role": "assistant", "content": nil,
          "tool_calls": [
            ["id": "call_1", "type": "function", "function": ["name": "look", "arguments": #"{"at":"cat"}"#]],
            ["id": "call_2", "type": "function", "function": ["name": "look", "arguments": "{}"]],
          ],
        ],
        ["role": "tool", "tool_call_id": "call_1", "content": "A cat."],
        ["role": "tool", "tool_call_id": "call_2", "content": "Nothing."], ["role": "user", "content": "And now?"],
      ])
  }

  @Test(
    arguments: [
      ("none", ["type": "none"]), ("required", ["type": "any", "disable_parallel_tool_use": true]),
      (
        ["type": "function", "function": ["name": "weather"]],
        ["type": "tool", "name": "weather", "disable_parallel_tool_use": true]
      ),
      (nil, ["type": "auto", "disable_parallel_tool_use": true]),
    ] as [(JSONValue, JSONValue)])
  func `Anthropic's choice of tools`(choice: JSONValue, expected: JSONValue) async throws {
    let transport = FakeTransport(messagesAnswer)
    var asked = request("claude-opus-4-5")
    asked.parameters = RequestParameters([
      "tools": [weatherTool], "tool_choice": choice, "parallel_tool_calls": false,
    ])
    _ = try await httpModel(try connection(.anthropic), transport: transport).complete(asked)
    #expect(try transport.bodies[0]["tool_choice"] == expected)
  }
}
