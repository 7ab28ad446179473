import Testing

@testable import Providers

@Suite struct ProviderConnectionTests {
  private func error(
    _ provider: Vendor, _ credential: ProviderCredential? = nil, _ environment: [String: String] = [:]
  ) -> String {
    do throws(RoutingError) {
      let made = try ProviderConnection(provider: provider, credential: credential, environment: environment)
      return "no error: \(made.endpoint.text)"
    } catch {
      return error.description
    }
  }

  private func credential(
    _ key: ProviderCredential.Key, _ provider: Vendor = .openai, at endpoint: String? = nil
  ) -> ProviderCredential {
    ProviderCredential(id: 3, provider: provider, name: "work", endpoint: endpoint, key: key)
  }

  @Test func `a key comes from the store, a variable or the provider's own variable`() throws {
    for (credential, environment) in [
      (credential(.stored(Secret(" k1 \n"))), [:]),
      (credential(.environment(variable: "OPENAI_API_KEY")), ["OPENAI_API_KEY": " k1\n"]),
      (credential(.none), ["OPENAI_API_KEY": "k1"]), (nil, ["OPENAI_API_KEY": "k1"]),
    ] as [(ProviderCredential?, [String: String])] {
      let made = try ProviderConnection(provider: .openai, credential: credential, environment: environment)
      #expect(made.key == Secret("k1"))
    }
  }

  @Test func `the provider's own variable is never sent to another address`() throws {
    let other = credential(.none, at: "https://proxy.example")
    let made = try ProviderConnection(provider: .openai, credential: other, environment: ["OPENAI_API_KEY": "k1"])
    #expect(made.key == nil)
  }

  @Test(
    arguments: [
      ("OPENAI_API_KEY", Vendor.openai, nil, true),
      ("OPENAI_API_KEY", .openai, "https://api.openai.com/v1", true),
      ("OPENAI_API_KEY", .openai, "https://proxy.example", false),
      ("OPENAI_API_KEY", .openai, "http://127.0.0.1:8080", false),
      ("OPENAI_API_KEY", .anthropic, nil, false), ("STRIPE_API_KEY", .openai, nil, false),
      ("STRIPE_API_KEY", .openai, "https://proxy.example", false), ("OLLAMA_HOST", .ollama, nil, false),
      ("MINE", .openai, "https://llm.example/v1", true), ("MINE", .openai, "https://llm.example:8443", true),
      ("MINE", .openai, "https://llm.example.evil", false), ("PORTED", .openai, "https://llm.example:8443", true),
      ("PORTED", .openai, "https://llm.example", false), ("MINE", .openai, nil, false), ("OURS", .openai, nil, true),
    ] as [(String, Vendor, String?, Bool)])
  func `a variable is sent to its vendor's own address, or where --allow-key permits`(
    variable: String, provider: Vendor, endpoint: String?, isAllowed: Bool
  ) throws {
    let allowed = try ["MINE=LLM.example", "PORTED=llm.example:8443", "OURS=api.openai.com"].map {
      try #require(AllowedKey($0))
    }
    let credential = credential(.environment(variable: variable), provider, at: endpoint)
    do throws(RoutingError) {
      let made = try ProviderConnection(
        provider: provider, credential: credential,
        environment: [variable: variable == "OLLAMA_HOST" ? "127.0.0.1" : "k1"], allowedKeys: allowed)
      #expect(isAllowed && made.key == Secret("k1"))
    } catch {
      #expect(!isAllowed && error.description.contains("--allow-key \(variable)="), "\(error)")
    }
  }

  @Test(arguments: ["", "A", "A=", "=h", "A B=h", "A=https://h", "A=h/path", "A=h:0", "A=a b/c", "A-B=h"])
  func `an invalid variable or host permits nothing`(text: String) {
    #expect(AllowedKey(text) == nil)
  }

  @Test func `a missing key is an error that says what to set`() {
    #expect(error(.openai).contains("Set OPENAI_API_KEY or store a key with provider_credentials_create."))
    #expect(error(.anthropic, credential(.none, .anthropic)).contains("update credential 3"))
    let named = error(.openai, credential(.environment(variable: "OPENAI_API_KEY")))
    #expect(named.contains("reads its key from OPENAI_API_KEY, which is not set"))
  }

  @Test(arguments: ["two words", "line\nbreak", "schlüssel"])
  func `a key that would break a header is refused without showing it`(key: String) {
    let text = error(.openai, credential(.stored(Secret(key))))
    #expect(text.contains("holds spaces or characters") && !text.contains(key))
  }

  @Test(arguments: [
    ("127.0.0.1", "http://127.0.0.1:11434"), ("127.0.0.1:8080", "http://127.0.0.1:8080"),
    (":8080", "http://127.0.0.1:8080"),
    ("0.0.0.0", "http://127.0.0.1:11434"), ("http://localhost:8080/", "http://localhost:8080/"),
    ("https://ollama.example", "https://ollama.example"), ("8080", "http://127.0.0.1:8080"),
    ("[::1]", "http://[::1]:11434"),
    ("[::1]:1", "http://[::1]:1"), ("\"localhost\"", "http://localhost:11434"),
  ])
  func `OLLAMA_HOST is read as Ollama reads it`(value: String, address: String) throws {
    #expect(Ollama.address(value) == address)
    _ = try ProviderConnection(provider: .ollama, environment: ["OLLAMA_HOST": value])
  }

  @Test func `an address in the environment is checked like any other`() {
    #expect(error(.ollama, nil, ["OLLAMA_HOST": "192.168.1.5"]).contains("--allow-private-endpoints"))
    #expect(error(.ollama, nil, ["OLLAMA_HOST": "169.254.169.254"]).contains("never allowed"))
  }
}
