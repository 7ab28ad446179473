import Foundation
import JSONCoding
import Providers
import Store
import TestSupport
import Testing

@testable import Toolbox

@Suite struct CredentialToolTests {
  private let server = TestServer()
  private let key = "sk-proj-Zq8wV3nLr7TtYx2B"

  @Test func `a stored key is never shown`() async throws {
    let created = try await server.call(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key + "\n"), "name": "work"])
    #expect(
      created.keys == [
        "id", "provider", "name", "api_endpoint", "key_source", "created_at", "updated_at", "input_price",
        "output_price", "ca_file",
      ])
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

  @Test func `two credentials cannot have one name, which is a model's prefix`() async throws {
    let first: JSONObject = ["provider": "openai", "api_key": .string(key), "name": "work"]
    try await server.call("provider_credentials_create", first)
    var second = first
    second["name"] = "Work"
    #expect(try await server.refusal("provider_credentials_create", second).contains("Credential 1 is named work"))
    second["name"] = "home"
    let id = try await server.id("provider_credentials_create", second)
    #expect(
      try await server.refusal("provider_credentials_update", ["id": .int(id), "name": "work"]).contains("already"))
    try await server.call("provider_credentials_update", ["id": 1, "name": "WORK"])
  }

  @Test func `a variable's name refers to the key in it`() async throws {
    let credential = try await server.call(
      "provider_credentials_create", ["provider": "anthropic", "api_key": "env:ANTHROPIC_API_KEY"])
    #expect(credential["key_source"] == "environment")
    #expect(!JSONValue.object(credential).text.contains("_API_KEY"))
  }

  @Test(arguments: ["env:", "env:A B", "env:A=B", "env:$(x)", "sk with space", "sk-\u{e9}", "a\nb"])
  func `an invalid key is refused without being quoted`(key: String) async throws {
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
  func `a forbidden address is refused`(endpoint: String) async throws {
    let refusal = try await server.refusal(
      "provider_credentials_create", ["provider": "openai", "api_key": "sk-1", "api_endpoint": .string(endpoint)])
    #expect(refusal.hasPrefix("api_endpoint: "))
    #expect(!refusal.contains("pass@"))
    #expect(try await server.call("provider_credentials_list")["total"] == 0)
  }

  private static let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

  /// The path of a new file beside the store.
  private func authority(_ name: String = "a.pem", _ text: String = certificate) throws -> String {
    try server.folder.write(text, to: name)
  }

  @Test func `a ca_file is kept with its address, and a changed one needs the key again`() async throws {
    let (file, other) = (try authority(), try authority("b.pem"))
    let created = try await server.call(
      "provider_credentials_create",
      [
        "provider": "openai", "api_key": .string(key), "api_endpoint": "https://llm.example/v1",
        "ca_file": .string(file),
      ])
    #expect(created["ca_file"] == .string(file))
    let changed: JSONObject = ["id": 1, "ca_file": .string(other)]
    #expect(try await server.refusal("provider_credentials_update", changed).contains("give api_key again"))
    var again = changed
    again["api_key"] = .string(key)
    #expect(try await server.call("provider_credentials_update", again)["ca_file"] == .string(other))
    #expect(try await server.call("provider_credentials_update", ["id": 1, "ca_file": ""])["ca_file"] == .some(.null))
  }

  @Test(arguments: [nil, "http://localhost:8080", "https://api.openai.com/v1"])
  func `a ca_file is for a custom https address`(endpoint: String?) async throws {
    let file = try authority()
    let refusal = try await server.refusal(
      "provider_credentials_create",
      [
        "provider": "openai", "api_key": .string(key), "api_endpoint": endpoint.map { .string($0) } ?? .null,
        "ca_file": .string(file),
      ])
    #expect(refusal.hasPrefix("ca_file is for an https api_endpoint of your own"))
  }

  @Test func `a file without a certificate is refused and not shown`() async throws {
    let secret = try authority("secret", "root:secret:0:0\n")
    for (path, words) in [
      (secret, "no certificate"), ("authority.pem", "whole path"), ("/nowhere/a.pem", "does not exist"),
      ("/dev/zero", "not a file"), ("/etc", "not a file"),
    ] {
      let refusal = try await server.refusal(
        "provider_credentials_create",
        ["provider": "openai", "api_endpoint": "https://llm.example/v1", "ca_file": .string(path)])
      #expect(refusal.contains(words) && !refusal.contains("root:"), "\(refusal)")
    }
  }

  @Test func `a changed address needs the key again`() async throws {
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": .string(key)])
    let refusal =
      "A key belongs to the address and the ca_file it was stored with: give api_key again with the new ones."
    #expect(
      try await server.refusal("provider_credentials_update", ["id": 1, "api_endpoint": "https://other.example"])
        == refusal)
    let moved = try await server.call(
      "provider_credentials_update",
      ["id": 1, "api_endpoint": "https://other.example", "api_key": .string(key)])
    #expect(moved["api_endpoint"] == "https://other.example")
    #expect(try await server.refusal("provider_credentials_update", ["id": 1, "api_endpoint": ""]) == refusal)
    // Another spelling of the same address is no change.
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

  @Test(arguments: ["STRIPE_API_KEY", "OPENAI_API_KEY", "HOME"], ["https://other.example", "http://127.0.0.1:9"])
  func `no tool call alone sends an environment variable to another address`(
    variable: String, endpoint: String
  ) async throws {
    let arguments: JSONObject = [
      "provider": "openai", "api_key": .string("env:\(variable)"), "api_endpoint": .string(endpoint),
    ]
    #expect(try await server.refusal("provider_credentials_create", arguments).contains("--allow-key \(variable)="))
    #expect(try await server.call("provider_credentials_list")["total"] == 0)
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": "env:OPENAI_API_KEY"])
    var moved = arguments
    moved["provider"] = nil
    moved["id"] = 1
    #expect(try await server.refusal("provider_credentials_update", moved).contains("--allow-key"))
    #expect(try await server.call("provider_credentials_get", ["id": 1])["api_endpoint"] == .some(.null))
  }

  @Test func `a variable is sent to a host permitted with --allow-key`() async throws {
    let key = try #require(AllowedKey("MINE=llm.example"))
    let server = TestServer(environment: ["MINE": "k-0123456789abcdef"], allowedKeys: [key])
    let arguments: JSONObject = ["provider": "openai", "api_key": "env:MINE", "api_endpoint": "https://llm.example/v1"]
    #expect(try await server.call("provider_credentials_create", arguments)["key_source"] == "environment")
    for other in ["https://llm.example.evil/v1", ""] {
      var moved = arguments
      moved["api_endpoint"] = .string(other)
      #expect(try await server.refusal("provider_credentials_create", moved).contains("--allow-key MINE="))
    }
  }

  @Test func `a stored credential that breaks the rule is refused when it is used`() async throws {
    let transport = ChatTransport { _ in ChatTransport.refusal("never asked", status: 500) }
    let server = TestServer(environment: ["STRIPE_API_KEY": "k-0123456789abcdef"], transport: transport)
    try await server.services.store.commit { transaction in
      _ = transaction.insert(
        ProviderCredentialRecord {
          $0.provider = "openai"
          $0.keyVariable = "STRIPE_API_KEY"
          $0.apiEndpoint = "https://other.example"
          $0.createdAt = transaction.now
          $0.updatedAt = transaction.now
        })
    }
    let refusal = try await server.refusal(
      "chat_completions_create",
      ["model": "m", "provider_credential_id": 1, "messages": [["role": "user", "content": "hi"]]])
    #expect(refusal.contains("--allow-key STRIPE_API_KEY=other.example"))
    #expect(transport.sent.isEmpty)
  }

  // MARK: Names and prices

  @Test(arguments: ["a b", "a/b", "anthropic", "Echo/x", "sk-proj-Zq8wV3nLr7TtYx2B"])
  func `an invalid model prefix is refused as a name`(name: String) async throws {
    let refusal = try await server.refusal(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key), "name": .string(name)])
    #expect(refusal.hasPrefix("name ") && !refusal.contains("Zq8w"))
    try await server.call(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key), "name": "OpenAI"])
    #expect(
      try await server.refusal("provider_credentials_update", ["id": 1, "name": .string(name)]).hasPrefix("name "))
  }

  @Test func `prices come in pairs, can be read back and removed`() async throws {
    let arguments: JSONObject = ["provider": "ollama", "input_price": 0.5, "output_price": 2]
    let created = try await server.call("provider_credentials_create", arguments)
    #expect((created["input_price"], created["output_price"]) == (0.5, 2.0))
    #expect(
      try await server.refusal("provider_credentials_update", ["id": 1, "input_price": ""]).contains("both prices"))
    let cleared = try await server.call(
      "provider_credentials_update", ["id": 1, "input_price": "", "output_price": ""])
    #expect((cleared["input_price"], cleared["output_price"]) == (.some(.null), .some(.null)))
  }

  @Test func `calls with a credential cost its prices`() async throws {
    let transport = ChatTransport { _ in
      ChatTransport.answer("fine", usage: ["prompt_tokens": 1_000_000, "completion_tokens": 1_000_000])
    }
    let server = TestServer(transport: transport)
    try await server.call(
      "provider_credentials_create",
      [
        "provider": "openai", "api_key": .string(key), "api_endpoint": "https://models.example", "name": "gpu",
        "input_price": 0.5, "output_price": 2,
      ])
    let answer = try await server.call(
      "chat_completions_create", ["model": "gpu/gpt-4.1", "messages": [["role": "user", "content": "hi"]]])
    #expect(answer["cost"] == 2.5)
  }

  // MARK: The environment

  @Test func `keys of the environment are listed as credentials without an id`() async throws {
    let server = TestServer(environment: [
      "OPENAI_API_KEY": key, "OLLAMA_HOST": "127.0.0.1:9999", "ANTHROPIC_API_KEY": "", "STRIPE_API_KEY": key,
    ])
    for _ in 0..<2 { try await server.call("provider_credentials_create", ["provider": "ollama"]) }
    var (rows, arguments) = ([JSONObject](), ["limit": 1] as JSONObject)
    repeat {
      let page = try await server.call("provider_credentials_list", arguments)
      #expect(page["total"] == 4)
      rows += page["provider_credentials"]?.arrayValue?.compactMap(\.objectValue) ?? []
      arguments["cursor"] = page["next_cursor"]
    } while arguments["cursor"] != nil
    #expect(rows.map { $0["id"] } == [2, 1, .some(.null), .some(.null)])
    #expect(rows.map { $0["key_source"] } == ["none", "none", "environment", "none"])
    #expect(rows.map { $0["name"] } == [nil, nil, "openai", "ollama"])
    #expect(rows.last?["api_endpoint"] == "http://127.0.0.1:9999")
    #expect(!rows.map { JSONValue.object($0).text }.joined().contains("Zq8w"))
  }

  // MARK: Keys in the wrong place

  @Test(
    arguments: [
      ("provider_credentials_create", ["provider": "sk-proj-Zq8wV3nLr7TtYx2B", "api_key": "k"]),
      (
        "provider_credentials_create",
        ["provider": "openai", "api_key": "k", "api_endpoint": "sk-proj-Zq8wV3nLr7TtYx2B"]
      ),
      ("provider_credentials_create", ["provider": "openai", "sk-proj-Zq8wV3nLr7TtYx2B": "k"]),
      ("provider_credentials_get", ["id": "sk-proj-Zq8wV3nLr7TtYx2B"]),
      (
        "chat_completions_create",
        ["model": "sk-proj-Zq8wV3nLr7TtYx2B", "messages": [["role": "user", "content": "x"]]]
      ),
    ] as [(String, JSONObject)])
  func `no error quotes a key given in the wrong argument`(tool: String, arguments: JSONObject) async throws {
    #expect(try await !server.refusal(tool, arguments).contains("Zq8w"))
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

  @Test func `an update changes given values, and a credential stays usable`() async throws {
    try await server.call(
      "provider_credentials_create", ["provider": "openai", "api_key": .string(key), "name": "a"])
    let renamed = try await server.call("provider_credentials_update", ["id": 1, "name": ""])
    #expect(renamed["name"] == .some(.null))
    #expect(renamed["key_source"] == "stored")
    #expect(
      try await server.call("provider_credentials_update", ["id": 1, "api_key": "env:OPENAI_API_KEY"])["key_source"]
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
      try await server.call("provider_credentials_delete", ["id": 1, "confirm": true])
        == ["deleted": true, "id": 1, "removed": ["provider_credentials": 1], "used_by": ["runs": 1]])
    #expect(try await server.call("runs_get", ["id": .int(run)])["provider_credential_id"] == .some(.null))
  }

  @Test func `a stored key is sent to its own address only, and is in no error of a run`() async throws {
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
