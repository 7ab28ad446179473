import Evaluation
import JSONCoding
import JSONRPC
import MCP
import Providers
import Store

/// `models_list`: the models of the providers.
struct ModelTools {
  let services: Services

  private static let provider = Field<Vendor?>.optional("provider", .choice, "Only this provider.")
  private static let credentialID = Field<Int?>.optional(
    "provider_credential_id", .id, "Only what this credential reaches.")
  private static let query = Field<String?>.optional("query", .name, "Only names that contain this.")

  var all: [Tool] { [list] }

  private var list: Tool {
    Tool(
      name: "models_list", title: "List models",
      description: """
        List the providers' models by the names to use, with prices in US dollars per million tokens.
        """,
      toolset: "models", annotations: Self.annotations,
      fields: [Self.provider].described(by: "provider_credentials_create") + [Self.credentialID, Self.query]
        + Paging.all,
      ordering: .concurrent
    ) { [services] arguments, _ in
      let credentials = try await services.store.read { $0.providerCredentials.newestFirst }
        .compactMap(ProviderCredential.init)
      let sources = try await services.sources(provider: arguments[Self.provider], id: arguments[Self.credentialID])
      var models: [JSONObject] = []
      var problems: [JSONValue] = []
      for (source, list) in zip(sources, await services.lists(of: sources)) {
        do {
          models += try list.get().map {
            Self.object(
              $0, source.credential, name: services.client.usableName(of: $0, source.credential, among: credentials))
          }
        } catch {
          problems.append(.string(error.clientSentence))
        }
      }
      if models.isEmpty, let problem = problems.first?.stringValue { throw ToolError(problem) }
      if let query = arguments[Self.query].nonEmpty?.lowercased() {
        models = models.filter { $0["id"]?.stringValue?.lowercased().contains(query) ?? false }
      }
      var result = try Paging.page(
        "models", models.sorted { Self.position($0) < Self.position($1) }, arguments,
        known: Self.object(ModelInfo(id: "", provider: .openai), nil, name: "").keys,
        view: ListFields(always: ["input_price", "output_price"]), position: Self.position,
        behind: { cursor in { Self.position($0) > cursor } }, item: { $0 })
      if !problems.isEmpty { result["problems"] = .array(problems) }
      return result
    }
  }

  /// The tool reads, but from external systems.
  private static let annotations = ToolAnnotations(
    isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: true)

  /// - Parameter name: the name that routes to the model.
  private static func object(_ model: ModelInfo, _ credential: ProviderCredential?, name: String) -> JSONObject {
    [
      "id": .string(name), "provider": .string(model.provider.rawValue),
      "provider_credential_id": .optional(credential?.id), "input_price": .optional(model.promptPrice),
      "output_price": .optional(model.completionPrice), "shutdown_date": .optional(model.shutdownDate),
    ]
  }

  private static func position(_ model: JSONObject) -> String {
    let credential = model["provider_credential_id"]?.intValue.map { "\($0)" } ?? ""
    return "\(model["provider"]?.stringValue ?? "")/\(credential)/\(model["id"]?.stringValue ?? "")"
  }
}

extension Services {
  /// A source of models.
  fileprivate struct Source {
    let provider: Vendor
    let credential: ProviderCredential?
  }

  /// The models of each source, in the order of the sources; all are asked at the same time.
  fileprivate func lists(of sources: [Source]) async -> [Result<[ModelInfo], any Error>] {
    await withTaskGroup(of: (Int, Result<[ModelInfo], any Error>).self) { group in
      for (index, source) in sources.enumerated() {
        group.addTask { [client] in
          do {
            let catalogue = try client.catalogue(of: source.provider, credential: source.credential)
            return (index, .success(try await catalogue.models()))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      var lists: [Int: Result<[ModelInfo], any Error>] = [:]
      for await (index, list) in group { lists[index] = list }
      return sources.indices.compactMap { lists[$0] }
    }
  }

  /// The requested stored credentials and providers of the environment.
  fileprivate func sources(provider: Vendor?, id: Int?) async throws -> [Source] {
    let credentials = try await store.read { tables in
      if let id { return [try tables.find(ProviderCredentialRecord.self, id)] }
      return tables.providerCredentials.newestFirst
    }
    var sources = credentials.compactMap(ProviderCredential.init).map { Source(provider: $0.provider, credential: $0) }
    if id == nil {
      sources += Vendor.allCases.filter { kind in
        ProviderEnvironment(client.environment).names(kind) || kind == provider
      }.map { Source(provider: $0, credential: nil) }
    }
    if let provider { sources.removeAll { $0.provider != provider } }
    // A provider named explicitly is tried without a credential only if it has none.
    if sources.contains(where: { $0.credential != nil }) {
      sources.removeAll { $0.credential == nil && !ProviderEnvironment(client.environment).names($0.provider) }
    }
    guard !sources.isEmpty else {
      throw ToolError(
        "No provider is set up. Start the server with a key in its environment, such as OPENAI_API_KEY, or use "
          + "provider_credentials_create. The model echo needs none.")
    }
    return sources
  }
}
