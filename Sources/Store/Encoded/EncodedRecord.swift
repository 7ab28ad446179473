/// A record of a numerous kind, which the store keeps encoded, with a ``TableEntry`` for lists and sums.
protocol EncodedRecord: StoredRecord {
  associatedtype Entry: TableEntry where Entry.Whole == Self

  var id: Int { get set }
  /// The references to records that must exist as long as this one.
  var references: [RecordReference] { get }
  var reviewIDs: [Int] { get }
  /// Removes implausible figures reported by a provider, so that the rest can be written.
  mutating func clearImplausibleFigures()
}

extension EncodedRecord {
  var reviewIDs: [Int] { [] }

  static var kind: RecordKind { Entry.kind }
  static func lastID(in tables: Tables) -> Int { tables[keyPath: Entry.table].lastID }
  static func setLastID(_ id: Int, in tables: inout Tables) { tables[keyPath: Entry.table].lastID = id }

  static func isInTables(_ id: Int, _ tables: Tables) -> Bool { tables[keyPath: Entry.table].entry(id) != nil }

  /// Removes the records that belong to an owner.
  static func removeAll(of ownerID: Int, from tables: inout Tables) {
    _ = tables[keyPath: Entry.table].removeAll(of: ownerID)
  }

  static func forEachEncoded(
    in tables: Tables, _ body: (RecordForm) throws(StoreError) -> Void
  ) throws(StoreError) {
    try tables[keyPath: Entry.table].forEachEncoded(body)
  }

  static func move(_ place: RecordPlace, to file: FileReference, in tables: inout Tables) {
    tables[keyPath: Entry.table].move(place.id, of: place.ownerID, to: file, at: place.offset)
  }

  static func moveAll(to slices: [EncodedSlice], in tables: inout Tables) {
    tables[keyPath: Entry.table].move(to: slices)
  }

  static func keys(in tables: Tables) -> [RecordKeys] { tables[keyPath: Entry.table].keys }

  static func relocate(_ keys: [RecordKeys], by document: NewDocument, in tables: inout Tables) -> Bool {
    tables[keyPath: Entry.table].relocate(keys, to: document.slices[kind] ?? [], by: document)
  }

  static func readChanges(with reader: inout TablesReader) throws -> [TablesReader.Change] {
    [try reader.encodedRecords(Self.self)]
  }

  static func readAll(with reader: inout TablesReader) throws { try reader.readEncodedRecords(Self.self) }

  static func readLines(with loader: inout LineLoader) throws { try loader.readEncodedLines(Self.self) }
}
