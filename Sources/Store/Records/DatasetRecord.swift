/// Rows to run prompts on, as CSV text.
///
/// In the file the text is a line of its own, a ``DatasetTextRecord``.
package struct DatasetRecord: Record {
  package static var kind: RecordKind { .datasets }
  package static var table: WritableKeyPath<Tables, Table<DatasetRecord>> { \.datasets }

  package var id = 0
  package var name = ""
  /// RFC 4180 text with a header; nil only while a file is read.
  package internal(set) var text: DatasetText?
  /// The size of the text in UTF-8, so that lists need not go through it.
  package internal(set) var byteCount = 0
  /// The column names in the header.
  package var columns: [String] = []
  /// The number of rows after the header.
  package var rowCount = 0
  package var tagIDs: [Int] = []
  /// Whether lists leave it out unless asked for it.
  package var isArchived = false
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("byte_count", &byteCount, usually: 0, in: .count)
    // Up to format 8 the text was here. It still may be, in a file edited by hand, but is never written here.
    var textInside: String?
    try fields.visit("csv_data", &textInside)
    if let textInside { csvData = textInside }
    try fields.visit("columns", &columns)
    try fields.visit("row_count", &rowCount, in: .rows)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("archived", &isArchived, usually: false)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    tagIDs.map { RecordReference(.tags, $0) } + [RecordReference(.datasetTexts, id)]
  }

  /// The text as a string, decoded anew each time; see ``text``.
  package var csvData: String {
    get { text?.string ?? "" }
    set { setText(Array(newValue.utf8)) }
  }

  /// - Parameter bytes: UTF-8.
  package mutating func setText(_ bytes: [UInt8]) {
    text = DatasetText(bytes)
    byteCount = bytes.count
  }

  package mutating func adopt(_ old: DatasetRecord) { text = text ?? old.text }

  package func newText(since old: DatasetRecord?) -> DatasetText? { text === old?.text ? nil : text }
}

extension DatasetRecord: StoredRecord {
  static var singular: String { "dataset" }
  static var completion: RecordKind? { .datasetTexts }
}
