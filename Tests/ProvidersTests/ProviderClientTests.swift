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

  @Test func `what the provider says a call cost comes first, and an unknown price is nil`() throws {
    let resolved = try client(FakeTransport("")).model(named: "gpt-unheard-of", credentials: [])
    var completion = Completion(text: "x", model: "x", usage: TokenUsage(promptTokens: 1, completionTokens: 1))
    #expect(resolved.cost(of: completion) == nil)
    completion.reportedCost = 0.5
    #expect(resolved.cost(of: completion) == 0.5)
  }

  @Test func `a route that cannot be connected is an error`() {
    let credential = ProviderCredential(
      id: 1, provider: .ollama, name: "", endpoint: "http://169.254.169.254", key: .none)
    #expect(throws: RoutingError.self) {
      try client(FakeTransport("")).model(named: "llama3", credentialID: 1, credentials: [credential])
    }
  }
}
