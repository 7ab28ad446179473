import JSONCoding

/// One call in a session: the messages that were new in it, and what the model answered.
package struct SessionExchangeRecord: Record {
  package static var kind: RecordKind { .sessionExchanges }
  package static var table: WritableKeyPath<Tables, Table<SessionExchangeRecord>> { \.sessionExchanges }

  package var id: Int
  package var sessionID: Int
  /// The messages that the session did not have before.
  package var messages: [Message]
  package var answer: String
  /// The model that answered, as the provider names it.
  package var model: String
  /// The model as the caller named it, with which the session goes on.
  package var requestedModel: String?
  package var providerCredentialID: Int?
  package var finishReason: String?
  package var usage: ResponseRecord.Usage?
  /// US dollars; nil where it cannot be known.
  package var cost: Double?
  /// Milliseconds.
  package var latency: Double?
  package var createdAt: Timestamp

  /// One message that was sent.
  package struct Message: Sendable, Equatable {
    package enum Role: String, Sendable { case system, user, assistant }

    package var role: Role
    package var content: String

    package init(_ role: Role, _ content: String) {
      self.role = role
      self.content = content
    }
  }

  package init(
    id: Int, sessionID: Int, messages: [Message], answer: String, model: String,
    requestedModel: String? = nil, providerCredentialID: Int? = nil, finishReason: String? = nil,
    usage: ResponseRecord.Usage? = nil, cost: Double? = nil, latency: Double? = nil, createdAt: Timestamp
  ) {
    self.id = id
    self.sessionID = sessionID
    self.messages = messages
    self.answer = answer
    self.model = model
    self.requestedModel = requestedModel
    self.providerCredentialID = providerCredentialID
    self.finishReason = finishReason
    self.usage = usage
    self.cost = cost
    self.latency = latency
    self.createdAt = createdAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    sessionID = try decoder.int("session_id")
    messages = []
    for message in try decoder.objects("messages") { messages.append(try Message(message)) }
    answer = try decoder.string("answer")
    model = try decoder.string("model")
    requestedModel = try decoder.optionalString("requested_model")
    providerCredentialID = try decoder.optionalInt("provider_credential_id")
    finishReason = try decoder.optionalString("finish_reason")
    usage = try decoder.optionalObject("usage").map { object throws(RecordError) in try ResponseRecord.Usage(object) }
    cost = try decoder.optionalDouble("cost")
    latency = try decoder.optionalDouble("latency_ms")
    createdAt = try decoder.timestamp("created_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("session_id", sessionID)
    encoder.field("messages", .array(messages.map { .object($0.json) }))
    encoder.field("answer", answer)
    encoder.field("model", model)
    encoder.field("requested_model", requestedModel)
    encoder.field("provider_credential_id", providerCredentialID)
    encoder.field("finish_reason", finishReason)
    if let usage { encoder.field("usage", .object(usage.json)) }
    encoder.field("cost", cost)
    encoder.field("latency_ms", latency)
    encoder.field("created_at", createdAt)
  }

  package var references: [RecordReference] { [RecordReference(.sessions, sessionID)] }

  package func check() throws(RecordError) {
    _ = try ValueRange.id.check(sessionID, "session_id")
    try ValueRange.id.check(ifAny: providerCredentialID, "provider_credential_id")
    try ValueRange.money.check(ifAny: cost, "cost")
    try ValueRange.latency.check(ifAny: latency, "latency_ms")
  }

  package mutating func dropImpossibleFigures() {
    cost = ValueRange.money.known(cost)
    latency = ValueRange.latency.known(latency)
  }
}

extension SessionExchangeRecord.Message {
  fileprivate init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    role = try decoder.choice("role")
    content = try decoder.string("content")
    try decoder.finish()
  }

  fileprivate var json: JSONObject {
    ["role": .string(role.rawValue), "content": .string(content)]
  }
}
