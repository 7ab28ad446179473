import Evaluation
import JSONCoding
import MCP
import Store

/// `metrics_*`: what a judge scores, 1 to 5, or a check, 0 to 1.
struct MetricTools {
  let services: Services

  private static let id = Field.id(of: .metrics)
  private static let instruction = Field<String?>.optional(
    "instruction", .string, "What the judge looks for, as a question or criterion.")
  private static let stars = Field<Int>.required("stars", .integer(1...5), "Number of stars.").selfExplaining
  private static let bandText = Field<String>.required("description", .summary, "What earns them.")
  private static func bands(_ description: String) -> Field<[JSONObject]?> {
    .optional("rubric_bands", .array(of: .object([stars, bandText])), description)
  }

  private static let check = Field<JSONObject?>.optional(
    "check", .freeObject,
    "Scores 0 to 1 without a judge: {kind, its arguments}. \(Check.synopsis)")

  var all: [Tool] { [list, get, create, update, delete] }

  /// Rubric texts are long and mostly the same, so lists omit them.
  private static let listed = ListFields(shown: ["id", "name", "key", "instruction", "check", "created_at", "tags"])

  private var list: Tool {
    Tool(
      name: "metrics_list", title: "List metrics", description: "List metrics, newest first.", toolset: "metrics",
      annotations: .reading, fields: TagNames.filters + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        try tables.taggedPage(MetricRecord.self, arguments, view: Self.listed) { tables.object($0) }
      }
    }
  }

  private var get: Tool {
    Tool(
      name: "metrics_get", title: "Get metric", description: "Get a metric by id.", toolset: "metrics",
      annotations: .reading, fields: [Self.id, Paging.fields]
    ) { [store = services.store] arguments, _ in
      let (metric, source) = try await store.read { tables in
        let metric = try tables.find(MetricRecord.self, arguments[Self.id])
        return (tables.object(metric), try MetricTrust.Source(metric, in: tables))
      }
      var object = metric
      object["agreement"] = try MetricTrust(source).json
      return try arguments.selection(of: object, optional: ["agreement"])
    }
  }

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the metric.")
    static let bands = MetricTools.bands("Meanings of numbers of stars; omitted ones get a default.")
  }

  private var create: Tool {
    Tool(
      name: "metrics_create", title: "Create metric",
      description: "Create a metric: a criterion for a judge model, which scores 1 to 5, or a check.",
      toolset: "metrics", annotations: .creating,
      fields: [
        Create.name, Self.instruction, Create.bands, Self.check, TagNames.field,
      ]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        let metric = try transaction.createMetric(
          name: arguments[Create.name].notBlank("name"), instruction: arguments[Self.instruction].nonEmpty,
          bands: Self.bands(arguments[Create.bands] ?? []), check: arguments[Self.check],
          tagNames: arguments[TagNames.field] ?? [])
        return transaction.tables.object(metric)
      }
    }
  }

  private enum Update {
    static let name = Field<String?>.optional(
      "name", .name, "New name; the key stays.")
    static let bands = MetricTools.bands("New meanings of numbers of stars; omitted ones are kept.")
    static let check = Field<JSONObject?>.optional(
      "check", .freeObject, "The whole new check.")
  }

  private var update: Tool {
    Tool(
      name: "metrics_update", title: "Update metric",
      description:
        "Change a metric. Reviews by its former name or wording no longer count.",
      toolset: "metrics", annotations: .updating,
      fields: [
        Self.id, Update.name, Self.instruction, Update.bands, Update.check,
        TagNames.field,
      ]
    ) { [store = services.store] arguments, _ in
      let change = MetricChange(
        name: try arguments.text(Update.name), instruction: arguments.change(Self.instruction),
        bands: arguments[Update.bands].map(Self.bands), check: arguments[Update.check],
        tagNames: arguments.list(TagNames.field))
      let (shown, old, new) = try await store.commit { transaction in
        let old = OutdatedReviews.Material(transaction.tables, metric: arguments[Self.id])
        let metric = try transaction.updateMetric(arguments[Self.id], change)
        let new = OutdatedReviews.Material(transaction.tables, metric: metric.id)
        return (transaction.tables.object(metric), old, new)
      }
      var object = shown
      OutdatedReviews(from: old, to: new).add(to: &object)
      return object
    }
  }

  private var delete: Tool {
    Tool(
      name: "metrics_delete", title: "Delete metric",
      description: "Delete a metric. Its groups and new runs lose it; its reviews stay.", toolset: "metrics",
      annotations: .deleting, fields: [Self.id] + Deletion.fields
    ) { [services] arguments, context in
      try await Deletion.perform(MetricRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }

  private static func bands(_ given: [JSONObject]) -> [MetricRecord.Band] {
    given.map { band in
      MetricRecord.Band(stars: band[stars.name]?.intValue ?? 0, description: band[bandText.name]?.stringValue ?? "")
    }
  }
}
