import JSONCoding

/// The line with a dataset's text, beside the line with its other fields and with the same id.
///
/// Other changes to the dataset so need not write its text again. In memory the text is part of the ``DatasetRecord``.
struct DatasetTextRecord: Fields {
  private static let textField = "csv_data"

  var id = 0
  /// RFC 4180 text with a header.
  var csvData = ""

  mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit(unindexed: Self.textField, &csvData)
  }

  /// The line up to the text, which comes in quotes and before a closing brace.
  static func beginning(id: Int) -> [UInt8] { Array("{\"id\":\(id),\"\(textField)\":".utf8) }

  /// The text in a line that was checked when it was read.
  static func text(in line: [UInt8]) -> [UInt8] {
    let bytes = line.span
    var reader = JSONReader.ofStore()
    var isFirst = true
    do throws(JSONError) {
      while let member = try reader.nextKey(in: bytes, first: &isFirst) {
        guard member.key == textField else {
          try reader.skipValue(in: bytes)
          continue
        }
        _ = try reader.peek(in: bytes)
        return JSONReader.utf8(try reader.skipString(in: bytes), in: bytes)
      }
    } catch {}
    preconditionFailure("the line was checked when it was read")
  }
}

extension DatasetTextRecord: StoredRecord {
  static var kind: RecordKind { .datasetTexts }
  static var singular: String { "text of a dataset" }
  static var firstFormat: Int { 9 }
  static var completed: RecordKind? { .datasets }

  static func lastID(in tables: Tables) -> Int { tables.datasets.lastID }
  static func setLastID(_ id: Int, in tables: inout Tables) {}
  static func isInTables(_ id: Int, _ tables: Tables) -> Bool { tables.datasets[id]?.text != nil }
  static func remove(_ id: Int, from tables: inout Tables) {}
  static func danglingReference(in tables: Tables) -> Tables.DanglingReference? { nil }

  static func forEachEncoded(
    in tables: Tables, _ body: (RecordForm) throws(StoreError) -> Void
  ) throws(StoreError) {
    for dataset in tables.datasets.newestFirst.reversed() {
      if let text = dataset.text { try body(.text(text, datasetID: dataset.id)) }
    }
  }

  private static func readChange(with reader: inout TablesReader) throws -> TablesReader.Change {
    var row = Self()
    let (start, form) = try reader.readEncodedRecord(into: &row)
    let id = row.id
    let line = reader.bytes(of: form)
    return { tables in
      guard var dataset = tables.datasets[id] else {
        throw LoadFailure(offset: start, "there is no dataset \(id) with this text")
      }
      dataset.text = DatasetText(line: line)
      _ = tables.datasets.put(dataset)
    }
  }

  static func readChanges(with reader: inout TablesReader) throws -> [TablesReader.Change] {
    try reader.changes(readChange)
  }

  static func readLines(with loader: inout LineLoader) throws {
    try loader.readLines { reader throws in try readChange(with: &reader)(&reader.tables) }
  }

  static func readAll(with reader: inout TablesReader) throws {
    let text = reader.text
    var first = true
    while try reader.reader.nextElement(in: text.span, first: &first) {
      try readChange(with: &reader)(&reader.tables)
    }
  }
}
