import Evaluation
import JSONCoding
import MCP
import Store

/// `metric_groups_*`: ordered sets of metrics that are applied to a run together.
struct MetricGroupTools {
  let services: Services

  private static let id = Field.id(of: .metricGroups)
  private static let description = Field<String?>.optional("description", .summary, "What the group is for.")
  private static let metricIDs = Field<[Int]?>.optional(
    "metric_ids", .array(of: .id), "Metrics of the group, in order.")

  var all: [Tool] { [list, get, create, update, delete] }

  private var list: Tool {
    Tool(
      name: "metric_groups_list", title: "List metric groups", description: "List metric groups, newest first.",
      toolset: "metric_groups", annotations: .reading, fields: TagNames.filters + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in try tables.taggedPage(MetricGroupRecord.self, arguments) { tables.object($0) } }
    }
  }

  private var get: Tool {
    Tool(
      name: "metric_groups_get", title: "Get metric group", description: "Get a metric group by id.",
      toolset: "metric_groups", annotations: .reading, fields: [Self.id, Paging.fields]
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let group = try tables.find(MetricGroupRecord.self, arguments[Self.id])
        return try arguments.selection(of: tables.object(group))
      }
    }
  }

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the group.")
  }

  private var create: Tool {
    Tool(
      name: "metric_groups_create", title: "Create metric group",
      description: "Create a named set of metrics, to give to runs_create as a whole.", toolset: "metric_groups",
      annotations: .creating,
      fields: [
        Create.name, Self.description, Self.metricIDs, TagNames.field,
      ]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        let group = try transaction.createMetricGroup(
          name: arguments[Create.name].notBlank("name"), description: arguments[Self.description].nonEmpty,
          metricIDs: arguments[Self.metricIDs] ?? [], tagNames: arguments[TagNames.field] ?? [])
        return transaction.tables.object(group)
      }
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
  }

  private var update: Tool {
    Tool(
      name: "metric_groups_update", title: "Update metric group",
      description: "Change a metric group; metric_ids replaces its metrics.", toolset: "metric_groups",
      annotations: .updating,
      fields: [
        Self.id, Update.name, Self.description, Self.metricIDs,
        TagNames.field,
      ]
    ) { [store = services.store] arguments, _ in
      let change = MetricGroupChange(
        name: try arguments.text(Update.name), description: arguments.change(Self.description),
        metricIDs: arguments.list(Self.metricIDs), tagNames: arguments.list(TagNames.field))
      return try await store.commit { transaction in
        let group = try transaction.updateMetricGroup(arguments[Self.id], change)
        return transaction.tables.object(group)
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "metric_groups_delete", title: "Delete metric group",
      description: "Delete a metric group; its metrics stay.", toolset: "metric_groups", annotations: .deleting,
      fields: [Self.id] + Deletion.fields
    ) { [services] arguments, context in
      try await Deletion.perform(
        MetricGroupRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }
}
