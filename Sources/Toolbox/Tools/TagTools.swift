import JSONCoding
import MCP
import Store

/// `tags_*`: labels for prompts, runs, datasets, metrics and metric groups.
struct TagTools {
  let kit: Kit

  private static let id = Field<Int>.required("id", .integer(1...), "Tag id.")
  private static let name = Field<String>.required(
    "name", .string, "Letters, digits, spaces, - and _; stored in lower case.")

  var all: [Tool] { [list, get, create, update, delete] }

  private var list: Tool {
    Tool(
      name: "tags_list", title: "List tags", description: "List all tags by name.", toolset: "tags",
      annotations: .reading, fields: Paging.all
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        let rows = tables.tags.all.sorted { $0.name < $1.name }
        return try Paging.page(
          "tags", rows, arguments, position: \.name, behind: { name in { $0.name > name } }, item: { $0.object })
      }
    }
  }

  private var get: Tool {
    Tool(
      name: "tags_get", title: "Get a tag", description: "Get a tag by id.", toolset: "tags",
      annotations: .reading, fields: [Self.id.declaration]
    ) { [store = kit.store] arguments, _ in
      try await store.read { try $0.find(TagRecord.self, arguments[Self.id]).object }
    }
  }

  private var create: Tool {
    Tool(
      name: "tags_create", title: "Create a tag",
      description: "Create a tag. Its color is assigned. tag_names of other tools creates tags too.", toolset: "tags",
      annotations: .creating, fields: [Self.name.declaration]
    ) { [store = kit.store] arguments, _ in
      try await store.commit { transaction in
        let name = try Self.free(arguments[Self.name], for: nil, in: transaction.tables)
        return TagNames.make(name, in: &transaction).object
      }
    }
  }

  private var update: Tool {
    Tool(
      name: "tags_update", title: "Rename a tag", description: "Rename a tag everywhere it is used.", toolset: "tags",
      annotations: .updating, fields: [Self.id.declaration, Self.name.declaration]
    ) { [store = kit.store] arguments, _ in
      try await store.commit { transaction in
        var tag = try transaction.tables.find(TagRecord.self, arguments[Self.id])
        tag.name = try Self.free(arguments[Self.name], for: tag.id, in: transaction.tables)
        tag.updatedAt = transaction.now
        transaction.put(tag)
        return tag.object
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "tags_delete", title: "Delete a tag",
      description: "Delete a tag and take it off everything it is on; nothing else is removed.", toolset: "tags",
      annotations: .deleting, fields: [Self.id.declaration, Deletion.dryRun.declaration]
    ) { [store = kit.store] arguments, _ in
      let id = arguments[Self.id]
      return try await Deletion.perform(id, dryRun: arguments[Deletion.dryRun], in: store) { transaction in
        _ = try transaction.tables.find(TagRecord.self, id)
        transaction.removeTag(id, from: PromptRecord.self)
        transaction.removeTag(id, from: DatasetRecord.self)
        transaction.removeTag(id, from: MetricRecord.self)
        transaction.removeTag(id, from: MetricGroupRecord.self)
        transaction.removeTag(id, from: RunRecord.self)
        transaction.delete(TagRecord.self, id: id)
        return ["tags": 1]
      }
    }
  }

  /// The name in its stored form, if no other tag has it.
  private static func free(_ name: String, for id: Int?, in tables: Tables) throws(ToolError) -> String {
    let name = try TagNames.normalized(name)
    if let other = tables.tags.all.first(where: { $0.name == name && $0.id != id }) {
      throw ToolError("There is a tag \"\(name)\" already: id \(other.id). Use it, or choose another name.")
    }
    return name
  }
}
