import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Providers

@Suite struct ServiceTierTests {
  private func asked(_ model: String, _ tier: ServiceTier) -> CompletionRequest {
    var request = request(model)
    request.serviceTier = tier
    return request
  }

  private static let unavailable =
    #"{"error":{"message":"Resource Unavailable","type":"resource_unavailable","code":"resource_unavailable"}}"#

  /// An answer in the form of Chat Completions at a tier.
  private static func answer(_ tier: String) -> String {
    #"{"id":"c","model":"gpt-5.2","service_tier":"\#(tier)","choices":[{"message":{"content":"Paris"},"#
      + #""finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":10}}"#
  }

  @Test(arguments: [
    (Vendor.openai, "gpt-5.2", ServiceTier.flex, "flex"), (.openai, "gpt-5.2", .flexOrDefault, "flex"),
    (.openai, "gpt-5.2", .standard, "default"), (.openai, "gpt-6.1-terra", .flex, "flex"),
    (.openai, "o3-2025-04-16", .flex, "flex"), (.openai, "gpt-5.4-pro", .flex, "flex"),
    (.openai, "house-model", .flex, "flex"), (.openai, "gpt-6.2-sol", .fast, "fast"),
    (.groq, "openai/gpt-oss-120b", .standard, "on_demand"), (.groq, "x", .flex, "flex"),
    (.gemini, "gemini-3-pro", .standard, "standard"), (.gemini, "gemini-3-pro", .flexOrDefault, "flex"),
    (.anthropic, "claude-opus-5", .standard, "standard_only"), (.anthropic, "claude-opus-5", .auto, "auto"),
    (.xai, "grok-4.3", .priority, "priority"),
  ])
  func `each vendor gets its own word`(vendor: Vendor, model: String, tier: ServiceTier, word: String) async throws {
    let transport = FakeTransport(vendor == .anthropic ? messagesAnswer : chatAnswer)
    _ = try await httpModel(try connection(vendor), transport: transport).complete(asked(model, tier))
    #expect(try transport.bodies.first?["service_tier"]?.stringValue == word)
  }

  @Test(arguments: [
    (Vendor.openai, "gpt-6.2-sol", ServiceTier.flex, "auto, default, scale, priority, fast"),
    (.openai, "gpt-6.2-astra", .flexOrDefault, "auto, default, scale, priority, fast"),
    (.openai, "gpt-4.1", .flex, "auto, default, scale, priority, fast"),
    (.openai, "gpt-4o-mini-2024-07-18", .flexOrDefault, "auto, default, scale, priority, fast"),
    (.openai, "gpt-5-nano", .priority, "auto, default, flex, flex_or_default, scale."),
    (.openai, "gpt-5.2-pro", .flex, "auto, default, scale."), (.openai, "o3-mini", .flex, "auto, default, scale."),
    (.openai, "gpt-5.1-chat-latest", .priority, "auto, default, scale."),
    (.openai, "ft:gpt-4.1-mini:org::id", .flex, "auto, default, scale, priority, fast"),
    (.anthropic, "claude-opus-5", .flex, "auto, default"), (.groq, "x", .priority, "auto, default, flex"),
    (.ollama, "qwen3", .flex, "leave service_tier out"), (.deepseek, "deepseek-chat", .flex, "leave service_tier out"),
  ])
  func `a tier that the vendor has not is refused with those that it has`(
    vendor: Vendor, name: String, tier: ServiceTier, words: String
  ) async throws {
    let transport = FakeTransport(chatAnswer)
    let model = httpModel(try connection(vendor), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(asked(name, tier)) }
    #expect(error?.kind == .invalidRequest && error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(transport.requests.isEmpty)
  }

  @Test(arguments: [(429, unavailable), (498, #"{"error":{"message":"capacity_exceeded"}}"#)])
  func `a tier without capacity costs nothing and is asked again`(status: Int, body: String) async throws {
    let transport = FakeTransport(.ok(body, status: status), .ok(Self.answer("flex")))
    let model = httpModel(try connection(.openai), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(asked("gpt-5.2", .flex)) }
    #expect(error?.kind == .transient && error?.lacksCapacity == true)
    #expect(error?.isUncounted == false && error?.usage == nil && error?.kind != .insufficientQuota)
    #expect(try await model.complete(asked("gpt-5.2", .flex)).text == "Paris")
  }

  @Test func `flex is asked for minutes, and a limited rate for as long as before`() {
    let policy = RetryPolicy()
    var (capacity, rate) = (ProviderError(.transient, "x", status: 429), ProviderError(.transient, "x", status: 429))
    capacity.lacksCapacity = true
    func waited(_ error: ProviderError) -> (attempts: Int, seconds: Double) {
      var (attempt, seconds) = (1, 0.0)
      while case .retry(let pause) = policy.decide(after: error, attempt: attempt, random: 0.5) {
        seconds += pause
        attempt += 1
      }
      return (attempt, seconds)
    }
    #expect(waited(capacity).attempts == 15 && waited(capacity).seconds > 180)
    #expect(waited(rate).attempts == 6)
    rate.lacksCapacity = false
  }

  private func retried(_ transport: FakeTransport, _ tier: ServiceTier) async throws -> RetryingModel.Outcome {
    let model = RetryingModel(httpModel(try connection(.openai), transport: transport), sleep: { _ in }, random: { 0 })
    return await model.outcome(of: asked("gpt-5.2", tier))
  }

  @Test func `flex_or_default asks the usual tier after three refusals, and says so`() async throws {
    let refused = FakeTransport.Answer.ok(Self.unavailable, status: 429)
    let transport = FakeTransport(refused, refused, refused, .ok(Self.answer("default")))
    let completion = try await retried(transport, .flexOrDefault).result.get()
    #expect(try transport.bodies.map { $0["service_tier"]?.stringValue } == ["flex", "flex", "flex", "default"])
    #expect(completion.warnings.contains { $0.contains("flex_or_default") })
  }

  @Test func `flex alone never falls back`() async throws {
    let transport = FakeTransport(.ok(Self.unavailable, status: 429))
    let outcome = try await retried(transport, .flex)
    #expect(throws: ProviderError.self) { try outcome.result.get() }
    #expect(try Set(transport.bodies.map { $0["service_tier"]?.stringValue }) == ["flex"])
    #expect(outcome.attempts == 15 && outcome.uncounted == 0 && outcome.wasted.isEmpty)
  }

  @Test func `a refused flex is not left out, because the usual tier has another price`() async throws {
    let refusal = #"{"error":{"message":"Flex is not supported for this model: service_tier","param":"service_tier"}}"#
    let transport = FakeTransport(.ok(refusal, status: 400), .ok(Self.answer("default")))
    let model = httpModel(try connection(.openai), transport: transport)
    let error = await failure { () throws(ProviderError) in try await model.complete(asked("gpt-5.2", .flex)) }
    #expect(error?.kind == .invalidRequest && transport.requests.count == 1)
  }

  @Test func `a call at flex has a quarter of an hour`() async throws {
    let transport = FakeTransport(Self.answer("flex"))
    let model = httpModel(try connection(.openai), transport: transport)
    for tier in [ServiceTier.flex, .flexOrDefault, .standard] { _ = try await model.complete(asked("gpt-5.2", tier)) }
    #expect(transport.requests.map(\.timeout) == [900, 900, HTTPRequest.defaultTimeout])
  }

  @Test(arguments: [("flex", 0.5, false), ("default", 1, true), ("priority", 2, true)])
  func `the tier that answered decides the price, and another one is said`(
    tier: String, factor: Double, isWarned: Bool
  ) async throws {
    let model = httpModel(try connection(.openai), transport: FakeTransport(Self.answer(tier)))
    let completion = try await model.complete(asked("gpt-5.2", .flex))
    let usage = try #require(completion.usage)
    let plain = try #require(
      Vendor.openai.cost(of: TokenUsage(promptTokens: 1_000, completionTokens: 10), model: "gpt-5.2"))
    #expect(Vendor.openai.cost(of: usage, model: "gpt-5.2") == plain * factor)
    #expect(completion.warnings.contains { $0.contains("service_tier flex") } == isWarned)
  }

  @Test(arguments: [ServiceTier?.none, .auto, .standard])
  func `a dearer tier that nobody asked for is said`(tier: ServiceTier?) async throws {
    func warnings(_ answered: String) async throws -> [String] {
      let model = httpModel(try connection(.openai), transport: FakeTransport(Self.answer(answered)))
      var request = asked("gpt-5.2", .auto)
      request.serviceTier = tier
      return try await model.complete(request).warnings
    }
    #expect(try await warnings("priority").count { $0.contains("the tier priority") } == 1)
    #expect(try await warnings("default").isEmpty)
  }

  @Test func `OpenAI bills fast as priority, which is no other tier`() async throws {
    let model = httpModel(try connection(.openai), transport: FakeTransport(Self.answer("priority")))
    #expect(try await model.complete(asked("gpt-5.2", .fast)).warnings.allSatisfy { !$0.contains("service_tier") })
  }

  private func resolved(
    _ vendor: Vendor, _ model: String, at endpoint: String? = nil,
    price: ModelPrice? = ModelPrice(1, cached: 1, output: 4)
  ) throws -> ProviderClient.ResolvedModel {
    let credential = ProviderCredential(
      id: 1, provider: vendor, name: "c", endpoint: endpoint, key: .stored(Secret("sk-0123456789")), price: price)
    let client = ProviderClient(transport: FakeTransport(chatAnswer), environment: [:])
    return try client.model(named: model, credentialID: 1, credentials: [credential])
  }

  /// A million tokens at a tier.
  private func million(_ tier: String?) -> TokenUsage {
    TokenUsage(promptTokens: 1_000_000, completionTokens: 0, serviceTier: tier)
  }

  @Test(
    arguments: [
      (Vendor.groq, "qwen/qwen3.8-27b", nil, [1, 0.5, 1, nil]), (.openai, "gpt-5-house", nil, [1, 0.5, 0.5, nil]),
      (.openai, "gpt-4-house", nil, [1, 0.5, nil, nil]), (.anthropic, "claude-house", nil, [1, 0.5, nil, nil]),
      (.mistral, "mistral-house", nil, [1, 1, 1, nil]),
      // What another server takes is not known, so nothing is halved.
      (.openai, "gpt-5-house", "https://gateway.example/v1", [1, 1, 1, nil]),
      (.groq, "qwen/qwen3.8-27b", "https://gateway.example/v1", [1, 1, 1, nil]),
    ] as [(Vendor, String, String?, [Double?])])
  func `the price of a credential has the vendor's factors at its own address alone`(
    vendor: Vendor, name: String, endpoint: String?, dollars: [Double?]
  ) throws {
    let model = try resolved(vendor, name, at: endpoint)
    #expect([nil, "batch", "flex", "priority"].map { model.cost(of: million($0)) } == dollars)
  }

  @Test func `a free model is free at every tier`() {
    #expect(ModelPrice.free.cost(of: million("priority")) == 0)
  }

  @Test func `the longest answer is what the request says, or what the API sets, or what the model can`() throws {
    var limited = RequestParameters()
    limited.maxTokens = 50
    let openai = try resolved(.openai, "gpt-6-luna")
    #expect(openai.longestAnswer(with: limited) == 50 && openai.longestAnswer(with: RequestParameters()) == 128_000)
    #expect(try resolved(.anthropic, "claude-haiku-4-5").longestAnswer(with: RequestParameters()) == 4_096)
    #expect(try resolved(.openai, "gpt-4.1-mini").longestAnswer(with: RequestParameters()) == 32_768)
    #expect(try resolved(.groq, "house").longestAnswer(with: RequestParameters()) == nil)
    // Another server may end its answers wherever it likes.
    let elsewhere = try resolved(.openai, "gpt-6-luna", at: "https://gateway.example/v1")
    #expect(elsewhere.longestAnswer(with: RequestParameters()) == nil)
  }

  @Test func `which tiers a model has is known for a vendor's own models`() throws {
    #expect(try resolved(.openai, "gpt-5.2").knowsTiers && resolved(.groq, "x").knowsTiers)
    #expect(try !resolved(.openai, "house-model").knowsTiers && !resolved(.fireworks, "x").knowsTiers)
  }
}
