import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct ProviderClientTests {
  private func client(_ transport: FakeTransport) -> ProviderClient {
    ProviderClient(transport: transport, environment: ["ANTHROPIC_API_KEY": testKey, "OPENAI_API_KEY": testKey])
  }

  @Test func `echo answers with the last user message and costs nothing`() async throws {
    let transport = FakeTransport(chatAnswer)
    let resolved = try client(transport).model(named: "echo", credentials: [])
    let messages = [
      ChatMessage(.system, "be an echo"), ChatMessage(.user, "one"), ChatMessage(.user, "two\n words "),
      ChatMessage(.assistant, "x"),
    ]
    let completion = try await resolved.model.complete(CompletionRequest(model: resolved.name, messages: messages))
    #expect(completion.text == "two\n words ")
    #expect(completion.usage == TokenUsage(promptTokens: 7, completionTokens: 2))
    #expect(completion.finishReason == "stop")
    #expect(resolved.cost(of: completion) == 0)
    #expect(transport.requests.isEmpty)
  }

  @Test func `echo without a user message is an error`() async throws {
    let error = await failure { () throws(ProviderError) in
      try await EchoModel().complete(CompletionRequest(model: "echo", messages: [ChatMessage(.system, "x")]))
    }
    #expect(error?.kind == .unusableAnswer)
  }

  @Test func `a name becomes a model that is asked by its bare name`() async throws {
    let transport = FakeTransport(messagesAnswer)
    let resolved = try client(transport).model(named: "anthropic/claude-opus-4-5", credentials: [])
    #expect(resolved.name == "claude-opus-4-5")
    let completion = try await resolved.model.complete(request(resolved.name))
    #expect("\(transport.requests[0])" == "POST https://api.anthropic.com/v1/messages")
    let cost = try #require(resolved.cost(of: completion))
    #expect(abs(cost - (10 * 5 + 2 * 6.25 + 4 * 0.5 + 5 * 25) / 1_000_000) < 1e-12)
  }

  /// US dollars for 1,000,000 tokens each of prompt and answer, by the server's report of the cost.
  private func cost(
    reported: Double?, model: String, _ credentials: ProviderCredential...
  ) throws(RoutingError) -> Double? {
    let usage = TokenUsage(promptTokens: 1_000_000, completionTokens: 1_000_000)
    return try client(FakeTransport("")).model(named: model, credentials: credentials)
      .cost(of: Completion(text: "x", model: "x", usage: usage, reportedCost: reported))
  }

  @Test func `OpenRouter's reported cost overrides every price`() throws {
    let priced = ProviderCredential(
      id: 1, provider: .openrouter, name: "", endpoint: nil, key: .stored(Secret("sk-1")),
      price: ModelPrice(2, cached: 2, output: 8))
    #expect(try cost(reported: 0, model: "openrouter/x/y", priced) == 0)
    #expect(try cost(reported: 0.5, model: "openrouter/x/y", priced) == 0.5)
    #expect(try cost(reported: nil, model: "openrouter/x/y", priced) == 10)
  }

  @Test func `a known price overrides the report of any other server, whose 0 is unknown`() throws {
    let own = ProviderCredential(
      id: 1, provider: .openai, name: "own", endpoint: "https://llm.example.com", key: .none,
      price: ModelPrice(2, cached: 2, output: 8))
    let unpriced = ProviderCredential(
      id: 2, provider: .openai, name: "plain", endpoint: "https://llm.example.com", key: .none)
    for reported in [nil, 0, 0.5] {
      #expect(try cost(reported: reported, model: "own/m", own) == 10)
      #expect(try cost(reported: reported, model: "gpt-4.1") == 10)
    }
    #expect(try cost(reported: nil, model: "plain/m", unpriced) == nil)
    #expect(try cost(reported: 0, model: "plain/m", unpriced) == nil)
    #expect(try cost(reported: 0.5, model: "plain/m", unpriced) == 0.5)
    let gateway = ProviderCredential(
      id: 3, provider: .ollama, name: "here", endpoint: "http://127.0.0.1:4000", key: .none)
    #expect(try cost(reported: 0, model: "here/m", gateway) == 0)
    #expect(try cost(reported: 0.5, model: "here/m", gateway) == 0.5)
  }

  @Test func `a route that cannot be connected is an error`() {
    let credential = ProviderCredential(
      id: 1, provider: .ollama, name: "", endpoint: "http://169.254.169.254", key: .none)
    #expect(throws: RoutingError.self) {
      try client(FakeTransport("")).model(named: "llama3", credentialID: 1, credentials: [credential])
    }
  }

  @Test func `a model reports unsupported parameters before the first call`() throws {
    let client = ProviderClient(
      transport: FakeTransport(chatAnswer), environment: ["OPENAI_API_KEY": testKey, "ANTHROPIC_API_KEY": testKey],
      anthropicVersion: "2026-10-21")
    let effort = RequestParameters(["reasoning_effort": "none"])
    let openAI = try client.model(named: "gpt-6-astra", credentials: [])
    #expect(openAI.refusal(of: effort)?.hasPrefix("gpt-6-astra at OpenAI takes a reasoning_effort of ") == true)
    #expect(openAI.refusal(of: RequestParameters()) == nil)
    // This version has no temperature, so any value is dropped.
    let anthropic = try client.model(named: "claude-opus-5", credentials: [])
    #expect(anthropic.refusal(of: RequestParameters(["temperature": 2])) == nil)
    #expect(try client.model(named: "echo", credentials: []).refusal(of: effort) == nil)
  }

  @Test func `requests to a vendor's own host follow its rules, whatever the credential's provider`() async throws {
    let transport = FakeTransport(chatAnswer)
    let client = ProviderClient(transport: transport, environment: [:])
    let addresses = ["https://api.mistral.ai/v1", "https://api.groq.com/openai/v1", "https://vllm.example/v1"]
    for (index, address) in addresses.enumerated() {
      let credential = ProviderCredential(
        id: index + 1, provider: .openai, name: "x", endpoint: address, key: .stored(Secret(testKey)))
      let resolved = try client.model(named: "some-model", credentialID: index + 1, credentials: [credential])
      var asked = request(resolved.name)
      asked.temperature = 0
      asked.seed = 7
      _ = try await resolved.model.complete(asked)
    }
    let bodies = try transport.bodies
    #expect(bodies.map { $0["random_seed"] ?? $0["seed"] } == [7, 7, 7] && bodies[0]["seed"] == nil)
    #expect(bodies.map { $0["temperature"] } == [0.0, 1e-8, 0.0])
  }
}
