/// A named, ordered set of metrics.
package struct MetricGroupRecord: Record {
  package static var kind: RecordKind { .metricGroups }
  package static var table: WritableKeyPath<Tables, Table<MetricGroupRecord>> { \.metricGroups }

  package var id = 0
  package var name = ""
  package var description: String?
  package var metricIDs: [Int] = []
  package var tagIDs: [Int] = []
  /// Whether lists leave it out unless asked for it.
  package var isArchived = false
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("description", &description)
    try fields.visit("metric_ids", &metricIDs, in: .id)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("archived", &isArchived, usually: false)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    metricIDs.map { RecordReference(.metrics, $0) } + tagIDs.map { RecordReference(.tags, $0) }
  }
}

extension MetricGroupRecord: StoredRecord {
  static var singular: String { "metric group" }
}
