import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// `chat_completions_create`: a model's answer to a conversation.
struct ChatTools {
  let services: Services

  var all: [Tool] { [create] }

  // MARK: Inputs

  private static let model = Field<String?>.optional(
    "model", .name, "Model that answers, such as gpt-6-luna or echo; else the prompt's or the session's.")
  private static let messages = Field<[JSONObject]?>.optional(
    "messages", .array(of: .freeObject),
    "Turns {role, content, ...} as in Chat Completions, oldest first; with session_id only the new ones.")
  private static let promptID = Field<Int?>.optional(
    "prompt_id", .id, "Prompt version to send in place of messages.")
  private static let inputs = Field<JSONObject?>.optional("inputs", .freeObject, "Values of the prompt's variables.")
  private static let stream = Field<Bool>.defaulted(
    "stream", .boolean, default: false, "Send the text (of the first choice) in progress messages as it comes.")
  private static let session = Field<String?>.optional(
    "session_id", .name,
    "Any name: logs the exchange there and continues that session with its model, tools and settings.")
  private static let request = RequestFields(of: .chat)
  private static let credentialID = Field<Int?>.optional(
    "provider_credential_id", .id, "Credential; else the model's name decides.")

  private static let annotations = ToolAnnotations(
    isReadOnly: false, isDestructive: false, isIdempotent: false, isOpenWorld: true)

  private var create: Tool {
    Tool(
      name: "chat_completions_create", title: "Create chat completion",
      description: """
        Ask a model once: a conversation, or a prompt version with inputs. For many inputs use runs_create. \
        Nothing is stored without session_id.
        """,
      toolset: "chat", annotations: Self.annotations,
      fields: [
        Self.model, Self.messages, Self.promptID, Self.inputs,
        Self.stream, Self.session, Self.credentialID,
      ] + Self.request.fields(listing: .reasoningEffort, in: "prompts_create"), ordering: .concurrent
    ) { [services] arguments, context in
      try await Self.answer(arguments, context, services)
    }
  }

  private static func answer(_ arguments: Arguments, _ context: ToolContext, _ services: Services) async throws
    -> JSONObject
  {
    let question = try await services.question(arguments)
    var (own, cleared) = (RequestSettings(), [String]())
    try Self.request.apply(arguments, to: &own, clearing: &cleared)
    let call = ChatService.Call(
      model: try arguments[model].nonEmpty?.notBlank(model.name) ?? question.model,
      credentialID: arguments[credentialID] ?? (arguments[model].nonEmpty == nil ? question.credentialID : nil),
      messages: question.messages, promptSettings: question.settings, settings: own, cleared: cleared,
      session: try session(arguments))
    let isStreamed = arguments[stream]
    let sent = ProgressText(context)
    let forward: (@Sendable (String) -> Void)? = if isStreamed { { part in sent.send(part) } } else { nil }
    let answer = try await services.chat.answer(call, forward: forward)
    let id = "chatcmpl-" + services.makeUUID().filter { $0 != "-" }
    return answer.object(id: id, session: call.session, isStreamed: isStreamed)
  }

  private static func session(_ arguments: Arguments) throws(ToolError) -> String? {
    try arguments[session].nonEmpty?.notBlank(session.name)
  }

  /// The request to the model, and the model named by the prompt.
  fileprivate struct Question {
    var messages: [ChatMessage]
    /// The prompt's.
    var settings: RequestSettings?
    var model: String?
    var credentialID: Int?
  }

  fileprivate static func conversation(_ arguments: Arguments, _ images: ImageReader) throws -> Question? {
    guard let given = arguments[messages] else { return nil }
    guard !given.isEmpty else {
      throw ToolError("messages is empty. Give at least one, such as {role: user, content: ...}.")
    }
    let placed = try MessageReader.messages(given.map(JSONValue.object), at: messages.name, images)
    return Question(messages: placed.map(\.message), model: nil)
  }

  fileprivate static func promptID(_ arguments: Arguments) throws(ToolError) -> Int? {
    guard let id = arguments[promptID] else {
      if arguments[inputs] != nil {
        throw ToolError("inputs are the values of a prompt's variables: give prompt_id too.")
      }
      return nil
    }
    return id
  }

  fileprivate static func rendered(
    _ prompt: PromptRecord, _ arguments: Arguments, _ images: ImageReader
  ) throws -> Question {
    let values = arguments[inputs] ?? [:]
    let template = try RequestTemplate(prompt.template, prompt.settings)
    do {
      let messages = try template.render(inputs: values, images).messages
      return Question(
        messages: messages, settings: prompt.settings, model: prompt.llmModel,
        credentialID: prompt.providerCredentialID)
    } catch let error as EvaluationError {
      let given = values.isEmpty ? "none" : values.keys.joined(separator: ", ")
      throw ToolError(
        "\(error) Prompt \(prompt.id) takes \(template.variables.joined(separator: ", ")); inputs has \(given).")
    }
  }
}

extension Services {
  fileprivate func question(_ arguments: Arguments) async throws -> ChatTools.Question {
    let promptID = try ChatTools.promptID(arguments)
    switch (try ChatTools.conversation(arguments, images), promptID) {
    case (let question?, nil): return question
    case (nil, let promptID?):
      let prompt = try await store.read { try $0.find(PromptRecord.self, promptID) }
      return try ChatTools.rendered(prompt, arguments, images)
    case (_?, _?): throw ToolError("Give either messages or prompt_id with inputs, not both.")
    case (nil, nil): throw ToolError("messages is missing: the conversation to answer, or a prompt_id in its place.")
    }
  }
}
