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

  private static let credentialID = Field<Int?>.optional(
    "provider_credential_id", .id, "Credential; else the model's name decides.")
  private static let request = RequestFields(of: .prompt)
  /// The members that only some prompts have.
  private static let optionalMembers = request.names + ["warnings"]

  var all: [Tool] { [list, get, create, update, delete, publish] }

  // MARK: Reading

  private enum List {
    static let name = Field<String?>.optional("name", .name, "Only this name.")
    static let familyKey = Field<String?>.optional("family_key", .name, "Only this family.")
    static let current = Field<Bool?>.optional(
      "current", .boolean, "Only published (true) or unpublished (false).")
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
          PromptRecord.self, arguments, optional: Self.request.names,
          where: { prompt in
            arguments[List.name].nonEmpty.isNilOr(prompt.name)
              && arguments[List.familyKey].nonEmpty.isNilOr(prompt.familyKey)
              && arguments[List.current].isNilOr(prompt.current)
          }, item: { tables.object($0) })
      }
    }
  }

  private enum Get {
    static let id = Field<Int?>.optional("id", .id, "Prompt version id.").alias("prompt_id")
    static let name = Field<String?>.optional("name", .name, "Name, for its current version.")
  }

  private var get: Tool {
    Tool(
      name: "prompts_get", title: "Get prompt",
      description: "Get a prompt version by id, or the current one by name.",
      toolset: "prompts", annotations: .reading,
      fields: [Get.id, Get.name, TextOffset.field, Paging.fields],
      links: ResourceURI.links(.prompt)
    ) { [store = services.store] arguments, _ in
      try await store.read { tables in
        let prompt = try Self.prompt(arguments, in: tables)
        var object = tables.object(prompt)
        object["warnings"] = prompt.cacheHint.map { [.string($0)] }
        return try TextOffset.apply(
          arguments, to: "template", of: arguments.selection(of: object, optional: Self.optionalMembers))
      }
    }
  }

  private static func prompt(_ arguments: Arguments, in tables: Tables) throws -> PromptRecord {
    if let id = arguments[Get.id] { return try tables.find(PromptRecord.self, id) }
    guard let name = arguments[Get.name].nonEmpty else {
      throw ToolError(
        "prompts_get: id is missing: the id of a prompt version. A name in its place gives the current one.")
    }
    return try tables.find(PromptRecord.self, named: name)
  }

  // MARK: Writing

  private enum Create {
    static let name = Field<String>.required("name", .name, "Name of the prompt.")
    static let template = Field<String>.required("template", .string, PromptTools.template)
    static let model = Field<String>.required("llm_model", .name, PromptTools.model)
  }

  private var create: Tool {
    Tool(
      name: "prompts_create", title: "Create prompt",
      description: "Create a prompt: version 1 of a new family. prompts_update makes further ones.",
      toolset: "prompts", annotations: .creating,
      fields: [
        Create.name, Create.template, Create.model, Self.description,
        TagNames.field, Self.credentialID,
      ] + Self.request.fields, links: ResourceURI.links(.prompt)
    ) { [services] arguments, _ in
      try Self.request.refuseEmptyObjects(arguments)
      let familyKey = services.makeUUID()
      return try await services.store.commit { transaction in
        let prompt = try transaction.createPrompt(
          name: arguments[Create.name].notBlank("name"), template: arguments[Create.template].notBlank("template"),
          model: arguments[Create.model].notBlank("llm_model"), familyKey: familyKey,
          description: arguments[Self.description].nonEmpty, tagNames: arguments[TagNames.field] ?? [],
          request: try Self.requestChange(arguments))
        return transaction.tables.object(prompt)
      }
    }
  }

  private enum Update {
    static let name = Field<String?>.optional("name", .name, "New name.")
    static let template = Field<String?>.optional("template", .string, PromptTools.template)
    static let model = Field<String?>.optional("llm_model", .name, PromptTools.model)
    static let publish = Field<Bool>.defaulted(
      "publish", .boolean, default: false, "Publish the result.")
    static let newVersion = Field<Bool?>.optional("new_version", .boolean, "Keep this version, make another.")
      .selfExplaining
  }

  private var update: Tool {
    Tool(
      name: "prompts_update", title: "Update prompt",
      description: """
        Change a prompt version. With new_version, or once it has results, a change of what is sent makes a draft.
        """,
      toolset: "prompts", annotations: .updating,
      fields: [
        Self.id, Update.name, Update.template, Update.model,
        Self.description, TagNames.field, Update.publish, Update.newVersion, Self.credentialID,
      ].described(by: "prompts_create") + Self.request.fields.described(by: "prompts_create")
    ) { [store = services.store] arguments, _ in
      let change = PromptChange(
        name: try arguments.text(Update.name), description: arguments.change(Self.description),
        template: try arguments.text(Update.template), model: try arguments.text(Update.model),
        tagNames: arguments.list(TagNames.field), request: try Self.requestChange(arguments))
      return try await store.commit { transaction in
        let update = try transaction.updatePrompt(
          arguments[Self.id], change, publishes: arguments[Update.publish],
          keepsOld: arguments[Update.newVersion] ?? false)
        var object = transaction.tables.object(update.prompt)
        object["note"] = .string(Self.note(on: update, ofPrompt: arguments[Self.id], arguments[Update.publish]))
        return object
      }
    }
  }

  private static func requestChange(_ arguments: Arguments) throws -> RequestChange {
    var change = RequestChange()
    try request.apply(arguments, to: &change.settings, clearing: &change.cleared)
    change.credentialID = arguments.change(credentialID)
    return change
  }

  /// The note on the result of an update.
  private static func note(on update: PromptUpdate, ofPrompt id: Int, _ publishes: Bool) -> String {
    let number = update.prompt.versionNumber
    return switch update.outcome {
    case .kept: "Version \(number) keeps its content and id; no new version was made."
    case .changedInPlace:
      "Version \(number) was changed in place, because it has no runs or generations; no new version was made, and its "
        + "former content is gone. new_version: true keeps it."
    case .added(let kind):
      "Prompt \(id)\(kind.map { " has \($0.rawValue) and" } ?? "") keeps its content; this is version \(number), a new id. "
        + (publishes ? "It is published." : "It is a draft: prompts_publish makes it current.")
    case .existing: "Version \(number) has this content already; no new version was made."
    }
  }

  private var publish: Tool {
    Tool(
      name: "prompts_publish", title: "Publish prompt version",
      description: "Make a version, newer or older, the current one of its family.",
      toolset: "prompts", annotations: .marking, fields: [Self.id]
    ) { [store = services.store] arguments, _ in
      try await store.commit { transaction in
        let prompt = try transaction.publishPrompt(arguments[Self.id])
        return transaction.tables.object(prompt)
      }
    }
  }

  private var delete: Tool {
    Tool(
      name: "prompts_delete", title: "Delete prompt version",
      description:
        "Delete a prompt version with its runs, responses and generations.",
      toolset: "prompts", annotations: .deleting,
      fields: [Self.id] + Deletion.fields, ordering: .orderedUnlessAsking
    ) { [services] arguments, context in
      try await Deletion.perform(PromptRecord.self, id: arguments[Self.id], arguments, with: services, context)
    }
  }
}
