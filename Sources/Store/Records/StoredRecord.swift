/// The store's operations on the records of one kind.
protocol StoredRecord: Fields {
  static var kind: RecordKind { get }
  /// The name of one such record in messages: `provider credential`.
  static var singular: String { get }
  /// The first format whose files have a member for the kind, even if empty.
  static var firstFormat: Int { get }
  /// The type of the records that are deleted with a record of this kind.
  static var parts: (any EncodedRecord.Type)? { get }
  /// The kind of the lines that hold more of a record of this kind, with its id.
  static var completion: RecordKind? { get }
  /// The kind whose records the lines of this kind complete.
  static var completed: RecordKind? { get }
  /// The highest id ever given out.
  static func lastID(in tables: Tables) -> Int
  static func setLastID(_ id: Int, in tables: inout Tables)

  static func isInTables(_ id: Int, _ tables: Tables) -> Bool
  /// Removes a record and its parts.
  static func remove(_ id: Int, from tables: inout Tables)
  /// The first record with a reference to a missing one.
  static func danglingReference(in tables: Tables) -> Tables.DanglingReference?
  /// Calls a function with each record, ordered by id or by owner.
  static func forEachEncoded(
    in tables: Tables, _ body: (RecordForm) throws(StoreError) -> Void
  ) throws(StoreError)
  /// Notes that the bytes of a record that is kept encoded are now in a file.
  static func move(_ place: RecordPlace, to file: FileReference, in tables: inout Tables)
  /// Sets the places of all records that are kept encoded, in the order of ``forEachEncoded(in:_:)``.
  static func moveAll(to slices: [EncodedSlice], in tables: inout Tables)
  /// The keys of all records that are kept encoded, in the same order.
  static func keys(in tables: Tables) -> [RecordKeys]
  /// Sets the places of all records that are kept encoded to those in a new document.
  ///
  /// - Parameter keys: those of the records in the document itself.
  /// - Returns: false if a record is in no known place.
  static func relocate(_ keys: [RecordKeys], by document: NewDocument, in tables: inout Tables) -> Bool
  /// Reads an array of records and returns the changes that add them to the tables, or replace others.
  static func readChanges(with reader: inout TablesReader) throws -> [TablesReader.Change]
  /// Reads the array of all records into the tables, whose ids must be new.
  static func readAll(with reader: inout TablesReader) throws
  /// As ``readAll(with:)``, with one record a line, up to the line behind the array.
  static func readLines(with loader: inout LineLoader) throws
}

extension StoredRecord {
  static var firstFormat: Int { 1 }
  static var parts: (any EncodedRecord.Type)? { nil }
  static var completion: RecordKind? { nil }
  static var completed: RecordKind? { nil }
  static func move(_ place: RecordPlace, to file: FileReference, in tables: inout Tables) {}
  static func moveAll(to slices: [EncodedSlice], in tables: inout Tables) {}
  static func keys(in tables: Tables) -> [RecordKeys] { [] }
  static func relocate(_ keys: [RecordKeys], by document: NewDocument, in tables: inout Tables) -> Bool { true }
}

extension StoredRecord where Self: Record {
  static func lastID(in tables: Tables) -> Int { tables[keyPath: table].lastID }
  static func setLastID(_ id: Int, in tables: inout Tables) { tables[keyPath: table].lastID = id }

  static func isInTables(_ id: Int, _ tables: Tables) -> Bool { tables[keyPath: table].contains(id: id) }

  static func remove(_ id: Int, from tables: inout Tables) {
    _ = tables[keyPath: table].remove(id: id)
    parts?.removeAll(of: id, from: &tables)
  }

  static func danglingReference(in tables: Tables) -> Tables.DanglingReference? {
    for row in tables[keyPath: table].all {
      for reference in row.references where !tables.contains(reference) {
        return Tables.DanglingReference(kind: kind, id: row.id, reference: reference)
      }
    }
    return nil
  }

  static func forEachEncoded(
    in tables: Tables, _ body: (RecordForm) throws(StoreError) -> Void
  ) throws(StoreError) {
    for row in tables[keyPath: table].newestFirst.reversed() { try body(.bytes(row.encoded[...])) }
  }

  static func readChanges(with reader: inout TablesReader) throws -> [TablesReader.Change] {
    try reader.changes { reader throws in try reader.record(Self.self, mustBeNew: false) }
  }

  static func readAll(with reader: inout TablesReader) throws { try reader.readRecords(Self.self) }

  static func readLines(with loader: inout LineLoader) throws {
    try loader.readLines { reader throws in try reader.record(Self.self, mustBeNew: true)(&reader.tables) }
  }
}
