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

extension Tables {
  /// The session that clients call by this name.
  package func session(named key: String) -> SessionRecord? { sessions.all.first { $0.key == key } }

  /// What was said in a session, the oldest first.
  package func exchanges(ofSession id: Int) -> [SessionExchangeRecord] {
    sessionExchanges.all.filter { $0.sessionID == id }.sorted { $0.id < $1.id }
  }

  /// What was said in each session, the oldest first, by the session's id.
  package var exchangesBySession: [Int: [SessionExchangeRecord]] {
    Dictionary(grouping: sessionExchanges.all.sorted { $0.id < $1.id }, by: \.sessionID)
  }
}

extension Transaction {
  /// The session of this name, made if there is none.
  package mutating func session(named key: String) -> SessionRecord {
    tables.session(named: key)
      ?? insert(
        SessionRecord {
          $0.key = key
          $0.createdAt = now
        })
  }

  /// Removes a session with all that was said in it.
  /// - Returns: how many exchanges there were.
  @discardableResult
  package mutating func deleteSession(_ id: Int) -> Int {
    let exchanges = tables.exchanges(ofSession: id)
    for exchange in exchanges { delete(SessionExchangeRecord.self, id: exchange.id) }
    delete(SessionRecord.self, id: id)
    return exchanges.count
  }
}
