import JSONCoding

/// Reads records and journal entries from a text into tables.
///
/// Unknown fields and violated rules are rejected, because a field lost in reading would be lost for good at the next
/// write.
struct TablesReader {
  /// A change that was read but not yet applied.
  typealias Change = @Sendable (inout Tables) throws -> Void

  var text: [UInt8]
  /// The file that has the text; nil if there is none.
  let file: FileReference?
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
    var ids = IDSet()
    var reviewIDs = IDSet()
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      var row = Row()
      let (start, form) = try readEncodedRecord(into: &row)
      guard ids.insert(row.id) else { throw LoadFailure(offset: start, Self.repeated(Row.kind, row.id)) }
      for id in row.reviewIDs {
        guard reviewIDs.insert(id) else {
          throw LoadFailure(offset: start, "the id \(id) of a review was used before")
        }
        tables.lastReviewID = max(tables.lastReviewID, id)
      }
      _ = table.put(Row.Entry(row, encodedAs: try slice(of: form)))
    }
  }

  // MARK: Records

  /// Reads an array with a function that reads one element and returns its change.
  mutating func changes(_ read: (inout Self) throws -> Change) throws -> [Change] {
    let text = self.text
    var changes: [Change] = []
    var first = true
    while try reader.nextElement(in: text.span, first: &first) { changes.append(try read(&self)) }
    return changes
  }

  /// Reads the highest ids, a member of the document, into the tables.
  mutating func readLastIDs() throws {
    let text = self.text
    let start = reader.position
    guard let object = try reader.value(in: text.span).objectValue else {
      throw LoadFailure(offset: start, "\"\(DocumentLoader.Member.lastIDs)\" is not an object")
    }
    for member in object.members {
      guard let id = member.value.intValue, ValueRange.count.range.contains(id), tables.raiseLastID(member.key, to: id)
      else {
        throw LoadFailure(
          offset: start, "\"\(member.key)\" in \"\(DocumentLoader.Member.lastIDs)\" is not a kind with its last id")
      }
    }
  }

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

  /// Reads an array of encoded records, which may replace others.
  mutating func encodedRecords<Row: EncodedRecord>(_ type: Row.Type) throws -> Change {
    let text = self.text
    var (starts, entries): ([Int], [Row.Entry]) = ([], [])
    var lastReviewID = 0
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      var row = Row()
      let (start, form) = try readEncodedRecord(into: &row)
      starts.append(start)
      entries.append(Row.Entry(row, encodedAs: try slice(of: form)))
      for id in row.reviewIDs { lastReviewID = max(lastReviewID, id) }
    }
    return { [starts, entries, lastReviewID] tables in
      if !tables[keyPath: Row.Entry.table].append(ifNext: entries) {
        for (start, entry) in zip(starts, entries) {
          guard tables[keyPath: Row.Entry.table].putIfNextOrKnown(entry) else {
            throw LoadFailure(offset: start, Self.repeated(Row.kind, entry.id))
          }
        }
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
  func slice(of form: EncodedForm) throws(LoadFailure) -> EncodedSlice {
    let bytes: [UInt8]
    switch form {
    case .upgraded(let upgraded): bytes = upgraded
    case .range(let range):
      if let refusal = EncodedSlice.refusal(ofSize: range.count) {
        throw LoadFailure(offset: range.lowerBound, "a record is too long: \(refusal)")
      }
      if let file {
        return EncodedSlice(in: file, at: offset + range.lowerBound, text.span.extracting(range))
      }
      bytes = Array(text[range])
    }
    return EncodedSlice(bytes)
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
  /// - Parameter row: takes the fields; an empty record.
  /// - Returns: the record's position and what it was read from.
  mutating func readEncodedRecord<Row: StoredRecord>(
    into row: inout Row
  ) throws -> (start: Int, form: EncodedForm) {
    let text = self.text
    _ = try reader.peek(in: text.span)
    let start = reader.position
    if upgrades[Row.kind] == nil, FieldIndexer.read(&row, in: text.span, &reader) {
      return (start, .range(start..<reader.position))
    }
    let object = try readObject(Row.kind)
    do {
      let form: EncodedForm = upgrades[Row.kind] == nil ? .range(start..<reader.position) : .upgraded(object.encoded)
      row = try Row(object)
      return (start, form)
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

  static func repeated(_ kind: RecordKind, _ id: Int) -> String {
    "the id \(id) of a \(kind.singular) was used before"
  }
}
