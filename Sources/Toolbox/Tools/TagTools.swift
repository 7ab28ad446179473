import Evaluation
import JSONCoding
import MCP
import Store

/// `tags_*`: labels for prompts, runs, datasets, metrics and metric groups.
struct TagTools {
  let services: Services

  private static let id = Field.id(of: .tags)
  private static let name = Field<String>.required(
    "name", .name, "Letters, digits, spaces, - and _; stored in lower case.")

  var all: [Tool] { [list, get, create, update, delete] }

  private var list: Tool {
    Tool(
      name: "tags_list", title: "List tags", description: "List all tags by name.", toolset: "tags",
      annotations: .reading, fields: [NameQuery.field] + Paging.all
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let matches = NameQuery.matches(arguments)
        return try Paging.page(
          "tags", tables.tags.all.filter { matches($0.name) }.sorted { $0.name < $1.name }, arguments,
          known: TagRecord().object.keys, position: \.name, behind: { name in { $0.name > name } },
          item: { $0.object })
      }
    }
  }

  private var get: Tool {
    Tool(
      name: "tags_get", title: "Get tag", description: "Get a tag by id.", toolset: "tags",
      annotations: .reading, fields: [Self.id, Paging.fields]
    ) { [store = services.store] arguments, _ in
      try await store.read { try arguments.selection(of: $0.find(TagRecord.self, arguments[Self.id]).object) }
    }
  }

  private var create: Tool {
    Tool(
      name: "tags_create", title: "Create tag",
      description: "Create a tag. tag_names of other tools creates tags too.", toolset: "tags",
      annotations: .creating, fields: [Self.name]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in try transaction.createTag(arguments[Self.name]).object }
    }
  }

  private var update: Tool {
    Tool(
      name: "tags_update", title: "Rename tag", description: "Rename a tag everywhere it is used.", toolset: "tags",
      annotations: .updating, fields: [Self.id, Self.name]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        try transaction.renameTag(arguments[Self.id], to: arguments[Self.name]).object
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "tags_delete", title: "Delete tag",
      description: "Delete a tag and remove it from everything; nothing else is deleted.", toolset: "tags",
      annotations: .deleting, fields: [Self.id] + Deletion.fields
    ) { [services] arguments, context in
      try await Deletion.perform(TagRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }
}
