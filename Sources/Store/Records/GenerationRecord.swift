package import JSONCoding

/// What one version of an experiment made of one set of inputs, and what became of it.
///
/// Generations are many; like responses they are kept encoded and handed out as ``GenerationEntry`` values.
package struct GenerationRecord: Sendable, Equatable {
  /// What somebody said of a generation.
  package enum Outcome: String, Sendable, CaseIterable { case positive, negative }
  /// Whether the provider answered.
  package enum Status: String, Sendable { case completed, failed }

  /// Tokens as the provider counted them.
  package struct Usage: Sendable, Equatable {
    package var promptTokens: Int
    package var completionTokens: Int
    /// Of the completion tokens, those spent on reasoning.
    package var reasoningTokens: Int

    /// Takes what a provider has counted; a number that cannot be a count becomes the nearest that can.
    package init(promptTokens: Int, completionTokens: Int, reasoningTokens: Int) {
      self.promptTokens = ValueRange.tokens.clamp(promptTokens)
      self.completionTokens = ValueRange.tokens.clamp(completionTokens)
      self.reasoningTokens = ValueRange.tokens.clamp(reasoningTokens)
    }
  }

  /// What the caller said about itself and its call.
  package struct Caller: Sendable, Equatable {
    package var sessionID: String?
    package var sessionReferenceID: String?
    package var user: String?
    package var metadata: JSONObject?

    package init(
      sessionID: String? = nil, sessionReferenceID: String? = nil, user: String? = nil, metadata: JSONObject? = nil
    ) {
      self.sessionID = sessionID
      self.sessionReferenceID = sessionReferenceID
      self.user = user
      self.metadata = metadata
    }
  }

  package var id: Int
  package var experimentID: Int
  /// The version that made it.
  package var promptID: Int
  /// Which sample of its call it is, from 0.
  package var sampleIndex: Int
  package var status: Status
  package var outcome: Outcome?
  package var inputs: JSONObject
  package var output: String?
  package var error: String?
  /// The model that answered, as the provider names it.
  package var model: String?
  package var finishReason: String?
  /// Milliseconds of the call that answered.
  package var latency: Double?
  package var usage: Usage?
  /// US dollars; nil where it cannot be known.
  package var cost: Double?
  package var caller: Caller
  package var warnings: [String]
  /// What was sent to the provider and what it answered, without keys.
  package var providerRequest: JSONObject?
  package var providerResponse: JSONObject?
  package var createdAt: Timestamp

  package init(
    id: Int, experimentID: Int, promptID: Int, sampleIndex: Int, status: Status, outcome: Outcome? = nil,
    inputs: JSONObject, output: String? = nil, error: String? = nil, model: String? = nil, finishReason: String? = nil,
    latency: Double? = nil, usage: Usage? = nil, cost: Double? = nil, caller: Caller = Caller(),
    warnings: [String] = [], providerRequest: JSONObject? = nil, providerResponse: JSONObject? = nil,
    createdAt: Timestamp
  ) {
    self.id = id
    self.experimentID = experimentID
    self.promptID = promptID
    self.sampleIndex = sampleIndex
    self.status = status
    self.outcome = outcome
    self.inputs = inputs
    self.output = output
    self.error = error
    self.model = model
    self.finishReason = finishReason
    self.latency = latency
    self.usage = usage
    self.cost = cost
    self.caller = caller
    self.warnings = warnings
    self.providerRequest = providerRequest
    self.providerResponse = providerResponse
    self.createdAt = createdAt
  }
}

extension GenerationRecord {
  package init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    id = try decoder.int("id")
    experimentID = try decoder.int("experiment_id")
    promptID = try decoder.int("prompt_id")
    sampleIndex = try decoder.int("sample_index")
    status = try decoder.choice("status")
    outcome = try decoder.optionalChoice("outcome")
    inputs = try decoder.object("inputs")
    output = try decoder.optionalString("output")
    error = try decoder.optionalString("error")
    model = try decoder.optionalString("model")
    finishReason = try decoder.optionalString("finish_reason")
    latency = try decoder.optionalDouble("latency_ms")
    usage = try decoder.optionalObject("usage").map { object throws(RecordError) in try Usage(object) }
    cost = try decoder.optionalDouble("cost")
    caller = Caller(
      sessionID: try decoder.optionalString("session_id"),
      sessionReferenceID: try decoder.optionalString("session_reference_id"),
      user: try decoder.optionalString("user"), metadata: try decoder.optionalObject("metadata"))
    warnings = try decoder.strings("warnings")
    providerRequest = try decoder.optionalObject("provider_request")
    providerResponse = try decoder.optionalObject("provider_response")
    createdAt = try decoder.timestamp("created_at")
    try decoder.finish()
  }

  /// The record as one line of JSON, without the line feed.
  package var encoded: [UInt8] {
    var encoder = RecordEncoder()
    encoder.field("id", id)
    encoder.field("experiment_id", experimentID)
    encoder.field("prompt_id", promptID)
    encoder.field("sample_index", sampleIndex)
    encoder.field("status", choice: status)
    encoder.field("outcome", choice: outcome)
    encoder.field("inputs", .object(inputs))
    encoder.field("output", output)
    encoder.field("error", error)
    encoder.field("model", model)
    encoder.field("finish_reason", finishReason)
    encoder.field("latency_ms", latency)
    if let usage { encoder.field("usage", .object(usage.json)) }
    encoder.field("cost", cost)
    encoder.field("session_id", caller.sessionID)
    encoder.field("session_reference_id", caller.sessionReferenceID)
    encoder.field("user", caller.user)
    if let metadata = caller.metadata { encoder.field("metadata", .object(metadata)) }
    encoder.field("warnings", warnings)
    if let providerRequest { encoder.field("provider_request", .object(providerRequest)) }
    if let providerResponse { encoder.field("provider_response", .object(providerResponse)) }
    encoder.field("created_at", createdAt)
    return encoder.finish()
  }

  /// Refuses numbers that loading would refuse.
  func check() throws(RecordError) {
    _ = try ValueRange.id.check(promptID, GenerationField.promptID.name)
    _ = try ValueRange.rows.check(sampleIndex, GenerationField.sampleIndex.name)
    try ValueRange.latency.check(ifAny: latency, GenerationField.latency.name)
    try ValueRange.money.check(ifAny: cost, GenerationField.cost.name)
  }

  /// Makes unknown what a provider has reported and cannot be true.
  mutating func dropImpossibleFigures() {
    cost = ValueRange.money.known(cost)
    latency = ValueRange.latency.known(latency)
  }
}

extension GenerationRecord.Usage {
  init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    promptTokens = try ValueRange.tokens.check(decoder.int("prompt_tokens"), "prompt_tokens")
    completionTokens = try ValueRange.tokens.check(decoder.int("completion_tokens"), "completion_tokens")
    reasoningTokens = try ValueRange.tokens.check(decoder.int("reasoning_tokens"), "reasoning_tokens")
    try decoder.finish()
  }

  fileprivate var json: JSONObject {
    [
      "prompt_tokens": .int(promptTokens), "completion_tokens": .int(completionTokens),
      "reasoning_tokens": .int(reasoningTokens),
    ]
  }
}
