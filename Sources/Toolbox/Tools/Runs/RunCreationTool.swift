import Evaluation
import JSONCoding
import MCP
import Store

/// `runs_create`.
struct RunCreationTool {
  let services: Services

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
      fields: [Self.promptID, Self.name] + RunSettings.fields,
      links: ResourceURI.links(.report, .responsesCSV)
    ) { [services] arguments, _ in
      let id = try await services.store.commit { transaction in
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
      return try await services.objectWithRemarks(ofRun: id)
    }
  }
}
