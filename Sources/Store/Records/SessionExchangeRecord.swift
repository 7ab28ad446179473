package import JSONCoding

/// One call in a session: its new messages, and the model's answer.
///
/// A call without an answer is kept for what it cost. The session goes on as if it had not been made.
package struct SessionExchangeRecord: Record {
  package static var kind: RecordKind { .sessionExchanges }
  package static var table: WritableKeyPath<Tables, Table<SessionExchangeRecord>> { \.sessionExchanges }

  package var id = 0
  package var sessionID = 0
  /// The messages that were new to the session.
  package var messages: [Message] = []
  package var answer = ""
  /// Why there is no answer; nil if there is one.
  package var error: String?
  /// The tool calls of the answer, in the form of Chat Completions.
  package var toolCalls: JSONValue?
  /// The thoughts before these calls that Anthropic, which signed them, wants back with the answer.
  package var signedThoughts: JSONValue?
  /// The model that answered, as the provider names it.
  package var model = ""
  /// The model as the caller named it, with which the session continues.
  package var requestedModel: String?
  package var providerCredentialID: Int?
  /// The settings of the call, with which the session continues; nil for none.
  package var settings: Settings?
  package var finishReason: String?
  /// The tokens of all calls that were counted, with those of attempts without an answer.
  package var usage: TokenCounts?
  /// US dollars of the calls whose cost is known; nil if unknown.
  package var cost: Double?
  /// The number of calls of unknown cost, such as those that timed out.
  package var uncountedCalls = 0
  /// Milliseconds.
  package var latency: Double?
  package var createdAt = Timestamp.zero

  /// A message of a request.
  package struct Message: Fields {
    package enum Role: String, FieldValue { case system, developer, user, assistant, tool }

    package var role = Role.user
    /// Its text.
    package var content = ""
    /// The content in the form of Chat Completions, if it is more than one text.
    package var parts: JSONValue?
    package var name: String?
    package var toolCalls: JSONValue?
    package var toolCallID: String?

    package init() {}

    package init(_ role: Role, _ content: String) {
      self.role = role
      self.content = content
    }

    package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
      try fields.visit("role", &role)
      try fields.visit("content", &content)
      try fields.visit("parts", &parts)
      try fields.visit("name", &name)
      try fields.visit("tool_calls", &toolCalls)
      try fields.visit("tool_call_id", &toolCallID)
    }

    /// The message in the form of Chat Completions.
    package var object: JSONObject {
      let text: JSONValue = content.isEmpty && toolCalls != nil ? .null : .string(content)
      var object: JSONObject = ["role": .string(role.rawValue), "content": parts ?? text]
      object["name"] = name.map(JSONValue.string)
      object["tool_calls"] = toolCalls
      object["tool_call_id"] = toolCallID.map(JSONValue.string)
      return object
    }
  }

  /// The settings of a call that a prompt version can have too, except its messages.
  ///
  /// Others, such as `tool_choice`, concern one call.
  package struct Settings: Fields {
    package var values = RequestSettings()

    package init() {}

    /// Nil where nothing is set.
    package init?(_ settings: RequestSettings) {
      let messages = [RequestSetting.systemPrompt.name, RequestSetting.messages.name]
      for setting in RequestSetting.all(of: .prompt) where !messages.contains(setting.name) {
        values[setting] = settings[setting]
      }
      if values.isEmpty { return nil }
    }

    package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) { try fields.visit(&values) }
  }

  package init() {}

  /// The model's answer as the message with which the session continues.
  package var answerMessage: Message {
    var message = Message(.assistant, answer)
    message.toolCalls = toolCalls
    return message
  }

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("session_id", &sessionID, in: .id)
    try fields.visit("messages", &messages)
    try fields.visit("answer", &answer)
    try fields.visit("error", &error)
    try fields.visit("tool_calls", &toolCalls)
    try fields.visit("signed_thoughts", &signedThoughts)
    try fields.visit("model", &model)
    try fields.visit("requested_model", &requestedModel)
    try fields.visit("provider_credential_id", &providerCredentialID, in: .id)
    try fields.visit("settings", &settings)
    try fields.visit("finish_reason", &finishReason)
    try fields.visit("usage", &usage)
    try fields.visit("cost", &cost, in: .money)
    try fields.visit("uncounted_calls", &uncountedCalls, usually: 0, in: .calls)
    try fields.visit("latency_ms", &latency, in: .latency)
    try fields.visit("created_at", &createdAt)
  }

  package var references: [RecordReference] { [RecordReference(.sessions, sessionID)] }

  package mutating func clearImplausibleFigures() {
    cost = ValueRange.money.known(cost)
    latency = ValueRange.latency.known(latency)
  }
}

extension SessionExchangeRecord: BilledRecord {
  package var isAnswered: Bool { error == nil }
}

extension SessionExchangeRecord: StoredRecord {
  static var singular: String { "exchange of a session" }
  static var firstFormat: Int { 2 }
}
