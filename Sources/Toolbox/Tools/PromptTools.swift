import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// `prompts_*`: versioned prompt templates.
struct PromptTools {
  let services: Services

  private static let id = Field.id(of: .prompts, "Prompt version id.")
  private static let description = Field<String?>.optional("description", .summary, "What the prompt is for.")
  private static let template = "Text with {{ variables }}; each is filled from the dataset column of that name."
  private static let model =
    "Model that answers, such as \(ExampleModel.openAI), \(ExampleModel.anthropic), ollama/llama3.2 or echo."

  var all: [Tool] { [list, get, create, update, delete, publish] }

  // MARK: Reading

  private enum List {
    static let name = Field<String?>.optional("name", .name, "Only prompts of this name.")
    static let familyKey = Field<String?>.optional("family_key", .name, "Only versions of this family.")
    static let current = Field<Bool?>.optional(
      "current", .boolean, "Only published (true) or unpublished (false) versions.")
  }

  private var list: Tool {
    Tool(
      name: "prompts_list", title: "List prompts", description: "List prompt versions, newest first.",
      toolset: "prompts", annotations: .reading,
      fields: [
        List.name, List.familyKey, List.current,
      ] + TagNames.filters + Paging.all
    ) { [store = services.store] arguments, _ in
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
      annotations: .reading,
      fields: [Self.id, TextOffset.field, Paging.fields],
      links: ResourceURI.links(.prompt)
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let prompt = try tables.find(PromptRecord.self, arguments[Self.id])
        return try TextOffset.apply(arguments, to: "template", of: arguments.selection(of: tables.object(prompt)))
      }
    }
  }

  // MARK: Writing

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the prompt.")
    static let template = Field<String>.required("template", .string, PromptTools.template)
    static let model = Field<String>.required("llm_model", .name, PromptTools.model)
  }

  private var create: Tool {
    Tool(
      name: "prompts_create", title: "Create a prompt",
      description: "Create a prompt: version 1 of a new family. For a new version of an old one use prompts_update.",
      toolset: "prompts", annotations: .creating,
      fields: [
        Create.name, Create.template, Create.model, Self.description,
        TagNames.field,
      ], links: ResourceURI.links(.prompt)
    ) { [services] arguments, _ in
      let familyKey = services.makeUUID()
      return try await services.store.commit { transaction in
        var prompt = PromptRecord()
        prompt.name = try arguments[Create.name].notBlank("name")
        prompt.description = arguments[Self.description].nonEmpty
        prompt.template = try arguments[Create.template].notBlank("template")
        prompt.llmModel = try arguments[Create.model].notBlank("llm_model")
        prompt.familyKey = familyKey
        prompt.current = true
        prompt.tagIDs = try TagNames.ids(arguments[TagNames.field] ?? [], in: &transaction)
        (prompt.createdAt, prompt.updatedAt) = (transaction.now, transaction.now)
        return transaction.tables.object(transaction.insert(prompt))
      }
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
    static let template = Field<String?>.optional("template", .string, PromptTools.template)
    static let model = Field<String?>.optional("llm_model", .name, PromptTools.model)
    static let publish = Field<Bool>.defaulted(
      "publish", .boolean, default: false, "Publish the version that results.")
  }

  private var update: Tool {
    Tool(
      name: "prompts_update", title: "Update a prompt",
      description: """
        Change a prompt version. Once it has runs or generations, a new template or llm_model makes a new version, a draft unless \
        publish is true; the rest changes in place.
        """,
      toolset: "prompts", annotations: .updating,
      fields: [
        Self.id, Update.name, Update.template, Update.model,
        Self.description, TagNames.field, Update.publish,
      ]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        let old = try transaction.tables.find(PromptRecord.self, arguments[Self.id])
        var prompt = old
        try Self.updateLabels(of: &prompt, arguments, in: &transaction)
        try arguments.update(&prompt.template, with: Update.template)
        try arguments.update(&prompt.llmModel, with: Update.model)
        let publishes = arguments[Update.publish]
        guard !prompt.asksTheSame(as: old), transaction.tables.hasResults(ofPrompt: old.id) else {
          transaction.put(prompt)
          if publishes { prompt = transaction.publish(prompt) }
          var object = transaction.tables.object(prompt)
          object["note"] = .string(Self.changed(prompt, from: old))
          return object
        }
        transaction.keepText(of: old, labelledAs: prompt)
        guard var version = transaction.tables.version(thatAsksTheSameAs: prompt) else {
          return Self.added(prompt, to: old, publish: publishes, in: &transaction)
        }
        try Self.updateLabels(of: &version, arguments, in: &transaction)
        transaction.put(version)
        if publishes { version = transaction.publish(version) }
        var object = transaction.tables.object(version)
        object["note"] = .string("Version \(version.versionNumber) has this text already; no new version was made.")
        return object
      }
    }
  }

  /// Changes what no answer depends on.
  private static func updateLabels(
    of prompt: inout PromptRecord, _ arguments: Arguments, in transaction: inout Transaction
  ) throws(ToolError) {
    try arguments.update(&prompt.name, with: Update.name)
    arguments.update(&prompt.description, with: description)
    try prompt.updateTags(with: arguments, in: &transaction)
    prompt.updatedAt = transaction.now
  }

  /// What became of a version that was changed in place.
  private static func changed(_ prompt: PromptRecord, from old: PromptRecord) -> String {
    prompt.asksTheSame(as: old)
      ? "Version \(prompt.versionNumber) keeps its text and id; no new version was made."
      : "Version \(prompt.versionNumber) was changed in place, because it has no runs or generations; no new version was "
        + "made, and its former text is gone."
  }

  /// A changed version added to its family, with a word on what became of the old one.
  private static func added(
    _ changed: PromptRecord, to old: PromptRecord, publish: Bool, in transaction: inout Transaction
  ) -> JSONObject {
    var version = transaction.addVersion(changed)
    if publish { version = transaction.publish(version) }
    var object = transaction.tables.object(version)
    let results = transaction.tables.runs.all.contains { $0.promptID == old.id } ? "runs" : "generations"
    object["note"] = .string(
      "Prompt \(old.id) has \(results) and keeps its text; this is version \(version.versionNumber), a new id. "
        + (publish ? "It is published." : "It is a draft: prompts_publish makes it current."))
    return object
  }

  private var publish: Tool {
    Tool(
      name: "prompts_publish", title: "Publish a prompt version",
      description: "Make a version the current one of its family. Publishing an older one goes back to it.",
      toolset: "prompts", annotations: .marking, fields: [Self.id]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        let prompt = try transaction.tables.find(PromptRecord.self, arguments[Self.id])
        return transaction.tables.object(transaction.publish(prompt))
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "prompts_delete", title: "Delete a prompt version",
      description:
        "Delete a prompt version with its runs and their responses, and with what it generated in experiments.",
      toolset: "prompts", annotations: .deleting,
      fields: [Self.id] + Deletion.fields, ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      let id = arguments[Self.id]
      return try await Deletion.perform(
        PromptRecord.self, id: id, arguments, with: services, context, runsWhere: { $0.promptID == id }
      ) { transaction in
        let counts = transaction.removeFromExperiments(prompt: id)
        let note = transaction.publishSuccessor(ofPrompt: id).map {
          "Version \($0.versionNumber), prompt \($0.id), is the current one now."
        }
        return Deletion.Removal(counts: counts, note: note)
      }
    }
  }
}
