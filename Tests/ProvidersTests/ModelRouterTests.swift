import Testing

@testable import Providers

@Suite struct ModelRouterTests {
  private static func credential(
    _ id: Int, _ provider: Vendor, at endpoint: String? = nil, name: String = ""
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
      case .provider(let provider, let model, let credential, let isStandIn):
        let way = credential.map { String($0.id) } ?? "environment"
        return "\(provider.rawValue) \(model) via \(way)\(isStandIn ? " as a stand-in" : "")"
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
    ("ft:gpt-4.1:acme::x", "openai ft:gpt-4.1:acme::x via 1"),
    ("llama3", "ollama llama3 via 3"),
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
  func `without credentials the environment is used`(name: String, variable: String, expected: String) {
    #expect(route(name, environment: [variable: "value"]) == expected)
    #expect(route(name, environment: [variable: ""]) != expected)
  }

  @Test func `ollama needs neither credential nor variable if it is named`() {
    #expect(route("ollama/llama3") == "ollama llama3 via environment")
  }

  @Test(arguments: [
    ("llama3", Vendor.ollama, nil, "ollama llama3 via 5"), ("llama3", .openai, nil, "openai llama3 via 5"),
    ("llama3", .openai, "https://proxy.example", "openai llama3 via 5"),
    ("Qwen/Qwen3-8B", .openai, "https://proxy.example", "openai Qwen/Qwen3-8B via 5"),
  ])
  func `the only credential gets a name that nothing else claims`(
    name: String, provider: Vendor, endpoint: String?, expected: String
  ) {
    #expect(route(name, [Self.credential(5, provider, at: endpoint)]) == expected)
  }

  // MARK: Families

  private static let local = credential(5, .openai, at: "http://127.0.0.1:8080")

  @Test(arguments: ["gpt-4.1", "openai/gpt-4.1", "OpenAI/gpt-4.1", "o3", "ft:gpt-4.1:acme::x"])
  func `with a key for the vendor itself its models never go to another server under its name`(name: String) {
    let bare = name.replacing("openai/", with: "").replacing("OpenAI/", with: "")
    let environment = ["OPENAI_API_KEY": "k"]
    #expect(route(name, [Self.local], environment: environment) == "openai \(bare) via environment")
    #expect(route(name, [Self.local, Self.credential(4, .openai)]) == "openai \(bare) via 4")
    let spelledOut = Self.credential(3, .openai, at: "https://api.openai.com/v1")
    #expect(route(name, [Self.local, spelledOut]) == "openai \(bare) via 3")
  }

  @Test(arguments: [
    ("claude-opus-4-5", [local]), ("anthropic/claude-opus-4-5", [local]), ("gpt-4.1", [credential(5, .ollama)]),
    ("gpt-4.1", [credential(5, .openrouter)]), ("claude-opus-4-5", [credential(5, .openai)]),
    ("gpt-4.1", [credential(5, .anthropic, at: "https://proxy.example")]),
  ])
  func `a model of a vendor without a key is an error, whatever else is configured`(
    name: String, credentials: [ProviderCredential]
  ) {
    let text = route(name, credentials)
    #expect(
      text.contains("there is no key for") && text.contains("_API_KEY") && text.contains("5 (")
        && text.contains("prefix"))
  }

  @Test func `without a key for the vendor the only other server under its name stands in`() {
    #expect(route("gpt-4.1", [Self.local]) == "openai gpt-4.1 via 5 as a stand-in")
    #expect(route("openai/j", [Self.local]) == "openai j via 5 as a stand-in")
    #expect(
      route("claude-opus-4-5", [Self.local, Self.credential(6, .anthropic, at: "https://a.example")])
        == "anthropic claude-opus-4-5 via 6 as a stand-in")
  }

  @Test(arguments: ["gpt-4.1", "openai/llama", "ollama/llama"])
  func `several such servers are ambiguous and listed with a name for each`(name: String) {
    let kind: Vendor = name.hasPrefix("ollama") ? .ollama : .openai
    let bare = name.split(separator: "/").last ?? ""
    let text = route(
      name,
      [
        Self.credential(5, kind, at: "http://127.0.0.1:8080"),
        Self.credential(6, kind, at: "https://proxy.example", name: "p"),
      ])
    #expect(text.contains("provider_credential_id 5") && text.contains("p/\(bare) for credential 6 \"p\""))
  }

  @Test func `of several credentials for one address the newest counts`() {
    #expect(route("gpt-4.1", [Self.credential(1, .openai), Self.credential(6, .openai)]) == "openai gpt-4.1 via 6")
    let again = Self.credential(7, .openai, at: "http://127.0.0.1:8080")
    #expect(route("llama3", [Self.local, again]) == "openai llama3 via 7")
  }

  // MARK: Names of credentials

  private static let named = [
    credential(1, .openai), credential(5, .openai, at: "http://127.0.0.1:8080", name: "my-vllm"),
    credential(6, .anthropic, name: "Work"), credential(7, .openrouter, name: "router"),
  ]

  @Test(arguments: [
    ("my-vllm/qwen3", "openai qwen3 via 5"), ("MY-VLLM/gpt-4.1", "openai gpt-4.1 via 5"),
    ("my-vllm/claude-opus-4-5", "openai claude-opus-4-5 via 5"),
    ("work/claude-opus-4-5", "anthropic claude-opus-4-5 via 6"),
    ("my-vllm/Qwen/Qwen3-8B", "openai Qwen/Qwen3-8B via 5"), ("router/meta/llama-4", "openrouter meta/llama-4 via 7"),
  ])
  func `a credential's name before the model leads to it`(name: String, expected: String) {
    #expect(route(name, Self.named) == expected)
  }

  @Test func `a credential's name before the model is removed beside its id too`() {
    #expect(route("my-vllm/qwen3", id: 5, Self.named) == "openai qwen3 via 5")
    #expect(route("work/gpt-4.1", id: 6, Self.named).contains("asks for OpenAI"))
  }

  @Test func `two credentials of one name are an error that lists both`() {
    let credentials = [
      Self.credential(1, .openai, at: "https://a.example", name: "gpu"), Self.credential(2, .ollama, name: "GPU"),
    ]
    let text = route("gpu/qwen3", credentials)
    #expect(text.contains("1 \"gpu\"") && text.contains("2 \"GPU\"") && text.contains("provider_credential_id"))
  }

  @Test(arguments: ["a b", "a/b", "", "sk-proj-0123456789abcdef", "Ollama"])
  func `an invalid prefix is not a prefix`(name: String) {
    #expect(ProviderCredential.nameFault(name, of: .openai) != nil)
    #expect(Self.credential(1, .openai, name: name).prefix == nil)
  }

  // MARK: Names of no family

  @Test func `a second credential that cannot have the model does not make it ambiguous`() {
    let credentials = [
      Self.local, Self.credential(6, .openai), Self.credential(7, .anthropic), Self.credential(8, .openrouter),
    ]
    #expect(route("qwen3", credentials) == "openai qwen3 via 5")
  }

  @Test func `a model that several servers could have is an error that lists them`() {
    let credentials = [Self.local, Self.credential(6, .ollama, name: "box")]
    let text = route("qwen3", credentials)
    #expect(text.contains("provider_credential_id 5") && text.contains("box/qwen3"))
  }

  @Test func `a vendor and a model go to OpenRouter unless a server of the user's could have them`() {
    #expect(
      route("meta/llama-4", environment: ["OPENROUTER_API_KEY": "k"]) == "openrouter meta/llama-4 via environment")
    let text = route("meta/llama-4", [Self.local], environment: ["OPENROUTER_API_KEY": "k"])
    #expect(text.contains("openrouter/meta/llama-4") && text.contains("provider_credential_id 5"))
    let both = route("openai/gpt-4.1", [Self.local], environment: ["OPENROUTER_API_KEY": "k"])
    #expect(both.contains("openrouter/openai/gpt-4.1") && both.contains("provider_credential_id 5"))
    let judge = route("openai/my/judge", [Self.local], environment: ["OPENROUTER_API_KEY": "k"])
    #expect(judge == "openai my/judge via 5 as a stand-in")
  }

  @Test func `an unknown model is an error that lists alternatives`() {
    let text = route("llama3", [Self.credential(1, .openai), Self.credential(2, .anthropic)])
    #expect(text.contains("ollama/llama3") && text.contains("models_list") && text.contains("2 (anthropic)"))
    #expect(route("gpt-4.1").contains("OPENAI_API_KEY"))
    #expect(route("  ").contains("No model is named"))
  }
}
