import JSONCoding

/// Reads records and journal entries from a text into tables.
///
/// Unknown fields and violated rules are rejected, because a field lost in reading would be lost for good at the next
/// write.
struct TablesReader {
  /// A change that was read but not yet applied.
  typealias Change = (inout Tables) throws -> Void

  let text: [UInt8]
  /// The file that has the text; nil if there is none.
  let file: FileDescriptor?
  /// The offset of the text in its file.
  var offset = 0
  var reader: JSONReader
  var tables: Tables
  /// The upgrades of the text's records to the current format, in order.
  var upgrades: [RecordKind: [StoreFormat.Upgrade]] = [:]

  // MARK: Document

  /// Reads the array of records of one type, whose ids must be new.
  mutating func readRecords<Row: Record & StoredRecord>(_ type: Row.Type) throws {
    let text = self.text
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      _ = try reader.peek(in: text.span)
      let start = reader.position
      do {
        try record(type, mustBeNew: true)(&tables)
      } catch {
        throw LoadFailure(error, near: start)
      }
    }
  }

  /// Reads the array of encoded records of one type, whose ids must be new.
  mutating func readEncodedRecords<Row: EncodedRecord>(_ type: Row.Type) throws {
    let text = self.text
    var table = EntryTable<Row.Entry>()
    swap(&table, &tables[keyPath: Row.Entry.table])
    defer { swap(&table, &tables[keyPath: Row.Entry.table]) }
    var ids: Set<Int> = []
    var reviewIDs: Set<Int> = []
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      let (start, row, form) = try readEncodedRecord(type)
      guard ids.insert(row.id).inserted else { throw LoadFailure(offset: start, Self.repeated(Row.kind, row.id)) }
      for id in row.reviewIDs {
        guard reviewIDs.insert(id).inserted else {
          throw LoadFailure(offset: start, "the id \(id) of a review was used before")
        }
        tables.lastReviewID = max(tables.lastReviewID, id)
      }
      _ = table.put(Row.Entry(row, encodedAs: slice(of: form)))
    }
  }

  // MARK: Journal

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
      case "delete": try readDeletions(into: &changes, counts: &counts)
      case "clear":
        for id in try readIDs() { changes.append { _ = $0.responses.removeAll(of: id) } }
      case "put": try readPuts(into: &changes)
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
    let text = self.text
    // A tool may have put the lines that complete records before these records.
    var completing: [Change] = []
    var firstKind = true
    while let kind = try nextKind(&firstKind) {
      var first = true
      while try reader.nextElement(in: text.span, first: &first) {
        let change = try kind.type.readChange(with: &self)
        if kind.type.completed == nil { changes.append(change) } else { completing.append(change) }
      }
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

  // MARK: Records

  /// Reads a record at the reader's position.
  ///
  /// - Parameter mustBeNew: whether its id must be unused; otherwise it may also be that of an existing record.
  mutating func record<Row: Record>(_ type: Row.Type, mustBeNew: Bool) throws -> Change {
    let text = self.text
    _ = try reader.peek(in: text.span)
    let start = reader.position
    let object = try readObject(Row.kind)
    let row: Row
    do {
      row = try Row(object)
      _ = try ValueRange.id.check(row.id, "id")
    } catch {
      throw LoadFailure(error, near: start)
    }
    return { tables in
      let isKnown = tables[keyPath: Row.table].contains(id: row.id)
      let isNext = row.id > tables[keyPath: Row.table].lastID
      guard mustBeNew ? !isKnown : isKnown || isNext else {
        throw LoadFailure(offset: start, Self.repeated(Row.kind, row.id))
      }
      _ = tables[keyPath: Row.table].put(row)
    }
  }

  /// Reads an encoded record at the reader's position.
  mutating func encodedRecord<Row: EncodedRecord>(_ type: Row.Type) throws -> Change {
    let (start, row, form) = try readEncodedRecord(type)
    let entry = Row.Entry(row, encodedAs: slice(of: form))
    let lastReviewID = row.reviewIDs.max() ?? 0
    return { tables in
      guard tables[keyPath: Row.Entry.table].putIfNextOrKnown(entry) else {
        throw LoadFailure(offset: start, Self.repeated(Row.kind, entry.id))
      }
      tables.lastReviewID = max(tables.lastReviewID, lastReviewID)
    }
  }

  /// What a record was read from.
  enum EncodedForm {
    /// The range of the text that has it in the current format.
    case range(Range<Int>)
    /// Its bytes, after an upgrade.
    case upgraded([UInt8])
  }

  /// The place of a record in the file, or its bytes.
  private func slice(of form: EncodedForm) -> EncodedSlice {
    guard case .range(let range) = form, let file else { return EncodedSlice(bytes(of: form)) }
    return EncodedSlice(in: file, at: offset + range.lowerBound, text.span.extracting(range))
  }

  /// The bytes of a record.
  func bytes(of form: EncodedForm) -> [UInt8] {
    switch form {
    case .range(let range): Array(text[range])
    case .upgraded(let bytes): bytes
    }
  }

  /// Reads the indexed fields of a record at the reader's position.
  ///
  /// - Returns: the record's position, these fields and what they were read from.
  mutating func readEncodedRecord<Row: StoredRecord>(
    _ type: Row.Type
  ) throws -> (start: Int, row: Row, form: EncodedForm) {
    let text = self.text
    _ = try reader.peek(in: text.span)
    let start = reader.position
    if upgrades[Row.kind] == nil, let row: Row = FieldIndexer.read(in: text, &reader) {
      return (start, row, .range(start..<reader.position))
    }
    let object = try readObject(Row.kind)
    do {
      let form: EncodedForm = upgrades[Row.kind] == nil ? .range(start..<reader.position) : .upgraded(object.encoded)
      return (start, try Row(object), form)
    } catch {
      throw LoadFailure(error, near: start)
    }
  }

  /// Reads an object at the reader's position and upgrades it to the current format.
  private mutating func readObject(_ kind: RecordKind) throws -> JSONObject {
    let text = self.text
    _ = try reader.peek(in: text.span)
    let start = reader.position
    guard var object = try reader.value(in: text.span).objectValue else {
      throw LoadFailure(offset: start, "a \(kind.singular) must be an object")
    }
    do {
      for upgrade in upgrades[kind] ?? [] { try upgrade(&object) }
    } catch {
      throw LoadFailure(error, near: start)
    }
    return object
  }

  private static func repeated(_ kind: RecordKind, _ id: Int) -> String {
    "the id \(id) of a \(kind.singular) was used before"
  }
}
