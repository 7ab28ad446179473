package import Store

extension Transaction {
  /// Archives records of a kind, or brings them back; nothing else of them changes, and nothing is deleted.
  ///
  /// - Throws: ``EvaluationError`` for an id without a record.
  package mutating func archive<Row: TaggedRecord>(
    _ type: Row.Type, _ ids: [Int], _ isArchived: Bool
  ) throws(EvaluationError) {
    for id in ids {
      var record = try tables.find(type, id)
      if record.isArchived == isArchived { continue }
      record.isArchived = isArchived
      put(record)
    }
  }
}
