package import Store

/// The rows of a dataset, read from a text that a person or a program has written.
package struct DatasetContents: Sendable {
  /// The text that is stored.
  package let csv: String
  package let table: CSVTable
  /// What was recognized and what was left out, in sentences.
  package let notes: [String]
  /// What is probably wrong with the text, in sentences.
  package let warnings: [String]

  /// - Throws: ``EvaluationError`` that locates the fault in the text.
  package init(_ text: String) throws(EvaluationError) {
    do {
      let text = try TableText(text)
      (csv, table, notes, warnings) = (text.csv, text.table, text.notes, text.warnings)
    } catch { throw EvaluationError("csv_data cannot be read. \(error)") }
  }

  fileprivate func store(in dataset: inout DatasetRecord) {
    dataset.csvData = csv
    dataset.columns = table.columns
    dataset.rowCount = table.rowCount
  }
}

extension Transaction {
  package mutating func createDataset(
    name: String, _ contents: DatasetContents, tagNames: [String] = []
  ) throws(EvaluationError) -> DatasetRecord {
    var dataset = DatasetRecord()
    dataset.name = name
    contents.store(in: &dataset)
    dataset.tagIDs = try tagIDs(named: tagNames)
    (dataset.createdAt, dataset.updatedAt) = (now, now)
    return insert(dataset)
  }

  /// Changes a dataset; nil arguments leave values unchanged.
  package mutating func updateDataset(
    _ id: Int, name: String? = nil, contents: DatasetContents? = nil, tagNames: [String]? = nil
  ) throws(EvaluationError) -> DatasetRecord {
    var dataset = try tables.find(DatasetRecord.self, id)
    dataset.name = name ?? dataset.name
    contents?.store(in: &dataset)
    if let tagNames { dataset.tagIDs = try tagIDs(named: tagNames) }
    dataset.updatedAt = now
    put(dataset)
    return dataset
  }
}
