import JSONCoding

/// A record of a numerous kind on a line of its own.
struct EncodedLine<Row: EncodedRecord>: LoadedLine {
  let entry: Row.Entry
  let reviewIDs: [Int]

  init(with reader: inout TablesReader) throws {
    // Parts are read before it is known where the list ends. A line of the journal may be long, and is no record.
    if JournalEntry.begins(at: reader.reader.position, in: reader.text.span) { throw LineLoader.Irregular() }
    var row = Row()
    let (_, form) = try reader.readEncodedRecord(into: &row)
    entry = Row.Entry(row, encodedAs: try reader.slice(of: form))
    reviewIDs = row.reviewIDs
  }
}

/// The records of a numerous kind while they are loaded.
struct EncodedRecords<Row: EncodedRecord> {
  private var table = EntryTable<Row.Entry>()
  private var ids = IDSet()
  private var reviewIDs = IDSet()
  private var lastReviewID = 0

  /// - Returns: false if an id of a record or a review was given before.
  mutating func append(_ lines: [EncodedLine<Row>]) -> Bool {
    let isRepeated = lines.containsInPlace { line in
      if !ids.insert(line.entry.id) { return true }
      return line.reviewIDs.contains { id in
        lastReviewID = max(lastReviewID, id)
        return !reviewIDs.insert(id)
      }
    }
    if isRepeated { return false }
    table.append(lines, key: { ($0.entry.ownerID, $0.entry.id) }, entry: { $0.entry })
    return true
  }

  func add(to tables: inout Tables) {
    let lastID = tables[keyPath: Row.Entry.table].lastID
    tables[keyPath: Row.Entry.table] = table
    tables[keyPath: Row.Entry.table].lastID = max(lastID, table.lastID)
    tables.lastReviewID = max(tables.lastReviewID, lastReviewID)
  }
}

/// A line of the journal: the entries of one write.
struct JournalLine: LoadedLine {
  let changes: [TablesReader.Change]
  /// The offset behind the last entry.
  let end: Int

  init(with reader: inout TablesReader) throws {
    var changes = try reader.readEntry()
    while reader.text[reader.reader.position...].starts(with: JournalTail.separatorInBatch) {
      reader.reader.position += JournalTail.separatorInBatch.count
      changes += try reader.readEntry()
    }
    self.changes = changes
    end = reader.offset + reader.reader.position
  }
}
