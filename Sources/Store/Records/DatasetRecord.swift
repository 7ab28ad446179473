/// Rows to run prompts on, as CSV text.
package struct DatasetRecord: Record {
  package static var kind: RecordKind { .datasets }
  package static var table: WritableKeyPath<Tables, Table<DatasetRecord>> { \.datasets }

  package var id = 0
  package var name = ""
  /// RFC 4180 text with a header.
  package var csvData = ""
  /// The column names in the header.
  package var columns: [String] = []
  /// The number of rows after the header.
  package var rowCount = 0
  package var tagIDs: [Int] = []
  package var createdAt = Timestamp.zero
  package var updatedAt = Timestamp.zero

  package init() {}

  package mutating func visit(_ fields: inout some FieldVisitor) throws(RecordError) {
    try fields.visit("id", &id, in: .id)
    try fields.visit("name", &name)
    try fields.visit("csv_data", &csvData)
    try fields.visit("columns", &columns)
    try fields.visit("row_count", &rowCount, in: .rows)
    try fields.visit("tag_ids", &tagIDs, in: .id)
    try fields.visit("created_at", &createdAt)
    try fields.visit("updated_at", &updatedAt)
  }

  package var references: [RecordReference] {
    tagIDs.map { RecordReference(.tags, $0) }
  }
}

extension DatasetRecord: StoredRecord {
  static var singular: String { "dataset" }
}
