/// A conversation that is stored under the name that a client gave it.
///
/// Its contents are the ``SessionExchangeRecord`` values that refer to it, one for each call.
package struct SessionRecord: Record {
  package static var kind: RecordKind { .sessions }
  package static var table: WritableKeyPath<Tables, Table<SessionRecord>> { \.sessions }

  package var id = 0
  /// The unique name that clients use as `session_id`.
  package var key = ""
  package var createdAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("key", &key)
    try fields.visit("created_at", &createdAt)
  }

  package var references: [RecordReference] { [] }
}

extension SessionRecord: StoredRecord {
  static var singular: String { "session" }
  static var firstFormat: Int { 2 }
}
