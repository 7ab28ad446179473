/// A label that other records carry by its id.
package struct TagRecord: Record {
  package static var kind: RecordKind { .tags }
  package static var table: WritableKeyPath<Tables, Table<TagRecord>> { \.tags }

  package var id: Int
  package var name: String
  package var color: String
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(id: Int, name: String, color: String, createdAt: Timestamp, updatedAt: Timestamp) {
    self.id = id
    self.name = name
    self.color = color
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    color = try decoder.string("color")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("color", color)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] { [] }
}
