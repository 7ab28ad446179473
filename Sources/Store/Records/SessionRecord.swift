/// A conversation that a client asked to have kept, by the name that the client gave it.
///
/// What was said is in the ``SessionExchangeRecord`` values that name it, one for each call.
package struct SessionRecord: Record {
  package static var kind: RecordKind { .sessions }
  package static var table: WritableKeyPath<Tables, Table<SessionRecord>> { \.sessions }

  package var id = 0
  /// What clients call it in `session_id`; unique.
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
