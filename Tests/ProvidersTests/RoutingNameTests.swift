import ProvidersTestSupport
import Testing

@testable import Providers

/// Names with several possible destinations or none: the answering one is noted, or the name is refused.
@Suite struct RoutingNameTests {
  private static func credential(
    _ id: Int, _ provider: Vendor, at endpoint: String? = nil, name: String = "", price: ModelPrice? = nil
  ) -> ProviderCredential {
    ProviderCredential(
      id: id, provider: provider, name: name, endpoint: endpoint, key: .stored(Secret(testKey)), price: price)
  }

  /// "openai gpt-4.1 via 1", or the error.
  private func route(
    _ name: String, id: Int? = nil, _ credentials: [ProviderCredential], environment: [String: String] = [:]
  ) -> String {
    do throws(RoutingError) {
      let router = ModelRouter(credentials: credentials, environment: environment)
      guard case .provider(let provider, let model, let credential, _) = try router.route(name, credentialID: id) else {
        return "echo"
      }
      return "\(provider.rawValue) \(model) via \(credential.map { String($0.id) } ?? "environment")"
    } catch {
      return error.description
    }
  }

  private func notes(_ name: String, id: Int? = nil, _ credentials: [ProviderCredential]) throws -> [String] {
    try ProviderClient(transport: FakeTransport(""), environment: [:])
      .model(named: name, credentialID: id, credentials: credentials).notes
  }

  @Test func `a misspelt credential name is not part of a model's name`() {
    let alpha = Self.credential(1, .openai, at: "http://127.0.0.1:8080", name: "alpha")
    let error = route("alpa/m1", [alpha])
    #expect(error.contains("Did you mean alpha/m1?") && error.contains("alpha/alpa/m1"))
    #expect(route("alpha/alpa/m1", [alpha]) == "openai alpa/m1 via 1")
    #expect(route("meta/llama", [alpha]) == "openai meta/llama via 1")
  }

  // MARK: A credential with a vendor's name

  private static let gemini = credential(5, .openai, at: "http://127.0.0.1:8080", name: "Gemini")

  @Test func `a credential named like a vendor answers if nothing else has that name`() {
    #expect(route("gemini/gemini-3-pro", [Self.gemini]) == "openai gemini-3-pro via 5")
    #expect(route("gemini/gemini-3-pro", id: 5, [Self.gemini]) == "openai gemini-3-pro via 5")
    let ollama = Self.credential(6, .ollama, at: "http://127.0.0.1:11435", name: "ollama")
    let other = Self.credential(7, .ollama, at: "http://127.0.0.1:11436")
    #expect(route("ollama/llama3", [ollama, other]) == "ollama llama3 via 6")
    #expect(route("ollama/llama3", [ollama], environment: ["OLLAMA_HOST": "127.0.0.1:11435"]) == "ollama llama3 via 6")
  }

  @Test(arguments: [
    ([gemini, credential(9, .gemini)], [:]), ([gemini], ["GEMINI_API_KEY": testKey]),
  ])
  func `a credential and a vendor of one name are an error that says both`(
    _ credentials: [ProviderCredential], _ environment: [String: String]
  ) {
    let text = route("gemini/gemini-3-pro", credentials, environment: environment)
    #expect(text.contains("Gemini itself") && text.contains("5 \"Gemini\" (openai at http://127.0.0.1:8080)"))
    #expect(text.contains("provider_credential_id") && text.contains("provider_credentials_update"))
  }

  @Test func `two credentials with a vendor's name are an error that lists both`() {
    let text = route("gemini/x", [Self.gemini, Self.credential(6, .ollama, name: "gemini")])
    #expect(text.contains("5 \"Gemini\"") && text.contains("6 \"gemini\""))
  }

  @Test func `the vendor's own credential may have its name`() {
    let credentials = [Self.credential(1, .gemini, name: "gemini"), Self.credential(2, .gemini, name: "gemini")]
    #expect(route("gemini/gemini-3-pro", credentials) == "gemini gemini-3-pro via 2")
  }

  @Test func `a server that stands in for a vendor is noted`() throws {
    let credential = Self.credential(5, .openai, at: "http://127.0.0.1:8080", name: "anthropic")
    #expect(route("anthropic/claude-opus-5", [credential]) == "openai claude-opus-5 via 5")
    let notes = try notes("anthropic/claude-opus-5", [credential])
    #expect(notes.contains { $0.contains("credential 5") && $0.contains("no key for Anthropic itself") })
  }

  // MARK: Unknown prefixes

  @Test(arguments: [
    [credential(1, .openai, name: "work")], [credential(1, .openai, name: "work"), credential(2, .anthropic)],
  ])
  func `an unknown prefix is an error that lists the known names`(_ credentials: [ProviderCredential]) {
    let text = route("fak/x", credentials)
    #expect(text.contains("No credential and no vendor is named fak."))
    #expect(text.contains("work") && text.contains("openai") && text.contains("openrouter"))
  }

  @Test func `a slash is part of a name if a server can have such models`() {
    #expect(route("Qwen/Qwen3-8B", [Self.gemini]) == "openai Qwen/Qwen3-8B via 5")
  }

  // MARK: One of several

  @Test func `a note tells which of several credentials for one address answers`() throws {
    let credentials = [
      Self.credential(1, .openai, name: "home"), Self.credential(6, .openai, name: "work"),
      Self.credential(7, .ollama),
    ]
    let sentence = "credential 6 \"work\" (openai) answers, the newest of 2 for this address"
    #expect(try notes("gpt-6-luna", credentials).contains { $0.contains(sentence) && $0.contains("home/gpt-6-luna") })
    #expect(try notes("openai/gpt-6-luna", credentials).contains { $0.contains(sentence) })
    #expect(try notes("home/gpt-6-luna", credentials).isEmpty)
    #expect(try notes("gpt-6-luna", id: 1, credentials).isEmpty)
    #expect(try notes("gpt-6-luna", [credentials[1]]).isEmpty)
    let local = [
      Self.credential(2, .ollama, at: "http://127.0.0.1:9", name: "a"),
      Self.credential(3, .ollama, at: "http://127.0.0.1:9"),
    ]
    #expect(try notes("llama3", local).contains { $0.contains("credential 3 ") && $0.contains("a/llama3") })
  }

  // MARK: A suggestion

  @Test(arguments: [
    ("work/gpt-6-lunar", nil, "work/gpt-6-luna"), ("gpt-6-lunar", nil, "gpt-6-luna"),
    ("openai/gpt-6-lunar", nil, "openai/gpt-6-luna"), ("gpt-6-lunar", 5, "gpt-6-luna"),
    ("gtp-6-luna", nil, "local/gpt-6-luna"), ("local/gtp-6-luna", nil, "local/gpt-6-luna"),
  ])
  func `a suggestion leads to where the misspelt name led`(_ name: String, _ id: Int?, _ suggestion: String) throws {
    let credentials = [
      Self.credential(1, .openai, name: "work"),
      Self.credential(5, .openai, at: "http://127.0.0.1:8080", name: "local"),
    ]
    let client = ProviderClient(transport: FakeTransport(""), environment: [:])
    let resolved = try client.model(named: name, credentialID: id, credentials: credentials)
    #expect(client.spelling(of: "gpt-6-luna", like: resolved, among: credentials) == suggestion)
  }

  @Test func `a suggestion for a vendor's name keeps its prefix`() {
    #expect(KnownModels.suggestion(for: "openai/gpt-6-lunar") == "openai/gpt-6-luna")
  }

  // MARK: The vendor's own address

  @Test(arguments: [
    ("https://api.openai.com", true), ("https://api.openai.com/v1/", true),
    ("https://api.openai.com/v1/chat/completions", true), ("https://API.openai.com/v1", true),
    ("https://api.openai.com/gateway/v1", false), ("https://api.openai.com/v2", false),
    ("https://eu.api.openai.com/v1", false),
  ])
  func `list prices hold at the documented address only`(_ endpoint: String, _ isOwn: Bool) throws {
    let credential = Self.credential(1, .openai, at: endpoint)
    #expect(credential.isAtOwnAddress == isOwn)
    let model = try ProviderClient(transport: FakeTransport(""), environment: [:])
      .model(named: "gpt-6-luna", credentialID: 1, credentials: [credential])
    #expect(model.pricing == (isOwn ? .list : .unknown))
  }

  @Test func `another path of a vendor's own host may have its key`() throws {
    var credential = Self.credential(1, .openai, at: "https://api.openai.com/gateway/v1")
    credential.key = .environment(variable: "OPENAI_API_KEY")
    let connection = try ProviderConnection(
      provider: .openai, credential: credential, environment: ["OPENAI_API_KEY": testKey])
    #expect(connection.key != nil && !connection.isOwnAddress)
  }
}
