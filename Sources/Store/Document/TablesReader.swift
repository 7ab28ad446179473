import JSONCoding

/// Reads records and journal entries from a text into tables.
///
/// What it does not know or what breaks a rule is refused: a field that was lost in reading would be lost for good at the
/// next write.
struct TablesReader {
  /// A change read from the text, not yet made.
  typealias Change = (inout Tables) throws -> Void

  let text: [UInt8]
  var reader: JSONReader
  var tables: Tables
  /// What turns the text's records into those of today, in order.
  var upgrades: [RecordKind: [StoreFormat.Upgrade]] = [:]

  // MARK: The records of the document

  /// Reads the array of records of one type; every id must be new.
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

  mutating func readResponses() throws {
    let text = self.text
    var ids: Set<Int> = []
    var reviewIDs: Set<Int> = []
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      _ = try reader.peek(in: text.span)
      let start = reader.position
      do {
        let result = try readEncoded(.responses, ResponseIndexer.read)
        guard ids.insert(result.entry.id).inserted else {
          throw LoadFailure(offset: start, Self.repeated(.responses, result.entry.id))
        }
        for id in result.reviewIDs where !reviewIDs.insert(id).inserted {
          throw LoadFailure(offset: start, "the id \(id) of a review was used before")
        }
        Self.put(result, into: &tables)
      } catch {
        throw LoadFailure(error, near: start)
      }
    }
  }

  mutating func readGenerations() throws {
    let text = self.text
    var ids: Set<Int> = []
    var first = true
    while try reader.nextElement(in: text.span, first: &first) {
      _ = try reader.peek(in: text.span)
      let start = reader.position
      do {
        let entry = try readEncoded(.generations, GenerationIndexer.read)
        guard ids.insert(entry.id).inserted else {
          throw LoadFailure(offset: start, Self.repeated(.generations, entry.id))
        }
        _ = tables.generations.put(entry)
      } catch {
        throw LoadFailure(error, near: start)
      }
    }
  }

  // MARK: The journal

  /// Reads one entry and returns the changes it describes, in the order in which they are made.
  mutating func readEntry() throws -> [Change] {
    let text = self.text
    var changes: [Change] = []
    // A record made by the same transaction left no other trace of its id; lower ones that it made may be put.
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
        // They are removed by the ten thousand, with the prompt version that made them.
        changes.append { $0.generations.remove(Set(ids)) }
      } else {
        for id in ids { changes.append { $0.delete(kind, id: id) } }
      }
    }
  }

  private mutating func readPuts(into changes: inout [Change]) throws {
    let text = self.text
    var firstKind = true
    while let kind = try nextKind(&firstKind) {
      var first = true
      while try reader.nextElement(in: text.span, first: &first) {
        changes.append(try kind.type.readChange(with: &self))
      }
    }
  }

  private mutating func readIDs() throws -> [Int] {
    let text = self.text
    let start = reader.position
    guard let values = try reader.value(in: text.span).arrayValue else {
      throw LoadFailure(offset: start, "a list of ids is expected")
    }
    return try values.map { value in
      guard let id = value.intValue, ValueRange.id.range.contains(id) else {
        throw LoadFailure(offset: start, "\(value.text) is no id")
      }
      return id
    }
  }

  private mutating func nextKind(_ first: inout Bool) throws -> RecordKind? {
    let text = self.text
    guard let key = try reader.nextKey(in: text.span, first: &first) else { return nil }
    guard let kind = RecordKind(rawValue: key.key) else {
      throw LoadFailure(offset: key.offset, "\"\(key.key)\" is no kind of record")
    }
    return kind
  }

  // MARK: One record

  /// Reads one record at the reader's position.
  ///
  /// - Parameter mustBeNew: whether its id must not have been used; else it may also be that of a record in the tables.
  mutating func record<Row: Record>(_ type: Row.Type, mustBeNew: Bool) throws -> Change {
    let text = self.text
    let bytes = text.span
    _ = try reader.peek(in: bytes)
    let start = reader.position
    guard var object = try reader.value(in: bytes).objectValue else {
      throw LoadFailure(offset: start, "a \(Row.kind.singular) must be an object")
    }
    let row: Row
    do {
      for upgrade in upgrades[Row.kind] ?? [] { try upgrade(&object) }
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

  mutating func response() throws -> Change {
    let (start, result) = try encoded(.responses, ResponseIndexer.read)
    return { tables in
      let entry = result.entry
      guard
        entry.id > tables.responses.lastID || tables.responses.entry(entry.id, ofRun: entry.runID) != nil
      else { throw LoadFailure(offset: start, Self.repeated(.responses, entry.id)) }
      Self.put(result, into: &tables)
    }
  }

  mutating func generation() throws -> Change {
    let (start, entry) = try encoded(.generations, GenerationIndexer.read)
    return { tables in
      let isKnown = tables.generations.entry(entry.id)?.experimentID == entry.experimentID
      guard entry.id > tables.generations.lastID || isKnown else {
        throw LoadFailure(offset: start, Self.repeated(.generations, entry.id))
      }
      _ = tables.generations.put(entry)
    }
  }

  /// Reads at the reader's position a record that stays encoded, and puts the position into what goes wrong.
  private mutating func encoded<Result>(
    _ kind: RecordKind, _ read: ([UInt8], inout JSONReader) throws -> Result
  ) throws -> (start: Int, result: Result) {
    let text = self.text
    _ = try reader.peek(in: text.span)
    let start = reader.position
    do {
      return (start, try readEncoded(kind, read))
    } catch let error as JSONError {
      // The end of a torn entry must be told from a record that breaks a rule.
      throw error
    } catch {
      throw LoadFailure(error, near: start)
    }
  }

  private mutating func readEncoded<Result>(
    _ kind: RecordKind, _ read: ([UInt8], inout JSONReader) throws -> Result
  ) throws -> Result {
    let text = self.text
    guard let upgrades = upgrades[kind] else { return try read(text, &reader) }
    _ = try reader.peek(in: text.span)
    let start = reader.position
    guard var object = try reader.value(in: text.span).objectValue else {
      throw LoadFailure(offset: start, "a \(kind.singular) must be an object")
    }
    do {
      for upgrade in upgrades { try upgrade(&object) }
      var upgraded = JSONReader()
      return try read(object.encoded, &upgraded)
    } catch {
      // The offset of an error in the upgraded text means nothing in the file.
      throw LoadFailure(offset: start, LoadFailure(error, near: start).reason)
    }
  }

  private static func put(_ result: ResponseIndexer.Result, into tables: inout Tables) {
    _ = tables.responses.put(result.entry)
    tables.lastReviewID = max(tables.lastReviewID, result.reviewIDs.max() ?? 0)
  }

  private static func repeated(_ kind: RecordKind, _ id: Int) -> String {
    "the id \(id) of a \(kind.singular) was used before"
  }
}
