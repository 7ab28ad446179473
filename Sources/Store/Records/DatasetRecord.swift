/// Rows to run prompts on, as CSV text.
package struct DatasetRecord: Record {
  package static var kind: RecordKind { .datasets }
  package static var table: WritableKeyPath<Tables, Table<DatasetRecord>> { \.datasets }

  package var id: Int
  package var name: String
  /// RFC 4180 text with a header.
  package var csvData: String
  /// The header of the text.
  package var columns: [String]
  /// How many rows follow the header.
  package var rowCount: Int
  package var tagIDs: [Int]
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: Int, name: String, csvData: String, columns: [String] = [], rowCount: Int, tagIDs: [Int] = [],
    createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.csvData = csvData
    self.columns = columns
    self.rowCount = rowCount
    self.tagIDs = tagIDs
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package init(from decoder: inout RecordDecoder) throws(RecordError) {
    id = try decoder.int("id")
    name = try decoder.string("name")
    csvData = try decoder.string("csv_data")
    columns = try decoder.strings("columns")
    rowCount = try decoder.int("row_count")
    tagIDs = try decoder.ints("tag_ids")
    createdAt = try decoder.timestamp("created_at")
    updatedAt = try decoder.timestamp("updated_at")
  }

  package func encode(to encoder: inout RecordEncoder) {
    encoder.field("id", id)
    encoder.field("name", name)
    encoder.field("csv_data", csvData)
    encoder.field("columns", columns)
    encoder.field("row_count", rowCount)
    encoder.field("tag_ids", tagIDs)
    encoder.field("created_at", createdAt)
    encoder.field("updated_at", updatedAt)
  }

  package var references: [RecordReference] {
    tagIDs.map { RecordReference(.tags, $0) }
  }

  package func check() throws(RecordError) {
    _ = try ValueRange.rows.check(rowCount, "row_count")
    try ValueRange.id.check(all: tagIDs, "tag_ids")
  }
}
