import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// `runs_create`.
struct RunCreationTool {
  let kit: Kit

  private static let promptID = Field<Int>.required("prompt_id", .integer(1...), "Prompt version to run.")
  private static let name = Field<String?>.optional("name", .name, "Name; else made from the prompt's.")

  var create: Tool {
    Tool(
      name: "runs_create", title: "Create a run",
      description: """
        Plan a run (an eval): a prompt version on every row of a dataset, scored. Missing columns are refused here. \
        runs_generate starts it.
        """,
      toolset: "runs", annotations: .creating,
      fields: [Self.promptID.declaration, Self.name.declaration] + RunSettings.fields,
      links: ResourceURI.links(.report, .responsesCSV)
    ) { [kit] arguments, _ in
      let id = try await kit.store.commit { transaction in
        let prompt = try transaction.tables.find(PromptRecord.self, arguments[Self.promptID])
        let number = transaction.tables.runs.lastID + 1
        let name =
          try arguments[Self.name].nonEmpty?.notBlank("name") ?? "\(prompt.name) v\(prompt.versionNumber) #\(number)"
        var run = RunRecord()
        run.name = name
        run.promptID = prompt.id
        run.concurrency = RunSettings.standardConcurrency
        (run.createdAt, run.updatedAt) = (transaction.now, transaction.now)
        try RunSettings.apply(arguments, to: &run, in: &transaction)
        try RunSettings.check(run, in: transaction.tables)
        return transaction.insert(run).id
      }
      return try await kit.objectWithShutdowns(ofNewRun: id)
    }
  }
}

extension Kit {
  /// A run that was just made, with a warning where a vendor ends a model of it.
  fileprivate func objectWithShutdowns(ofNewRun id: Int) async throws -> JSONObject {
    let (models, credentialID, credentials) = try await store.read { tables in
      let run = try tables.find(RunRecord.self, id)
      let prompt = try tables.find(PromptRecord.self, run.promptID)
      let credentials = tables.providerCredentials.newestFirst.compactMap(ProviderCredential.init)
      return ([run.model ?? prompt.llmModel, run.judgeModel], run.providerCredentialID, credentials)
    }
    var warnings: [String] = []
    for (name, credentialID) in zip(models, [credentialID, nil]) {
      // A model that leads nowhere is told of when the run starts.
      guard let name,
        let model = try? client.model(named: name, credentialID: credentialID, credentials: credentials),
        let warning = model.shutdown?.warning(for: model.name), !warnings.contains(warning)
      else { continue }
      warnings.append(warning)
    }
    var object = try await object(ofRun: id)
    if !warnings.isEmpty {
      object["warnings"] = .array((object["warnings"]?.arrayValue ?? []) + warnings.map(JSONValue.string))
    }
    return object
  }
}
