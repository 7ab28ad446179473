import Evaluation
import JSONCoding
import Store

extension ExportFormat {
  static let datasetJSONLines = ExportFormat(
    .dataset, "jsonl", ".jsonl", "application/jsonl", toolset: "datasets", name: "dataset, JSON Lines",
    title: "Rows of a dataset as JSON Lines", "One object a row with the columns as keys and texts as values.",
    hasRows: true, record: .datasets
  ) { services, ids in
    let table = try await services.table(ofDataset: ids[0])
    var text = ExportText(.jsonLines(table.rowCount) { table.object(ofRow: $0) })
    text.notes = [table.readingNote]
    return text
  }
}

extension Services {
  /// The rows of a dataset.
  func table(ofDataset id: Int) async throws -> CSVTable {
    try (try await store.read { try $0.find(DatasetRecord.self, id) }).table()
  }
}

extension CSVTable {
  /// What becomes of the exported rows if they are read again.
  var readingNote: String {
    hasNUL
      ? "datasets_create refuses it, because a cell has a NUL character (U+0000)."
      : "datasets_create makes the same rows of it."
  }

  /// A row with the columns as keys.
  func object(ofRow index: Int) -> JSONObject {
    JSONObject(zip(columns, row(index)).map { JSONObject.Member(key: $0, value: .string($1)) })
  }
}
