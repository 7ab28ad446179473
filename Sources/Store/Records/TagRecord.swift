/// A label that other records refer to by its id.
package struct TagRecord: Record {
  package static var kind: RecordKind { .tags }
  package static var table: WritableKeyPath<Tables, Table<TagRecord>> { \.tags }

  package var id = 0
  package var name = ""
  package var color = ""
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("color", &color)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] { [] }
  package var indexedName: String? { name }
}

extension TagRecord: StoredRecord {
  static var singular: String { "tag" }
}
