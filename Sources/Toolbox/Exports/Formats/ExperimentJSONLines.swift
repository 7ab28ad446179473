import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let experimentJSONLines = ExportFormat(
    .experiment, "jsonl", "/generations.jsonl", "application/jsonl", toolset: "experiments",
    name: "experiment generations, JSON Lines", title: "Generations of an experiment with everything",
    "One generation a line with its outcome, and outcome_order, its place among the outcomes as they were recorded.",
    hasRows: true, record: .generations
  ) { services, ids in
    let entries = try await services.store.read { tables in
      try tables.generations.entries(of: tables.find(ExperimentRecord.self, ids[0]).id)
    }
    return ExportText(.jsonLines(entries.count) { try entries[$0].decoded().exported })
  }
}

extension GenerationRecord {
  /// The generation with what its weight as evidence follows from.
  fileprivate var exported: JSONObject {
    var object = object
    object["seed"] = .optional(seed)
    object["outcome_order"] = .optional(outcomeOrder)
    object["outcome_changed"] = .bool(isOutcomeChanged)
    return object
  }
}
