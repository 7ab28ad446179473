/// A named, ordered set of metrics.
package struct MetricGroupRecord: Record {
  package static var kind: RecordKind { .metricGroups }
  package static var table: WritableKeyPath<Tables, Table<MetricGroupRecord>> { \.metricGroups }

  package var id: Int
  package var name: String
  package var description: String?
  package var metricIDs: [Int]
  package var tagIDs: [Int]
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, name: String, description: String? = nil, metricIDs: [Int] = [], tagIDs: [Int] = [], createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.metricIDs = metricIDs
    self.tagIDs = tagIDs
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    description = try decoder.optionalString("description")
    metricIDs = try decoder.ints("metric_ids")
    tagIDs = try decoder.ints("tag_ids")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("description", description)
    encoder.field("metric_ids", metricIDs)
    encoder.field("tag_ids", tagIDs)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] {
    metricIDs.map { RecordReference(.metrics, $0) } + tagIDs.map { RecordReference(.tags, $0) }
  }

  package func check() throws(RecordError) {
    try ValueRange.id.check(all: metricIDs, "metric_ids")
    try ValueRange.id.check(all: tagIDs, "tag_ids")
  }
}
