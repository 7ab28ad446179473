import Testing

@testable import Providers

@Suite struct ModelRouterTests {
  private static func credential(
    _ id: Int, _ provider: ProviderKind, at endpoint: String? = nil, name: String = ""
  ) -> ProviderCredential {
    ProviderCredential(id: id, provider: provider, name: name, endpoint: endpoint, key: .stored(Secret(testKey)))
  }

  /// "openai gpt-4.1 via 1", "echo", or the error.
  private func route(
    _ name: String, id: Int? = nil, _ credentials: [ProviderCredential] = [], environment: [String: String] = [:]
  ) -> String {
    do throws(RoutingError) {
      switch try ModelRouter(credentials: credentials, environment: environment).route(name, credentialID: id) {
      case .echo: return "echo"
      case .provider(let provider, let model, let credential):
        return "\(provider.rawValue) \(model) via \(credential.map { String($0.id) } ?? "environment")"
      }
    } catch {
      return error.description
    }
  }

  private static let all = [
    credential(1, .openai), credential(2, .anthropic), credential(3, .ollama), credential(4, .openrouter),
  ]

  @Test(arguments: [
    ("gpt-4.1", "openai gpt-4.1 via 1"), ("chatgpt-4o-latest", "openai chatgpt-4o-latest via 1"),
    ("o1", "openai o1 via 1"), ("o4-mini-2025-04-16", "openai o4-mini-2025-04-16 via 1"),
    ("claude-opus-4-5", "anthropic claude-opus-4-5 via 2"), ("openai/gpt-4.1", "openai gpt-4.1 via 1"),
    ("OpenAI/gpt-4.1", "openai gpt-4.1 via 1"), ("anthropic/claude-opus-4-5", "anthropic claude-opus-4-5 via 2"),
    ("ollama/llama3.2:1b", "ollama llama3.2:1b via 3"), ("ollama/hf.co/a/b", "ollama hf.co/a/b via 3"),
    ("openrouter/meta/llama-4", "openrouter meta/llama-4 via 4"),
    ("openrouter/auto", "openrouter openrouter/auto via 4"),
    ("meta/llama-4", "openrouter meta/llama-4 via 4"), (" echo ", "echo"),
  ])
  func `a name leads to the provider that it names`(name: String, expected: String) {
    #expect(route(name, Self.all) == expected)
  }

  @Test(arguments: [
    ("gpt-4.1", 1, "openai gpt-4.1 via 1"), ("openai/gpt-4.1", 1, "openai gpt-4.1 via 1"),
    ("openai/gpt-4.1", 4, "openrouter openai/gpt-4.1 via 4"), ("claude-opus-4-5", 3, "ollama claude-opus-4-5 via 3"),
    ("anything", 2, "anthropic anything via 2"), ("echo", 3, "ollama echo via 3"),
  ])
  func `an explicit credential comes first`(name: String, id: Int, expected: String) {
    #expect(route(name, id: id, Self.all) == expected)
  }

  @Test func `a proxy's own names keep their vendor`() {
    let proxy = Self.credential(7, .openai, at: "https://proxy.example")
    #expect(route("anthropic/claude-opus-4-5", id: 7, [proxy]) == "openai anthropic/claude-opus-4-5 via 7")
  }

  @Test func `a prefix that contradicts the explicit credential is an error`() {
    let text = route("anthropic/claude-opus-4-5", id: 1, Self.all)
    #expect(text.contains("asks for Anthropic") && text.contains("1 (openai)"))
  }

  @Test(arguments: [("claude-opus-4-5", 1, "asks for Anthropic"), ("gpt-4.1", 2, "asks for OpenAI")])
  func `a family that the explicit credential's own address does not serve is an error`(
    name: String, id: Int, part: String
  ) {
    #expect(route(name, id: id, Self.all).contains(part))
  }

  @Test func `an unknown explicit credential is an error that lists the others`() {
    let text = route("gpt-4.1", id: 9, [Self.credential(1, .openai, name: "work")])
    #expect(text.contains("No provider credential 9.") && text.contains("1 \"work\" (openai)"))
  }

  @Test(arguments: [
    ("gpt-4.1", "OPENAI_API_KEY", "openai gpt-4.1 via environment"),
    ("claude-opus-4-5", "ANTHROPIC_API_KEY", "anthropic claude-opus-4-5 via environment"),
    ("a/b", "OPENROUTER_API_KEY", "openrouter a/b via environment"),
    ("llama3", "OLLAMA_HOST", "ollama llama3 via environment"),
    ("openai/gpt-4.1", "OPENROUTER_API_KEY", "openrouter openai/gpt-4.1 via environment"),
    ("gpt-oss:20b", "OLLAMA_HOST", "ollama gpt-oss:20b via environment"),
  ])
  func `without credentials the environment counts`(name: String, variable: String, expected: String) {
    #expect(route(name, environment: [variable: "value"]) == expected)
    #expect(route(name, environment: [variable: ""]) != expected)
  }

  @Test func `ollama needs neither credential nor variable when it is named`() {
    #expect(route("ollama/llama3") == "ollama llama3 via environment")
  }

  @Test(arguments: [
    ("llama3", ProviderKind.ollama, nil, "ollama llama3 via 5"), ("llama3", .openai, nil, "openai llama3 via 5"),
    ("gpt-4.1", .ollama, nil, "ollama gpt-4.1 via 5"),
    ("claude-opus-4-5", .openai, "https://proxy.example", "openai claude-opus-4-5 via 5"),
    ("gpt-4.1", .openrouter, nil, "openrouter gpt-4.1 via 5"),
  ])
  func `the only credential there is takes what no rule claims`(
    name: String, provider: ProviderKind, endpoint: String?, expected: String
  ) {
    #expect(route(name, [Self.credential(5, provider, at: endpoint)]) == expected)
  }

  @Test func `a known family does not go to its rival's own address`() {
    let text = route("claude-opus-4-5", [Self.credential(5, .openai)])
    #expect(text.contains("ANTHROPIC_API_KEY") && text.contains("5 (openai)"))
  }

  @Test func `of several credentials for one address the newest counts`() {
    #expect(route("gpt-4.1", [Self.credential(1, .openai), Self.credential(6, .openai)]) == "openai gpt-4.1 via 6")
  }

  @Test func `a known family prefers the provider's own address`() {
    let credentials = [Self.credential(1, .openai), Self.credential(6, .openai, at: "https://proxy.example")]
    #expect(route("gpt-4.1", credentials) == "openai gpt-4.1 via 1")
  }

  @Test func `different addresses are ambiguous and listed`() {
    let credentials = [
      Self.credential(1, .openai), Self.credential(6, .openai, at: "https://proxy.example", name: "p"),
    ]
    let text = route("openai/llama", credentials)
    #expect(text.contains("1 (openai)") && text.contains("6 \"p\" (openai at https://proxy.example)"))
    #expect(text.contains("provider_credential_id"))
  }

  @Test func `an unknown model is an error that lists what could be meant`() {
    let text = route("llama3", Self.all)
    #expect(text.contains("ollama/llama3") && text.contains("models_list") && text.contains("4 (openrouter)"))
    #expect(route("gpt-4.1").contains("OPENAI_API_KEY"))
    #expect(route("  ").contains("No model is named"))
  }
}
