import JSONCoding

/// The entries of the journal.
extension TablesReader {
  /// Reads one entry and returns its changes in order.
  mutating func readEntry() throws -> [Change] {
    let text = self.text
    var changes: [Change] = []
    // Apply last-id bumps after the puts: a record inserted and deleted in one transaction appears only here, and the
    // puts may use lower ids.
    var counts: [Change] = []
    var first = true
    while let key = try reader.nextKey(in: text.span, first: &first) {
      switch key.key {
      case JournalEntry.Member.deletions: try readDeletions(into: &changes, counts: &counts)
      case JournalEntry.Member.clearedRuns:
        for id in try readIDs() { changes.append { _ = $0.responses.removeAll(of: id) } }
      case JournalEntry.Member.puts: try readPuts(into: &changes)
      default: throw LoadFailure(offset: key.offset, "the member \"\(key.key)\" is unknown in a journal entry")
      }
    }
    return changes + counts
  }

  private mutating func readDeletions(into changes: inout [Change], counts: inout [Change]) throws {
    var first = true
    while let kind = try nextKind(&first) {
      let ids = try readIDs()
      counts.append { _ = $0.raiseLastID(kind.rawValue, to: ids.max() ?? 0) }
      if kind == .generations {
        // Thousands of generations can be deleted with their prompt version.
        changes.append { $0.generations.remove(Set(ids)) }
      } else {
        for id in ids { changes.append { $0.delete(kind, id: id) } }
      }
    }
  }

  private mutating func readPuts(into changes: inout [Change]) throws {
    // A tool may have put the lines that complete records before these records.
    var completing: [Change] = []
    var firstKind = true
    while let kind = try nextKind(&firstKind) {
      let read = try kind.type.readChanges(with: &self)
      if kind.type.completed == nil { changes += read } else { completing += read }
    }
    changes += completing
  }

  private mutating func readIDs() throws -> [Int] {
    let text = self.text
    let start = reader.position
    guard let values = try reader.value(in: text.span).arrayValue else {
      throw LoadFailure(offset: start, "a list of ids is expected")
    }
    return try values.map { value in
      guard let id = value.intValue, ValueRange.id.range.contains(id) else {
        throw LoadFailure(offset: start, "\(value.text) is not an id")
      }
      return id
    }
  }

  private mutating func nextKind(_ first: inout Bool) throws -> RecordKind? {
    let text = self.text
    guard let key = try reader.nextKey(in: text.span, first: &first) else { return nil }
    guard let kind = RecordKind(rawValue: key.key) else {
      throw LoadFailure(offset: key.offset, "\"\(key.key)\" is not a kind of record")
    }
    return kind
  }
}
