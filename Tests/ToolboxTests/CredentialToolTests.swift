import Foundation
import JSONCoding
import Providers
import Testing

@testable import Toolbox

@Suite struct CredentialToolTests {
  private let server = TestServer()
  private let key = "sk-proj-Zq8wV3nLr7TtYx2B"

  @Test func `a stored key is never shown`() async throws {
    let created = try await server.call(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key + "\n"), "name": "work"])
    #expect(
      created.keys == ["id", "provider", "name", "api_endpoint", "key_source", "created_at", "updated_at"])
    #expect(created["provider"] == "openai")
    #expect(created["name"] == "work")
    #expect(created["api_endpoint"] == .some(.null))
    #expect(created["key_source"] == "stored")
    let results = [
      created, try await server.call("provider_credentials_get", ["id": 1]),
      try await server.call("provider_credentials_list"),
      try await server.call("provider_credentials_update", ["id": 1, "name": "home"]),
      try await server.call("provider_credentials_delete", ["id": 1]),
    ]
    for result in results { #expect(!JSONValue.object(result).text.contains("Zq8w")) }
  }

  @Test func `a variable's name stands for the key in it`() async throws {
    let credential = try await server.call(
      "provider_credentials_create", ["provider": "anthropic", "api_key": "env:MY_API_KEY"])
    #expect(credential["key_source"] == "environment")
    #expect(!JSONValue.object(credential).text.contains("MY_API_KEY"))
  }

  @Test(arguments: ["env:", "env:A B", "env:A=B", "env:$(x)", "sk with space", "sk-\u{e9}", "a\nb"])
  func `what is no key is refused without being repeated`(key: String) async throws {
    let refusal = try await server.refusal(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key)])
    #expect(refusal.hasPrefix("api_key"))
    #expect(!refusal.contains(key.dropFirst(4)) || key == "env:")
    #expect(try await server.call("provider_credentials_list")["total"] == 0)
  }

  @Test(arguments: ["openai", "anthropic", "openrouter"])
  func `a provider's own address needs a key`(provider: String) async throws {
    for key in [JSONValue.null, "", "  "] {
      let refusal = try await server.refusal(
        "provider_credentials_create", ["provider": .string(provider), "api_key": key])
      #expect(refusal.contains("needs a key: give api_key"))
    }
    let compatible = try await server.call(
      "provider_credentials_create", ["provider": .string(provider), "api_endpoint": "http://localhost:8080/v1/"])
    #expect(compatible["key_source"] == "none")
    #expect(compatible["api_endpoint"] == "http://localhost:8080/v1")
  }

  @Test func `ollama needs no key`() async throws {
    #expect(
      try await server.call("provider_credentials_create", ["provider": "ollama"])["key_source"] == "none")
  }

  @Test(arguments: [
    "http://example.com", "https://user:pass@example.com", "https://10.0.0.1", "http://169.254.169.254",
    "https://[fe80::1]", "ftp://example.com", "example.com", "https://example.com/?key=1",
  ])
  func `an address that must not be spoken to is refused`(endpoint: String) async throws {
    let refusal = try await server.refusal(
      "provider_credentials_create", ["provider": "openai", "api_key": "sk-1", "api_endpoint": .string(endpoint)])
    #expect(refusal.hasPrefix("api_endpoint: "))
    #expect(!refusal.contains("pass@"))
    #expect(try await server.call("provider_credentials_list")["total"] == 0)
  }

  @Test func `a changed address needs the key again`() async throws {
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": .string(key)])
    let refusal = "A key belongs to the address it was stored with: give api_key again with the new api_endpoint."
    #expect(
      try await server.refusal("provider_credentials_update", ["id": 1, "api_endpoint": "https://other.example"])
        == refusal)
    let moved = try await server.call(
      "provider_credentials_update",
      ["id": 1, "api_endpoint": "https://other.example", "api_key": .string(key)])
    #expect(moved["api_endpoint"] == "https://other.example")
    #expect(try await server.refusal("provider_credentials_update", ["id": 1, "api_endpoint": ""]) == refusal)
    // The same address in another spelling is no change.
    #expect(
      try await server.call(
        "provider_credentials_update", ["id": 1, "api_endpoint": "HTTPS://Other.example/", "name": "n"])["name"] == "n")
  }

  @Test func `a variable is bound to its address too`() async throws {
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": "env:OPENAI_API_KEY"])
    #expect(
      try await server.refusal("provider_credentials_update", ["id": 1, "api_endpoint": "https://other.example"])
        .contains("api_key again"))
  }

  @Test(arguments: ["HOME", "AWS_SECRET_ACCESS_KEY", "PATH"])
  func `only variables named as keys are read`(variable: String) async throws {
    let refusal = try await server.refusal(
      "provider_credentials_create",
      ["provider": "openai", "api_key": .string("env:\(variable)"), "api_endpoint": "https://other.example"])
    #expect(refusal.contains("_API_KEY"))
    #expect(try await server.call("provider_credentials_list")["total"] == 0)
  }

  @Test func `a provider's own variable never leads elsewhere`() async throws {
    let arguments: JSONObject = [
      "provider": "openai", "api_key": "env:ANTHROPIC_API_KEY", "api_endpoint": "https://other.example",
    ]
    #expect(try await server.refusal("provider_credentials_create", arguments).contains("own address only"))
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": "env:OPENAI_API_KEY"])
    let moved: JSONObject = ["id": 1, "api_key": "env:OPENAI_API_KEY", "api_endpoint": "https://other.example"]
    #expect(try await server.refusal("provider_credentials_update", moved).contains("own address only"))
    #expect(try await server.call("provider_credentials_get", ["id": 1])["api_endpoint"] == .some(.null))
  }

  @Test func `without a key the address changes freely`() async throws {
    try await server.call("provider_credentials_create", ["provider": "ollama"])
    let moved = try await server.call(
      "provider_credentials_update", ["id": 1, "api_endpoint": "http://127.0.0.1:9000"])
    #expect(moved["api_endpoint"] == "http://127.0.0.1:9000")
    #expect(
      try await server.call("provider_credentials_update", ["id": 1, "api_endpoint": ""])["api_endpoint"]
        == .some(.null))
  }

  @Test func `an update changes what is given, and a credential stays usable`() async throws {
    try await server.call(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key), "name": "a"])
    let renamed = try await server.call("provider_credentials_update", ["id": 1, "name": ""])
    #expect(renamed["name"] == .some(.null))
    #expect(renamed["key_source"] == "stored")
    #expect(
      try await server.call("provider_credentials_update", ["id": 1, "api_key": "env:K_API_KEY"])["key_source"]
        == "environment"
    )
    #expect(try await server.refusal("provider_credentials_update", ["id": 1, "api_key": ""]).contains("needs a key"))
    #expect(try await server.call("provider_credentials_get", ["id": 1])["key_source"] == "environment")
  }

  @Test func `the provider is one of four`() async throws {
    #expect(
      try await server.refusal("provider_credentials_create", ["provider": "openia", "api_key": "k"])
        .hasSuffix(#"Did you mean "openai"?"#))
  }

  @Test func `runs that named a deleted credential find their provider by the model`() async throws {
    try await server.credential()
    let run = try await server.run(["provider_credential_id": 1])
    #expect(try await server.call("runs_get", ["id": .int(run)])["provider_credential_id"] == 1)
    #expect(
      try await server.call("provider_credentials_delete", ["id": 1])
        == ["deleted": true, "id": 1, "removed": ["provider_credentials": 1]])
    #expect(try await server.call("runs_get", ["id": .int(run)])["provider_credential_id"] == .some(.null))
  }

  @Test func `a stored key goes to its own address only, and into no error of a run`() async throws {
    let transport = ChatTransport { [key] _ in ChatTransport.refusal("Incorrect API key: \(key)", status: 401) }
    let server = TestServer(transport: transport)
    try await server.call(
      "provider_credentials_create",
      ["provider": "openai", "api_key": .string(key), "api_endpoint": "https://models.example"])
    let run = try await server.generatedRun(["model": "openai/gpt-4.1", "provider_credential_id": 1])
    #expect(transport.sent.allSatisfy { $0.url.host() == "models.example" })
    #expect(transport.sent.first?.headers["Authorization"] == "Bearer \(key)")
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["status"] == "failed")
    #expect(object["error_message"]?.stringValue?.isEmpty == false)
    let responses = try await server.call("responses_list", ["run_id": .int(run)])
    for result in [object, responses] { #expect(!JSONValue.object(result).text.contains("Zq8wV3nL")) }
  }
}
