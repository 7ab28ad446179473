import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// The `provider_credentials` tools: access to the providers of language models.
///
/// Keys are stored but never returned.
struct CredentialTools {
  let services: Services

  private static let id = Field.id(of: .providerCredentials)
  private static let name = Field<String?>.optional(
    "name", .name, "Unique name, also a prefix for models: my-vllm/qwen3.")
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
      description: "List provider credentials, newest first, then the environment's.",
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
      name: "provider_credentials_get", title: "Get provider credential",
      description: "Get a provider credential by id. The key is never shown.", toolset: "provider_credentials",
      annotations: .reading, fields: [Self.id, Paging.fields]
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let credential = try tables.find(ProviderCredentialRecord.self, arguments[Self.id])
        return try arguments.selection(of: credential.object)
      }
    }
  }

  private enum Create {
    static let provider = Field<Vendor>.required(
      "provider", .choice(advice: otherProviders), "The provider, or the one it is compatible with.")

    /// The advice about a provider that uses another one's protocol.
    private static let otherProviders = """
      vLLM, LM Studio, llama.cpp and others speak OpenAI's protocol: give provider openai and their api_endpoint.
      """
  }

  private var create: Tool {
    Tool(
      name: "provider_credentials_create", title: "Create provider credential",
      description: """
        Store how to reach a provider: needed only without a key in the environment \
        (\(Vendor.openai.environmentVariable) and so on), or for another address.
        """,
      toolset: "provider_credentials", annotations: .creating,
      fields: [
        Create.provider, Self.key, Self.endpoint, Self.name,
        Self.inputPrice, Self.outputPrice, Self.certificateFile,
      ]
    ) { [services] arguments, _ in
      let settings = try Self.change(arguments, for: services.client)
      try CertificateFile.check(arguments[Self.certificateFile].nonEmpty)
      return try await services.store.commit { transaction in
        let credential = try transaction.createCredential(
          of: arguments[Create.provider], settings, for: services.client)
        return credential.object
      }
    }
  }

  private var update: Tool {
    Tool(
      name: "provider_credentials_update", title: "Update provider credential",
      description: "Change a provider credential. A new api_endpoint or ca_file needs the api_key again.",
      toolset: "provider_credentials", annotations: .updating,
      fields: [
        Self.id, Self.key, Self.endpoint, Self.name,
        Self.inputPrice, Self.outputPrice, Self.certificateFile,
      ].described(by: "provider_credentials_create")
    ) { [services] arguments, _ in
      let change = try Self.change(arguments, for: services.client)
      let file = try await services.store.read { tables in
        var file = try tables.find(ProviderCredentialRecord.self, arguments[Self.id]).certificateFile
        change.certificateFile.apply(to: &file)
        return file
      }
      try CertificateFile.check(file)
      return try await services.store.commit { transaction in
        let credential = try transaction.updateCredential(arguments[Self.id], change, for: services.client)
        return credential.object
      }
    }
  }

  private static func change(
    _ arguments: Arguments, for client: ProviderClient
  ) throws(EvaluationError) -> CredentialChange {
    var change = CredentialChange()
    if let key = arguments[key] { change.key = try ProviderCredential.Key(given: key) }
    change.endpoint = arguments.change(endpoint)
    if case .set(let text) = change.endpoint { change.endpoint = .set(try client.checkedEndpoint(text)) }
    change.name = arguments.change(name)
    change.inputPrice = arguments.change(inputPrice)
    change.outputPrice = arguments.change(outputPrice)
    change.certificateFile = arguments.change(certificateFile)
    return change
  }

  private var delete: Tool {
    Tool(
      name: "provider_credentials_delete", title: "Delete provider credential",
      description: "Delete a provider credential. Runs that name it go by the model's name.",
      toolset: "provider_credentials", annotations: .deleting,
      fields: [Self.id] + Deletion.fields
    ) { [services] arguments, context in
      try await Deletion.perform(
        ProviderCredentialRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }
}
