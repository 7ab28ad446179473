package import JSONCoding

/// The output of one version of an experiment for one set of inputs, with its outcome.
///
/// There are many generations; like responses they are kept encoded and represented by ``GenerationEntry`` values.
package struct GenerationRecord: Fields {
  /// The reported outcome of a generation.
  package enum Outcome: String, FieldValue, CaseIterable { case positive, negative }
  /// Whether the provider answered.
  package enum Status: String, FieldValue { case completed, failed }

  /// The caller's description of itself and its call.
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

  package var id = 0
  package var experimentID = 0
  /// The prompt version that was used.
  package var promptID = 0
  /// The index of the sample in its call, from 0.
  package var sampleIndex = 0
  package var status = Status.completed
  package var outcome: Outcome?
  /// The place of the outcome among those of the experiment, in the order of recording.
  ///
  /// The first outcome of a generation fixes its place, and neither a correction nor a removal changes it. A failed
  /// generation has the place of the outcome recorded last before it, or nil if it takes that of another generation.
  package var outcomeOrder: Int?
  /// Whether the outcome was changed or removed after it had been recorded.
  package var isOutcomeChanged = false
  /// The seed by which the caller had the version drawn; nil for a version drawn at random.
  package var seed: Int?
  package var inputs: JSONObject = [:]
  /// The text of the answer, or its tool calls as JSON.
  package var output: String?
  /// The tool calls of the answer, in the form of Chat Completions.
  package var toolCalls: JSONValue?
  /// The text that the model wrote besides its tool calls.
  package var textBesideCalls: String?
  package var error: String?
  /// The model that answered, as the provider names it.
  package var model: String?
  package var finishReason: String?
  /// Milliseconds of the successful call.
  package var latency: Double?
  /// The number of calls that were made for it.
  package var attempts = 1
  package var usage: TokenCounts?
  /// US dollars of the calls whose cost is known; nil if unknown.
  package var cost: Double?
  /// The number of calls of unknown cost, such as those that timed out.
  package var uncountedCalls = 0
  /// The number of calls that ended in errors of servers, which count as free and may have been billed.
  package var serverErrors = 0
  package var caller = Caller()
  package var warnings: [String] = []
  /// The request and response, without keys.
  package var providerRequest: JSONObject?
  package var providerResponse: JSONObject?
  package var createdAt = Timestamp.zero

  package init() {}
}

extension GenerationRecord {
  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("experiment_id", &experimentID, in: .id)
    try fields.visit("prompt_id", &promptID, in: .id)
    try fields.visit("sample_index", &sampleIndex, in: .rows)
    try fields.visit("status", &status)
    try fields.visit("outcome", &outcome)
    try fields.visit("outcome_order", &outcomeOrder, in: .count)
    try fields.visit("outcome_changed", &isOutcomeChanged, usually: false)
    try fields.visit("seed", &seed, in: .integer)
    try fields.visit(unindexed: "inputs", &inputs)
    try fields.visit(unindexed: "output", &output)
    try fields.visit(unindexed: "tool_calls", &toolCalls)
    try fields.visit(unindexed: "text_beside_calls", &textBesideCalls)
    try fields.visit(unindexed: "error", &error)
    try fields.visit(unindexed: "model", &model)
    try fields.visit(unindexed: "finish_reason", &finishReason)
    try fields.visit("latency_ms", &latency, in: .latency)
    try fields.visit("attempts", &attempts, usually: 1, in: .calls)
    try fields.visit("usage", &usage)
    try fields.visit("cost", &cost, in: .money)
    try fields.visit("uncounted_calls", &uncountedCalls, usually: 0, in: .calls)
    try fields.visit("server_errors", &serverErrors, usually: 0, in: .calls)
    try fields.visit(unindexed: "session_id", &caller.sessionID)
    try fields.visit(unindexed: "session_reference_id", &caller.sessionReferenceID)
    try fields.visit(unindexed: "user", &caller.user)
    try fields.visit(unindexed: "metadata", &caller.metadata)
    try fields.visit(unindexed: "warnings", &warnings)
    try fields.visit(unindexed: "provider_request", &providerRequest)
    try fields.visit(unindexed: "provider_response", &providerResponse)
    try fields.visit(unindexed: "created_at", &createdAt)
  }

  /// Removes implausible figures reported by a provider.
  mutating func clearImplausibleFigures() {
    cost = ValueRange.money.known(cost)
    latency = ValueRange.latency.known(latency)
  }
}

extension GenerationRecord: BilledRecord {
  package var isAnswered: Bool { status == .completed }
}

extension GenerationRecord: EncodedRecord {
  typealias Entry = GenerationEntry
  static var singular: String { "generation" }
  static var firstFormat: Int { 2 }
  var references: [RecordReference] {
    [RecordReference(.experiments, experimentID), RecordReference(.prompts, promptID)]
  }

  static func remove(_ id: Int, from tables: inout Tables) { tables.generations.remove([id]) }

  static func danglingReference(in tables: Tables) -> Tables.DanglingReference? {
    for experimentID in tables.generations.ownerIDs {
      let isKnown = tables.experiments.contains(id: experimentID)
      for entry in tables.generations.entries(of: experimentID)
      where !isKnown || !tables.prompts.contains(id: entry.promptID) {
        let reference = RecordReference(isKnown ? .prompts : .experiments, isKnown ? entry.promptID : experimentID)
        return Tables.DanglingReference(kind: kind, id: entry.id, reference: reference)
      }
    }
    return nil
  }
}
