/// A stored generation: its encoded bytes and the few fields needed for lists and sums.
package struct GenerationEntry: Sendable {
  package let id: Int
  package let experimentID: Int
  /// The prompt version that was used.
  package let promptID: Int
  /// Whether the provider gave no answer.
  package let isFailed: Bool
  /// Nil until an outcome is reported.
  package let outcome: GenerationRecord.Outcome?
  /// The place of the outcome in the order of recording; see ``GenerationRecord/outcomeOrder``.
  ///
  /// It is 0 for an outcome without one, recorded when the order was not.
  package let outcomeOrder: Int?
  /// Whether the outcome was changed or removed after it had been recorded.
  package let isOutcomeChanged: Bool
  /// What the version was drawn by; nil for one drawn at random.
  package let draw: Draw?
  /// Milliseconds.
  package let latency: Double?
  /// The number of calls that were made for it.
  package let attempts: Int32
  package let promptTokens: Int32
  package let completionTokens: Int32
  package let reasoningTokens: Int32
  /// US dollars of the calls whose cost is known; nil if unknown.
  private let ownCost: Double?
  /// The number of calls of unknown cost, such as those that timed out.
  package let uncountedCalls: Int32
  /// The number of calls that ended in errors of servers, which count as free and may have been billed.
  package let serverErrors: Int32
  package var slice: EncodedSlice
}

extension GenerationEntry {
  /// A draw that a caller can repeat, and which then gives the same version.
  package struct Draw: Sendable, Hashable {
    package let seed: Int
    /// The index of the sample in its call.
    package let sampleIndex: Int
  }
}

extension GenerationEntry: TableEntry {
  package static var table: WritableKeyPath<Tables, EntryTable<Self>> { \.generations }
  package static var kind: RecordKind { .generations }
  package var ownerID: Int { experimentID }

  package init(_ record: GenerationRecord, encodedAs slice: EncodedSlice) {
    id = record.id
    experimentID = record.experimentID
    promptID = record.promptID
    isFailed = record.status == .failed
    outcome = record.outcome
    outcomeOrder = record.outcomeOrder ?? (record.outcome == nil ? nil : 0)
    isOutcomeChanged = record.isOutcomeChanged
    draw = record.seed.map { Draw(seed: $0, sampleIndex: record.sampleIndex) }
    latency = record.latency
    attempts = Int32(clamping: record.attempts)
    promptTokens = Int32(clamping: record.usage?.promptTokens ?? 0)
    completionTokens = Int32(clamping: record.usage?.completionTokens ?? 0)
    reasoningTokens = Int32(clamping: record.usage?.reasoningTokens ?? 0)
    ownCost = record.cost
    uncountedCalls = Int32(clamping: record.uncountedCalls)
    serverErrors = Int32(clamping: record.serverErrors)
    self.slice = slice
  }

  /// US dollars; nil if a part is unknown.
  package var cost: Double? { uncountedCalls > 0 ? nil : ownCost }

  /// US dollars of the known parts.
  package var knownCost: Double { ownCost ?? 0 }

  /// As ``GenerationRecord/lacksCost``.
  package var lacksCost: Bool {
    uncountedCalls == 0 && ownCost == nil && (!isFailed || promptTokens > 0 || completionTokens > 0)
  }
}
