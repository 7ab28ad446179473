import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// The `provider_credentials` tools: how to reach the providers of language models.
///
/// Keys go in and never come out.
struct CredentialTools {
  let services: Services

  private static let id = Field.id(of: .providerCredentials)
  private static let name = Field<String?>.optional(
    "name", .name, "A name to tell it by, and to put before a model: my-vllm/qwen3.")
  private static let key = Field<String?>.optional(
    "api_key", .string(longest: 8192),
    "The key, or env:NAME to read it from the provider's variable or one that --allow-key allows. Never shown again.")
  private static let endpoint = Field<String?>.optional(
    "api_endpoint", .address, "Base URL, if not the provider's own; any compatible server.")
  private static let inputPrice = Field<Double?>.optional(
    "input_price", .number(0...1_000_000), "US dollars per million prompt tokens, where no list has the price.")
  private static let outputPrice = Field<Double?>.optional(
    "output_price", .number(0...1_000_000), "The same for completion tokens.")
  private static let certificateFile = Field<String?>.optional(
    "ca_file", .string(longest: 4096), "PEM file of the authority that signs api_endpoint's certificate.")

  var all: [Tool] { [list, get, create, update, delete] }

  private var list: Tool {
    Tool(
      name: "provider_credentials_list", title: "List provider credentials",
      description: "List provider credentials, newest first, then the environment's. Keys are never shown.",
      toolset: "provider_credentials", annotations: .reading, fields: Paging.all
    ) { [services] arguments, _ in
      let named = services.client.environmentCredentials
      return try await services.store.read { tables in
        let rows = tables.providerCredentials.newestFirst.map(ListedCredential.stored)
        return try Paging.page(
          "provider_credentials", rows + named.map(ListedCredential.environment), arguments,
          known: ProviderCredentialRecord().object.keys, view: ListFields(always: ["id"]), position: \.position,
          behind: ListedCredential.behind, item: \.object)
      }
    }
  }

  private var get: Tool {
    Tool(
      name: "provider_credentials_get", title: "Get a provider credential",
      description: "Get a provider credential by id. The key is never shown.", toolset: "provider_credentials",
      annotations: .reading, fields: [Self.id, Paging.fields]
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let credential = try tables.find(ProviderCredentialRecord.self, arguments[Self.id])
        return Clipping.fit(try arguments.selection(of: credential.object))
      }
    }
  }

  private enum Create {
    static let provider = Field<Vendor>.required(
      "provider", .choice(advice: otherProviders), "The provider, or the one it is compatible with.")

    /// For those who look for a provider that speaks the protocol of another.
    private static let otherProviders = """
      vLLM, LM Studio, llama.cpp and others speak OpenAI's protocol: give provider openai and their api_endpoint.
      """
  }

  private var create: Tool {
    Tool(
      name: "provider_credentials_create", title: "Create a provider credential",
      description: """
        Store how to reach a provider. Needed only where the server's environment has no key of it \
        (\(Vendor.openai.environmentVariable) and so on), or for another address.
        """,
      toolset: "provider_credentials", annotations: .creating,
      fields: [
        Create.provider, Self.key, Self.endpoint, Self.name,
        Self.inputPrice, Self.outputPrice, Self.certificateFile,
      ]
    ) { [services] arguments, _ in
      let provider = arguments[Create.provider]
      let key = try CredentialKey(arguments[Self.key])
      let endpoint = try services.checkedEndpoint(arguments[Self.endpoint].nonEmpty)
      try services.checkCertificates(in: arguments[Self.certificateFile].nonEmpty)
      return try await services.store.commit { transaction in
        try Self.checkName(arguments[Self.name].nonEmpty, provider, in: transaction.tables)
        var credential = ProviderCredentialRecord()
        credential.provider = provider.rawValue
        credential.name = arguments[Self.name].nonEmpty
        credential.apiEndpoint = endpoint
        credential.inputPrice = arguments[Self.inputPrice]
        credential.outputPrice = arguments[Self.outputPrice]
        credential.certificateFile = arguments[Self.certificateFile].nonEmpty
        (credential.createdAt, credential.updatedAt) = (transaction.now, transaction.now)
        key.store(in: &credential)
        try services.checkUsable(credential)
        return Clipping.fit(transaction.insert(credential).object)
      }
    }
  }

  private var update: Tool {
    Tool(
      name: "provider_credentials_update", title: "Update a provider credential",
      description: "Change a provider credential. A new api_endpoint or ca_file needs the api_key again.",
      toolset: "provider_credentials", annotations: .updating,
      fields: [
        Self.id, Self.key, Self.endpoint, Self.name,
        Self.inputPrice, Self.outputPrice, Self.certificateFile,
      ]
    ) { [services] arguments, _ in
      let key = try arguments[Self.key].map { key throws(ToolError) in try CredentialKey(key) }
      let endpoint = try arguments[Self.endpoint].map { text throws(ToolError) in
        try services.checkedEndpoint(text.isEmpty ? nil : text)
      }
      let file = try await services.store.read { tables in
        let stored = try tables.find(ProviderCredentialRecord.self, arguments[Self.id]).certificateFile
        return (arguments[Self.certificateFile] ?? stored).nonEmpty
      }
      try services.checkCertificates(in: file)
      return try await services.store.commit { transaction in
        var credential = try transaction.tables.find(ProviderCredentialRecord.self, arguments[Self.id])
        let old = credential
        if let endpoint { credential.apiEndpoint = endpoint }
        arguments.update(&credential.certificateFile, with: Self.certificateFile)
        // A key must not be led to another host by somebody who does not know it.
        guard key != nil || !old.hasKey || credential.trusts(noMoreThan: old) else {
          throw ToolError(
            "A key belongs to the address and the ca_file it was stored with: give api_key again with the new ones.")
        }
        if let key { key.store(in: &credential) }
        if let name = arguments[Self.name].nonEmpty, let provider = Vendor(rawValue: credential.provider) {
          try Self.checkName(name, provider, besides: credential.id, in: transaction.tables)
        }
        arguments.update(&credential.name, with: Self.name)
        arguments.update(&credential.inputPrice, with: Self.inputPrice)
        arguments.update(&credential.outputPrice, with: Self.outputPrice)
        try services.checkUsable(credential)
        credential.updatedAt = transaction.now
        transaction.put(credential)
        return Clipping.fit(credential.object)
      }
    }
  }

  /// Refuses a name that could not be put before a model, or that another credential has; a provider's own name is as
  /// good as none.
  ///
  /// - Parameter id: the credential that is to have the name, if it is there already.
  private static func checkName(
    _ name: String?, _ provider: Vendor, besides id: Int? = nil, in tables: Tables
  ) throws(ToolError) {
    guard let name, name.lowercased() != provider.rawValue else { return }
    if let fault = ProviderCredential.nameFault(name, of: provider) {
      throw ToolError(
        "name \(fault), so it cannot stand before a model's name. Give one like my-vllm, which makes my-vllm/qwen3.")
    }
    let namesake = tables.providerCredentials.newestFirst.first {
      $0.id != id && $0.name?.lowercased() == name.lowercased()
    }
    guard let namesake else { return }
    throw ToolError(
      "Credential \(namesake.id) is named \(namesake.name ?? name) already, and \(name)/MODEL could mean either. Give "
        + "another name, or rename that one with provider_credentials_update.")
  }

  private var delete: Tool {
    Tool(
      name: "provider_credentials_delete", title: "Delete a provider credential",
      description: "Delete a provider credential. Runs that name it find their provider by the model's name.",
      toolset: "provider_credentials", annotations: .deleting,
      fields: [Self.id] + Deletion.fields
    ) { [services] arguments, context in
      let id = arguments[Self.id]
      return try await Deletion.perform(
        ProviderCredentialRecord.self, id: id, arguments, with: services, context
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
