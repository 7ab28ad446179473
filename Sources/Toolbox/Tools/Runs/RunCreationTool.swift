import Evaluation
import JSONCoding
import MCP
import Store

/// `runs_create`.
struct RunCreationTool {
  let services: Services

  fileprivate static let promptID = Field<Int?>.optional(
    "prompt_id", .id,
    "Prompt version to run. Without one, model gets each row's column input, or its only column, as it is.")
  private static let name = Field<String?>.optional("name", .name, "Name; else made from the prompt's.")

  var create: Tool {
    Tool(
      name: "runs_create", title: "Create run",
      description: """
        Plan a run (an eval): a prompt version on every row of a dataset, scored. Missing columns are refused here. \
        runs_generate starts it.
        """,
      toolset: "runs", annotations: .creating,
      fields: [Self.promptID, Self.name] + RunSettings.fields,
      links: ResourceURI.links(.report, .responsesCSV)
    ) { [services] arguments, _ in
      let id = try await services.store.commit { transaction in
        let prompt = try services.prompt(arguments, in: &transaction)
        let number = transaction.tables.runs.lastID + 1
        let name =
          try arguments[Self.name].nonEmpty?.notBlank("name") ?? "\(prompt.name) v\(prompt.versionNumber) #\(number)"
        var run = RunRecord()
        run.name = name
        run.promptID = prompt.id
        (run.createdAt, run.updatedAt) = (transaction.now, transaction.now)
        try RunSettings.apply(arguments, to: &run, standardJudge: services.judgeModel, in: &transaction)
        try RunSettings.check(run, in: transaction.tables)
        return transaction.insert(run).id
      }
      return try await services.objectWithRemarks(ofRun: id)
    }
  }
}

extension Services {
  /// The prompt version of a new run.
  fileprivate func prompt(_ arguments: Arguments, in transaction: inout Transaction) throws -> PromptRecord {
    if let id = arguments[RunCreationTool.promptID] { return try transaction.tables.find(PromptRecord.self, id) }
    guard let datasetID = arguments[RunSettings.datasetID],
      let model = try arguments[RunSettings.model].nonEmpty?.notBlank(RunSettings.model.name)
    else {
      throw ToolError(
        "prompt_id is missing: the prompt version to run. A dataset_id and a model in its place send the rows as they are."
      )
    }
    return try transaction.plainPrompt(
      forRowsOf: transaction.tables.find(DatasetRecord.self, datasetID),
      expectedColumn: RunSettings.plan.value(of: .expectedColumn, in: arguments)?.stringValue, model: model,
      familyKey: makeUUID())
  }
}
