import Evaluation
import JSONCoding
import MCP
import Store

/// `runs_create`.
struct RunCreationTool {
  let services: Services

  fileprivate static let promptID = Field<Int?>.optional(
    "prompt_id", .id,
    "Prompt version. Without one, model gets each row's column input, or only column, as it is.")
  /// Also read by ``RunSettings``, because a copied scoring stays.
  static let likeRun = Field<Int?>.optional(
    "like_run", .id, "Copy this run's settings; arguments given replace them.")
  private static let name = Field<String?>.optional("name", .name, "Name; else made from the prompt's.")

  var create: Tool {
    Tool(
      name: "runs_create", title: "Create run",
      description: """
        Plan a run (an eval): a prompt version on every row of a dataset, scored. runs_generate starts it.
        """,
      toolset: "runs", annotations: .creating,
      fields: [Self.promptID, Self.likeRun, Self.name] + RunSettings.fields,
      links: ResourceURI.links(.report, .responsesCSV)
    ) { [services] arguments, _ in
      let (id, notes) = try await services.store.commit { transaction in
        let model = try arguments[Self.likeRun].map { try transaction.tables.find(RunRecord.self, $0) }
        let prompt = try services.prompt(arguments, like: model, in: &transaction)
        let number = transaction.tables.runs.lastID + 1
        let name =
          try arguments[Self.name].nonEmpty?.notBlank("name") ?? "\(prompt.name) v\(prompt.versionNumber) #\(number)"
        var run = model.map { RunRecord(like: $0, in: transaction.tables) } ?? RunRecord()
        run.name = name
        run.promptID = prompt.id
        (run.createdAt, run.updatedAt) = (transaction.now, transaction.now)
        try RunSettings.apply(arguments, to: &run, standardJudge: services.judgeModel, in: &transaction)
        if !arguments.gives(RunSettings.credentialID) { run.dropUnfitCredential(in: transaction.tables) }
        try RunSettings.check(run, in: transaction.tables)
        try services.checkServing(run, in: transaction.tables)
        let notes = model.map { transaction.tables.obstacles(toComparing: run, with: $0) } ?? []
        return (transaction.insert(run).id, notes)
      }
      var object = try await services.objectWithRemarks(ofRun: id)
      object["warnings"] = .array(
        notes.map(JSONValue.string) + (object["warnings"]?.arrayValue ?? []))
      return object
    }
  }
}

extension Services {
  /// The prompt version of a new run.
  ///
  /// - Parameter model: the run whose settings are copied; nil for none.
  fileprivate func prompt(
    _ arguments: Arguments, like model: RunRecord?, in transaction: inout Transaction
  ) throws -> PromptRecord {
    if let id = arguments[RunCreationTool.promptID] { return try transaction.tables.find(PromptRecord.self, id) }
    if let model {
      guard
        RunSettings.settings.contains(where: { arguments.gives($0) || arguments.resets($0) })
          || transaction.tables.hasOtherRows(than: model)
      else {
        throw ToolError(
          "prompt_id is missing: the run would only repeat run \(model.id). Give the prompt version to compare, or a "
            + "setting that differs, such as model. To ask the same again and see how much the answers vary, give "
            + "reuse: false.")
      }
      return try transaction.tables.find(PromptRecord.self, model.promptID)
    }
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
