import Foundation
import Providers
import Testing

@testable import Evaluation
@testable import Store

@Suite struct CredentialTests {
  private static let client = ProviderClient(
    transport: NoTransport(), environment: ["OPENAI_API_KEY": "sk-environment"])

  private static func settings(_ set: (inout CredentialChange) throws -> Void) rethrows -> CredentialChange {
    var settings = CredentialChange()
    settings.key = .stored(Secret("sk-1"))
    try set(&settings)
    return settings
  }

  private static func create(
    _ provider: Vendor = .openai, in transaction: inout Transaction, _ set: (inout CredentialChange) throws -> Void
  ) throws -> ProviderCredentialRecord {
    try transaction.createCredential(of: provider, settings(set), for: client)
  }

  @Test(
    arguments: [
      (nil, .none), (" \n", .none), (" sk-1\n", .stored(Secret("sk-1"))),
      ("env:OPENAI_API_KEY", .environment(variable: "OPENAI_API_KEY")),
    ] as [(String?, ProviderCredential.Key)])
  func `a key is given directly, by variable, or not at all`(_ text: String?, _ key: ProviderCredential.Key) throws {
    #expect(try ProviderCredential.Key(given: text) == key)
  }

  @Test(arguments: ["sk with space", "sk-\u{e9}", "env:", "env:A B", "env:$(x)"])
  func `an invalid key is refused without being quoted`(_ text: String) throws {
    let sentence = try refusal { _ = try ProviderCredential.Key(given: text) }
    #expect(sentence.hasPrefix("api_key"))
    #expect(text == "env:" || !sentence.contains(text))
  }

  @Test func `a name leads to one credential`() throws {
    var transaction = makeTransaction()
    let first = try Self.create(in: &transaction) { $0.name = .set("work") }
    #expect(
      try refusal { _ = try Self.create(in: &transaction) { $0.name = .set("WORK") } }
        .hasPrefix("Credential 1 is named work already"))
    let second = try Self.create(in: &transaction) { _ in }
    var rename = CredentialChange()
    rename.name = .set("Work")
    #expect(
      try refusal { _ = try transaction.updateCredential(second.id, rename, for: Self.client) }
        .hasPrefix("Credential 1 is named work already"))
    #expect(try transaction.updateCredential(first.id, rename, for: Self.client).name == "Work")
    #expect(transaction.tables.providerCredentials.count == 2)
  }

  @Test func `a name must be a valid prefix, and a provider's own counts as none`() throws {
    var transaction = makeTransaction()
    #expect(
      try refusal { _ = try Self.create(in: &transaction) { $0.name = .set("a/b") } }
        .contains("so it cannot stand before a model's name"))
    for _ in 1...2 { _ = try Self.create(in: &transaction) { $0.name = .set("OpenAI") } }
    #expect(transaction.tables.providerCredentials.count == 2)
  }

  @Test func `a stored key is sent to no other address`() throws {
    var transaction = makeTransaction()
    let credential = try Self.create(in: &transaction) { $0.endpoint = .set("https://llm.example/v1") }
    var elsewhere = CredentialChange()
    elsewhere.endpoint = .set("https://other.example/v1")
    #expect(
      try refusal { _ = try transaction.updateCredential(credential.id, elsewhere, for: Self.client) }
        .hasPrefix("A key belongs to the address"))
    elsewhere.endpoint = .clear
    #expect(throws: EvaluationError.self) {
      try transaction.updateCredential(credential.id, elsewhere, for: Self.client)
    }
    elsewhere.endpoint = .set("https://other.example/v1")
    elsewhere.key = .stored(Secret("sk-2"))
    let moved = try transaction.updateCredential(credential.id, elsewhere, for: Self.client)
    #expect((moved.apiEndpoint, moved.apiKey) == ("https://other.example/v1", "sk-2"))
    var withoutKey = CredentialChange()
    withoutKey.key = ProviderCredential.Key.none
    withoutKey.endpoint = .set("https://third.example/v1")
    #expect(try transaction.updateCredential(credential.id, withoutKey, for: Self.client).apiKey == nil)
  }

  @Test func `a ca_file needs a custom address, and changing it needs the key again`() throws {
    var transaction = makeTransaction()
    for endpoint in [nil, "https://api.openai.com/v1", "http://localhost:8080/v1"] {
      let sentence = try refusal {
        _ = try Self.create(in: &transaction) {
          $0.endpoint = endpoint.map { .set($0) } ?? .keep
          $0.certificateFile = .set("/a.pem")
        }
      }
      #expect(sentence.hasPrefix("ca_file is for an https api_endpoint of your own"))
    }
    let credential = try Self.create(in: &transaction) {
      $0.endpoint = .set("https://llm.example/v1")
      $0.certificateFile = .set("/a.pem")
    }
    var change = CredentialChange()
    change.certificateFile = .set("/b.pem")
    #expect(throws: EvaluationError.self) {
      try transaction.updateCredential(credential.id, change, for: Self.client)
    }
    change.certificateFile = .clear
    #expect(try transaction.updateCredential(credential.id, change, for: Self.client).certificateFile == nil)
  }

  @Test func `a variable of the environment is read for its own provider only`() throws {
    var transaction = makeTransaction()
    let own = try Self.create(in: &transaction) { $0.key = .environment(variable: "OPENAI_API_KEY") }
    #expect((own.apiKey, own.keyVariable) == (nil, "OPENAI_API_KEY"))
    #expect(
      try refusal {
        _ = try Self.create(in: &transaction) {
          $0.key = .environment(variable: "OPENAI_API_KEY")
          $0.endpoint = .set("https://llm.example/v1")
        }
      }.hasPrefix("api_key is refused."))
    #expect(throws: EvaluationError.self) {
      try Self.create(in: &transaction) { $0.key = .environment(variable: "HOME") }
    }
  }

  @Test func `a provider's own address needs a key`() throws {
    var transaction = makeTransaction()
    #expect(
      try refusal { _ = try Self.create(in: &transaction) { $0.key = nil } }.hasPrefix(
        "OpenAI needs a key: give api_key"))
    #expect(try Self.create(.ollama, in: &transaction) { $0.key = nil }.apiKey == nil)
  }

  @Test func `a cost needs both prices`() throws {
    var transaction = makeTransaction()
    #expect(
      try refusal { _ = try Self.create(in: &transaction) { $0.inputPrice = .set(1) } }.hasPrefix("A cost needs both"))
    let priced = try Self.create(in: &transaction) {
      $0.inputPrice = .set(1)
      $0.outputPrice = .set(2)
    }
    var change = CredentialChange()
    change.outputPrice = .clear
    #expect(throws: EvaluationError.self) { try transaction.updateCredential(priced.id, change, for: Self.client) }
    change.inputPrice = .clear
    #expect(try transaction.updateCredential(priced.id, change, for: Self.client).inputPrice == nil)
  }

  @Test func `an address is stored in its canonical spelling`() throws {
    #expect(try Self.client.checkedEndpoint("HTTPS://LLM.example/v1/") == "https://llm.example/v1")
    #expect(try refusal { _ = try Self.client.checkedEndpoint("https://10.0.0.1") }.hasPrefix("api_endpoint: "))
  }

  @Test func `a file without certificates is refused`() throws {
    try CertificateFile.check(nil)
    #expect(try refusal { try CertificateFile.check("/nowhere/a.pem") }.hasPrefix("ca_file"))
  }
}

/// Checking a credential never makes a request.
private struct NoTransport: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    Issue.record("asked \(request)")
    return HTTPResponse(status: 500, headers: [:], body: [])
  }
}
