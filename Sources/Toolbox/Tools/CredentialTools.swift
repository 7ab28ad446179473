import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// The `provider_credentials` tools: how to reach the providers of language models.
///
/// Keys go in and never come out.
struct CredentialTools {
  let kit: Kit

  private static let id = Field.id(of: .providerCredentials)
  private static let name = Field<String?>.optional("name", .name, "A name to tell it by.")
  private static let key = Field<String?>.optional(
    "api_key", .string(longest: 8192),
    "The key, or env:NAME to read it from a variable such as MY_API_KEY. Never shown again.")
  private static let endpoint = Field<String?>.optional(
    "api_endpoint", .address, "Base URL, if not the provider's own; any compatible server.")

  var all: [Tool] { [list, get, create, update, delete] }

  private var list: Tool {
    Tool(
      name: "provider_credentials_list", title: "List provider credentials",
      description: "List provider credentials, newest first. Keys are never shown.", toolset: "provider_credentials",
      annotations: .reading, fields: Paging.all
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        try tables.page(ProviderCredentialRecord.self, arguments) { $0.object }
      }
    }
  }

  private var get: Tool {
    Tool(
      name: "provider_credentials_get", title: "Get a provider credential",
      description: "Get a provider credential by id. The key is never shown.", toolset: "provider_credentials",
      annotations: .reading, fields: [Self.id.declaration, Paging.fields.declaration]
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        let credential = try tables.find(ProviderCredentialRecord.self, arguments[Self.id])
        return Clipping.fit(try arguments.selection(of: credential.object))
      }
    }
  }

  private enum Create {
    static let provider = Field<ProviderKind>.required(
      "provider", .choice(advice: otherProviders), "The provider, or the one it is compatible with.")

    /// For those who look for a provider that speaks the protocol of another.
    private static let otherProviders = """
      Gemini, Mistral, Groq, DeepSeek, Azure, vLLM, llama.cpp and others speak OpenAI's protocol: give provider openai and \
      their api_endpoint, for Gemini https://generativelanguage.googleapis.com/v1beta/openai.
      """
  }

  private var create: Tool {
    Tool(
      name: "provider_credentials_create", title: "Create a provider credential",
      description: """
        Store how to reach a provider. Needed only where the server's environment has no OPENAI_API_KEY, \
        ANTHROPIC_API_KEY, OPENROUTER_API_KEY or OLLAMA_HOST, or for another address.
        """,
      toolset: "provider_credentials", annotations: .creating,
      fields: [
        Create.provider.declaration, Self.key.declaration, Self.endpoint.declaration, Self.name.declaration,
      ]
    ) { [kit] arguments, _ in
      let provider = arguments[Create.provider]
      let key = try CredentialKey(arguments[Self.key])
      let endpoint = try kit.checkedEndpoint(arguments[Self.endpoint].nonEmpty)
      return try await kit.store.commit { transaction in
        var credential = ProviderCredentialRecord(
          id: 0, provider: provider.rawValue, name: arguments[Self.name].nonEmpty, apiEndpoint: endpoint,
          createdAt: transaction.now, updatedAt: transaction.now)
        key.store(in: &credential)
        try Self.checkUsable(credential)
        return Clipping.fit(transaction.insert(credential).object)
      }
    }
  }

  private var update: Tool {
    Tool(
      name: "provider_credentials_update", title: "Update a provider credential",
      description: "Change a provider credential. A new api_endpoint needs the api_key again.",
      toolset: "provider_credentials", annotations: .updating,
      fields: [Self.id.declaration, Self.key.declaration, Self.endpoint.declaration, Self.name.declaration]
    ) { [kit] arguments, _ in
      let key = try arguments[Self.key].map { key throws(ToolError) in try CredentialKey(key) }
      let endpoint = try arguments[Self.endpoint].map { text throws(ToolError) in
        try kit.checkedEndpoint(text.isEmpty ? nil : text)
      }
      return try await kit.store.commit { transaction in
        var credential = try transaction.tables.find(ProviderCredentialRecord.self, arguments[Self.id])
        if let endpoint, endpoint != credential.apiEndpoint {
          let hasKey = credential.apiKey != nil || credential.keyVariable != nil
          // A key must not be led to another host by somebody who does not know it.
          guard key != nil || !hasKey else {
            throw ToolError(
              "A key belongs to the address it was stored with: give api_key again with the new api_endpoint.")
          }
          credential.apiEndpoint = endpoint
        }
        if let key { key.store(in: &credential) }
        arguments.update(&credential.name, with: Self.name)
        try Self.checkUsable(credential)
        credential.updatedAt = transaction.now
        transaction.put(credential)
        return Clipping.fit(credential.object)
      }
    }
  }

  /// Refuses a credential by which a provider's own address could not be asked anything, or by which something else of
  /// the server's environment than a key meant for the address could be sent there.
  private static func checkUsable(_ credential: ProviderCredentialRecord) throws(ToolError) {
    if let variable = credential.keyVariable { try checkVariable(variable, for: credential) }
    guard let provider = ProviderKind(rawValue: credential.provider), provider.requiresKey,
      credential.apiEndpoint == nil, credential.apiKey == nil, credential.keyVariable == nil
    else { return }
    throw ToolError(
      "\(provider.displayName) needs a key: give api_key, or api_key \"env:\(provider.environmentVariable)\" to read "
        + "it from the environment of the server.")
  }

  private static func checkVariable(
    _ variable: String, for credential: ProviderCredentialRecord
  ) throws(ToolError) {
    guard variable.hasSuffix("_API_KEY") || variable.hasSuffix("_API_TOKEN") else {
      throw ToolError(
        "env:\(variable) is refused: only variables whose names end in _API_KEY or _API_TOKEN are read as keys, so that "
          + "nothing else of the environment can be sent to a provider.")
    }
    if credential.apiEndpoint != nil, ProviderKind.allCases.contains(where: { $0.environmentVariable == variable }) {
      throw ToolError(
        "\(variable) goes to its provider's own address only. For another api_endpoint put the key into a variable of "
          + "another name, or give the key itself.")
    }
  }

  private var delete: Tool {
    Tool(
      name: "provider_credentials_delete", title: "Delete a provider credential",
      description: "Delete a provider credential. Runs that name it find their provider by the model's name.",
      toolset: "provider_credentials", annotations: .deleting,
      fields: [Self.id.declaration] + Deletion.fields
    ) { [kit] arguments, context in
      let id = arguments[Self.id]
      return try await Deletion.perform(
        ProviderCredentialRecord.self, id: id, arguments, with: kit, context
      ) { transaction in
        for var run in transaction.tables.runs.newestFirst where run.providerCredentialID == id {
          run.providerCredentialID = nil
          transaction.put(run)
        }
        return Deletion.Removal()
      }
    }
  }
}

/// A key as a client gives it.
private enum CredentialKey: Equatable {
  case none
  case stored(Secret)
  case environment(variable: String)

  init(_ text: String?) throws(ToolError) {
    // Keys are pasted, with the line break behind them.
    let text = (text ?? "").trimmed()
    if text.isEmpty {
      self = .none
      return
    }
    guard text.hasPrefix("env:") else {
      guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
        throw ToolError("api_key has characters that no key has, such as spaces. Give the key alone.")
      }
      self = .stored(Secret(text))
      return
    }
    let variable = String(text.dropFirst(4))
    let isName = variable.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard !variable.isEmpty, isName else {
      throw ToolError(
        "api_key must be a key, or env: and the name of an environment variable, such as env:OPENAI_API_KEY.")
    }
    self = .environment(variable: variable)
  }

  func store(in credential: inout ProviderCredentialRecord) {
    credential.apiKey = nil
    credential.keyVariable = nil
    switch self {
    case .none: break
    case .stored(let secret): credential.apiKey = secret.reveal()
    case .environment(let variable): credential.keyVariable = variable
    }
  }
}

extension Kit {
  /// The address in its usual spelling, if it may be spoken to.
  fileprivate func checkedEndpoint(_ text: String?) throws(ToolError) -> String? {
    guard let text else { return nil }
    do { return try client.endpoint(text).text } catch { throw ToolError("api_endpoint: \(error)") }
  }
}
