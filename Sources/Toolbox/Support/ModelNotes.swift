import Evaluation
import JSONCoding
import Providers
import Store

/// The remarks on models when they are chosen: likely misspelt names, then unsupported parameters, the destination and
/// pricing of calls, and announced ends.
///
/// `runs_get` repeats only assumed prices, so that doubts about the figures stand out.
struct ModelNotes: Sendable {
  /// A model named by the user.
  struct Choice: Sendable {
    let name: String
    var credentialID: Int?
    /// The parameters of its requests.
    var parameters = RequestParameters()
  }

  /// The remarks on names that are probably misspelt.
  private(set) var misspelt: [String] = []
  private(set) var others: [String] = []

  init(on choices: [Choice], _ client: ProviderClient, _ credentials: [ProviderCredential]) {
    var shutdowns: [String] = []
    for choice in choices {
      do throws(RoutingError) {
        let model = try client.model(named: choice.name, credentialID: choice.credentialID, credentials: credentials)
        if Self.isVendors(model) {
          let meant = Self.suggestion(for: model.name) { client.spelling(of: $0, like: model, among: credentials) }
          misspelt += meant
          if meant.isEmpty { others += Self.unknown(model) }
        }
        others +=
          [model.refusal(of: choice.parameters)].compactMap(\.self) + model.notes
          + [model.assumedPrice?.sentence].compactMap(\.self)
        if let warning = model.shutdown?.warning(for: model.name) { shutdowns.append(warning) }
      } catch {
        let meant = Self.suggestion(for: choice.name) { $0 }
        misspelt += meant
        // What a known model lacks, such as a key, is reported when the model is called.
        if meant.isEmpty, !KnownModels.contains(choice.name) { others.append(error.description) }
      }
    }
    others += shutdowns
  }

  /// Whether a model can only be its vendor's: by its name, or because the server has no other models.
  private static func isVendors(_ model: ProviderClient.ResolvedModel) -> Bool {
    guard case .provider(let provider, let name, let credential, _) = model.route else { return false }
    return ModelName.family(of: name) == provider || credential?.isAtOwnAddress ?? true
  }

  /// A warning about a model that its vendor's price list does not have.
  private static func unknown(_ model: ProviderClient.ResolvedModel) -> [String] {
    guard case .provider(let provider, _, _, _) = model.route, KnownModels.lacks(model.name, of: provider) else {
      return []
    }
    return [
      "\(model.name) is not a model known here, so its cost is not known either. models_list shows what the provider offers."
    ]
  }

  /// - Parameter spelling: the spelling of the suggested model.
  private static func suggestion(for name: String, spelling: (String) -> String) -> [String] {
    KnownModels.suggestion(for: name).map { ["\(name) is not a model known here. Did you mean \(spelling($0))?"] } ?? []
  }

  /// Adds the remarks to the warnings of an object.
  func add(to object: inout JSONObject) {
    let warnings = misspelt + (object["warnings"]?.arrayValue ?? []).compactMap(\.stringValue) + others
    object["warnings"] = .array(warnings.unique.map(JSONValue.string))
  }
}

extension Services {
  /// A run's object with remarks on its newly chosen models.
  ///
  /// - Parameter onlyJudge: whether only the judge is new.
  func objectWithRemarks(ofRun id: Int, onlyJudge: Bool = false) async throws -> JSONObject {
    var object = try await object(ofRun: id)
    let choices = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      let model = run.answeringModel(of: tables.prompts[run.promptID])
      let judge =
        run.judgeModel.map { [ModelNotes.Choice(name: $0, parameters: run.judgeSettings.parameters)] } ?? []
      if onlyJudge { return judge }
      let prompt = tables.prompts[run.promptID]
      let generator = ModelNotes.Choice(
        name: model, credentialID: run.answeringCredentialID(of: prompt),
        parameters: RequestParameters(run.sentSettings(of: prompt)))
      return [generator] + judge
    }
    try await addRemarks(on: choices, to: &object)
    return object
  }

  func addRemarks(on choices: [ModelNotes.Choice], to object: inout JSONObject) async throws {
    let credentials = try await store.read { $0.providerCredentials.newestFirst.compactMap(ProviderCredential.init) }
    ModelNotes(on: choices, client, credentials).add(to: &object)
  }
}
