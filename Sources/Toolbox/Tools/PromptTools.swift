import Evaluation
import JSONCoding
import MCP
import Store

/// `prompts_*`: versioned prompt templates.
struct PromptTools {
  let kit: Kit

  private static let id = Field<Int>.required("id", .integer(1...), "Prompt version id.")
  private static let description = Field<String?>.optional("description", .string, "What the prompt is for.")
  private static let template = "Text with {{ variables }}; each is filled from the dataset column of that name."
  private static let model = "Model that answers, such as gpt-4.1, claude-sonnet-4-5, ollama/llama3.2 or echo."

  var all: [Tool] { [list, get, create, update, delete, publish] }

  // MARK: Reading

  private enum List {
    static let name = Field<String?>.optional("name", .string, "Only prompts of this name.")
    static let familyKey = Field<String?>.optional("family_key", .string, "Only versions of this family.")
    static let current = Field<Bool?>.optional(
      "current", .boolean, "Only published (true) or unpublished (false) versions.")
  }

  private var list: Tool {
    Tool(
      name: "prompts_list", title: "List prompts", description: "List prompt versions, newest first.",
      toolset: "prompts", annotations: .reading,
      fields: [
        List.name.declaration, List.familyKey.declaration, List.current.declaration, TagNames.filter.declaration,
      ] + Paging.all
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        try tables.taggedPage(
          PromptRecord.self, arguments,
          where: { prompt in
            arguments[List.name].nonEmpty.isNilOr(prompt.name)
              && arguments[List.familyKey].nonEmpty.isNilOr(prompt.familyKey)
              && arguments[List.current].isNilOr(prompt.current)
          }, item: { tables.object($0) })
      }
    }
  }

  private var get: Tool {
    Tool(
      name: "prompts_get", title: "Get a prompt", description: "Get one prompt version by id.", toolset: "prompts",
      annotations: .reading, fields: [Self.id.declaration, TextOffset.field.declaration],
      links: ResourceURI.links(.prompt)
    ) { [store = kit.store] arguments, _ in
      try await store.read { tables in
        let prompt = try tables.find(PromptRecord.self, arguments[Self.id])
        return try TextOffset.apply(arguments, to: "template", of: tables.object(prompt))
      }
    }
  }

  // MARK: Writing

  private enum Create {
    static let name = Field<String>.required("name", .string, "Name of the prompt.")
    static let template = Field<String>.required("template", .string, PromptTools.template)
    static let model = Field<String>.required("llm_model", .string, PromptTools.model)
  }

  private var create: Tool {
    Tool(
      name: "prompts_create", title: "Create a prompt",
      description: "Create a prompt: version 1 of a new family. For a new version of an old one use prompts_update.",
      toolset: "prompts", annotations: .creating,
      fields: [
        Create.name.declaration, Create.template.declaration, Create.model.declaration, Self.description.declaration,
        TagNames.field.declaration,
      ], links: ResourceURI.links(.prompt)
    ) { [kit] arguments, _ in
      let familyKey = kit.makeUUID()
      return try await kit.store.commit { transaction in
        let prompt = PromptRecord(
          id: 0, name: try arguments[Create.name].notBlank("name"), description: arguments[Self.description].nonEmpty,
          template: try arguments[Create.template].notBlank("template"),
          llmModel: try arguments[Create.model].notBlank("llm_model"), familyKey: familyKey, versionNumber: 1,
          current: true, tagIDs: try TagNames.ids(arguments[TagNames.field] ?? [], in: &transaction),
          createdAt: transaction.now, updatedAt: transaction.now)
        return Clipping.fit(transaction.tables.object(transaction.insert(prompt)))
      }
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .string, "New name.")
    static let template = Field<String?>.optional("template", .string, PromptTools.template)
    static let model = Field<String?>.optional("llm_model", .string, PromptTools.model)
    static let publish = Field<Bool>.defaulted(
      "publish", .boolean, default: false, "Publish the new version, if one is made.")
  }

  private var update: Tool {
    Tool(
      name: "prompts_update", title: "Update a prompt",
      description: """
        Change a prompt version. Once it has runs, a new template or llm_model makes a new version, a draft unless \
        publish is true; the rest changes in place.
        """,
      toolset: "prompts", annotations: .updating,
      fields: [
        Self.id.declaration, Update.name.declaration, Update.template.declaration, Update.model.declaration,
        Self.description.declaration, TagNames.field.declaration, Update.publish.declaration,
      ]
    ) { [store = kit.store] arguments, _ in
      try await store.commit { transaction in
        var prompt = try transaction.tables.find(PromptRecord.self, arguments[Self.id])
        let old = prompt
        try arguments.update(&prompt.name, with: Update.name)
        arguments.update(&prompt.description, with: Self.description)
        try prompt.updateTags(with: arguments, in: &transaction)
        try arguments.update(&prompt.template, with: Update.template)
        try arguments.update(&prompt.llmModel, with: Update.model)
        prompt.updatedAt = transaction.now
        let isNewText = prompt.template != old.template || prompt.llmModel != old.llmModel
        guard isNewText, transaction.tables.runs.all.contains(where: { $0.promptID == old.id }) else {
          transaction.put(prompt)
          return Clipping.fit(transaction.tables.object(prompt))
        }
        return Clipping.fit(
          Self.addVersion(prompt, to: old, publish: arguments[Update.publish], in: &transaction))
      }
    }
  }

  /// Keeps the version that has runs as it is, but for its name, description and tags, and adds the changed one.
  private static func addVersion(
    _ changed: PromptRecord, to old: PromptRecord, publish: Bool, in transaction: inout Transaction
  ) -> JSONObject {
    var kept = changed
    kept.template = old.template
    kept.llmModel = old.llmModel
    if (kept.name, kept.description, kept.tagIDs) != (old.name, old.description, old.tagIDs) { transaction.put(kept) }
    let versions = transaction.tables.prompts.all.filter { $0.familyKey == old.familyKey }
    var version = changed
    version.versionNumber = (versions.map(\.versionNumber).max() ?? 0) + 1
    version.current = false
    version.createdAt = transaction.now
    version = transaction.insert(version)
    if publish { version = transaction.publish(version) }
    var object = transaction.tables.object(version)
    object["note"] = .string(
      "Prompt \(old.id) has runs and keeps its text; this is version \(version.versionNumber), a new id. "
        + (publish ? "It is published." : "It is a draft: prompts_publish makes it current."))
    return object
  }

  private var publish: Tool {
    Tool(
      name: "prompts_publish", title: "Publish a prompt version",
      description: "Make a version the current one of its family. Publishing an older one goes back to it.",
      toolset: "prompts", annotations: .updating, fields: [Self.id.declaration]
    ) { [store = kit.store] arguments, _ in
      try await store.commit { transaction in
        let prompt = try transaction.tables.find(PromptRecord.self, arguments[Self.id])
        return Clipping.fit(transaction.tables.object(transaction.publish(prompt)))
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "prompts_delete", title: "Delete a prompt version",
      description: "Delete a prompt version with its runs and their responses.", toolset: "prompts",
      annotations: .deleting, fields: [Self.id.declaration, Deletion.dryRun.declaration]
    ) { [kit] arguments, _ in
      let id = arguments[Self.id]
      let isDryRun = arguments[Deletion.dryRun]
      if !isDryRun { try await kit.cancelRuns { $0.promptID == id } }
      return try await Deletion.perform(id, dryRun: isDryRun, in: kit.store) { transaction in
        _ = try transaction.tables.find(PromptRecord.self, id)
        let removed = transaction.deleteRuns { $0.promptID == id }
        transaction.delete(PromptRecord.self, id: id)
        return removed
      }
    }
  }
}

extension Transaction {
  /// Makes a version the current one of its family.
  fileprivate mutating func publish(_ prompt: PromptRecord) -> PromptRecord {
    for var other in tables.prompts.newestFirst
    where other.familyKey == prompt.familyKey && other.id != prompt.id && other.current {
      other.current = false
      other.updatedAt = now
      put(other)
    }
    var published = prompt
    published.current = true
    published.updatedAt = now
    put(published)
    return published
  }
}
