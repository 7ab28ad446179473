import JSONCoding

/// Prompt versions that share real traffic, so that the best of them is found.
package struct ExperimentRecord: Record {
  package static var kind: RecordKind { .experiments }
  package static var table: WritableKeyPath<Tables, Table<ExperimentRecord>> { \.experiments }

  /// How a version is drawn.
  package enum Allocation: String, Sendable, CaseIterable {
    /// By the weights.
    case fixed
    /// By the probability of being the best, as the outcomes so far show it.
    case adaptive
  }

  /// Only a running experiment generates.
  package enum Status: String, Sendable, CaseIterable { case running, paused, completed }

  /// One version and its share.
  package struct Arm: Sendable, Equatable {
    package var promptID: Int
    /// Its share relative to the others' weights; 0 leaves it out of a fixed allocation.
    package var weight: Double

    package init(promptID: Int, weight: Double) {
      self.promptID = promptID
      self.weight = weight
    }
  }

  package var id: Int
  package var name: String
  package var arms: [Arm]
  package var allocation: Allocation
  package var status: Status
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, name: String, arms: [Arm], allocation: Allocation, status: Status, createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.arms = arms
    self.allocation = allocation
    self.status = status
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    arms = []
    for arm in try decoder.objects("arms") { arms.append(try Arm(arm)) }
    allocation = try decoder.choice("allocation")
    status = try decoder.choice("status")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("arms", .array(arms.map { ["prompt_id": .int($0.promptID), "weight": .double($0.weight)] }))
    encoder.field("allocation", choice: allocation)
    encoder.field("status", choice: status)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] { arms.map { RecordReference(.prompts, $0.promptID) } }

  package func check() throws(RecordError) {
    for arm in arms {
      _ = try ValueRange.id.check(arm.promptID, "prompt_id")
      _ = try ValueRange.weight.check(arm.weight, "weight")
    }
  }
}

extension ExperimentRecord.Arm {
  fileprivate init(_ object: JSONObject) throws(RecordError) {
    var decoder = RecordDecoder(object)
    promptID = try decoder.int("prompt_id")
    guard let weight = try decoder.optionalDouble("weight") else { throw .missing(field: "weight") }
    self.weight = weight
    try decoder.finish()
  }
}
