import JSONCoding

/// Prompt versions that share live traffic to find the best of them.
package struct ExperimentRecord: Record {
  package static var kind: RecordKind { .experiments }
  package static var table: WritableKeyPath<Tables, Table<ExperimentRecord>> { \.experiments }

  /// The way a version is drawn.
  package enum Allocation: String, FieldValue, CaseIterable {
    /// By weight.
    case fixed
    /// By the probability of being the best, given the outcomes so far.
    case adaptive
  }

  /// Only a running experiment generates.
  package enum Status: String, FieldValue, CaseIterable { case running, paused, completed }

  /// One version and its share of the traffic.
  package struct Arm: Fields {
    package var promptID = 0
    /// The share relative to the other weights; 0 excludes the version from fixed allocation.
    package var weight = 1.0

    package init() {}

    package init(promptID: Int, weight: Double) {
      self.promptID = promptID
      self.weight = weight
    }

    package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
      try fields.visit("prompt_id", &promptID, in: .id)
      try fields.visit("weight", &weight, in: .weight)
    }
  }

  package var id = 0
  package var name = ""
  package var arms: [Arm] = []
  package var allocation = Allocation.fixed
  package var status = Status.running
  /// The number of calls that have begun and are not recorded: they are under way, or a server ended while they were.
  package var openCalls = 0
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("arms", &arms)
    try fields.visit("allocation", &allocation)
    try fields.visit("status", &status)
    try fields.visit("open_calls", &openCalls, usually: 0, in: .calls)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] { arms.map { RecordReference(.prompts, $0.promptID) } }
}

extension ExperimentRecord: StoredRecord {
  static var singular: String { "experiment" }
  static var firstFormat: Int { 2 }
  static var parts: (any EncodedRecord.Type)? { GenerationRecord.self }
}
