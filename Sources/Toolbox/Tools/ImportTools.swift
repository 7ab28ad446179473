import Evaluation
import JSONCoding
import MCP
import Store

/// `imports_create`: evaluations from other programs as prompts, datasets and metrics.
struct ImportTools {
  let services: Services

  private static let path = Field<String?>.optional("path", .path, "File or folder, in a folder of --files.")
    .alias("file")
  private static let data = Field<String?>.optional("data", .string, "Its text, instead of path.")
  private static let format = Field<String?>.optional(
    "format", .choice(of: ImportFormat.all.map(\.name)), "Recognized if left out.")
  private static let model = Field<String?>.optional(
    "model", .name, "Model of prompts for which the file names none.")
  private static let dryRun = Field<Bool>.defaulted(
    "dry_run", .boolean, default: true, "Only show what would be made.")

  var all: [Tool] { [create] }

  private var create: Tool {
    Tool(
      name: "imports_create", title: "Import evaluation",
      description: """
        Import an evaluation of promptfoo, OpenAI Evals, LangSmith, Langfuse or Phoenix. What cannot keep its meaning \
        is in skipped.
        """,
      toolset: "datasets", annotations: .marking,
      fields: [Self.path, Self.data, Self.format, Self.model, Self.dryRun]
    ) { [services] arguments, _ in
      let plan = try Self.plan(arguments, services.files)
      let isDryRun = arguments[Self.dryRun]
      do {
        let records = try await services.store.commit { transaction in
          let records = try transaction.add(plan, makeFamilyKey: services.makeUUID)
          // The transaction is rolled back.
          if isDryRun { throw DryRun(records: records) }
          return records
        }
        return ImportProjection(plan: plan, records: records, isDryRun: false).object
      } catch let run as DryRun {
        return ImportProjection(plan: plan, records: run.records, isDryRun: true).object
      }
    }
  }

  /// The end of a transaction that only shows what it would do.
  private struct DryRun: Error {
    let records: ImportedRecords
  }

  private static func plan(_ arguments: Arguments, _ files: FileAccess) throws -> ImportPlan {
    let model = arguments[model].nonEmpty
    let format = arguments[format].nonEmpty
    switch (arguments[path].nonEmpty, arguments[data].nonEmpty) {
    case (let path?, nil):
      return try ImportPlan(at: path, format: format, model: model, files)
    case (nil, let text?): return try ImportPlan(reading: text, format: format, model: model)
    case (nil, nil):
      throw ToolError("data is missing. Give the text of an evaluation as data, or name its file with path.")
    case (_?, _?): throw ToolError("Give data or path, not both.")
    }
  }
}
