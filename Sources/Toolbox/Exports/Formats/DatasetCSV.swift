import Evaluation
import Store

extension ExportFormat {
  static let dataset = ExportFormat(
    .dataset, "csv", ".csv", "text/csv", toolset: "datasets", name: "dataset", title: "Rows of a dataset",
    "The dataset's CSV text as it was stored.", hasRows: true, record: .datasets
  ) { services, ids in
    let dataset = try await services.store.read { try $0.find(DatasetRecord.self, ids[0]) }
    let bytes = dataset.text?.bytes ?? []
    let table = try CSVTable(bytes: bytes)
    var text = ExportText(bytes) { offset, limit in
      if offset == 0, bytes.count <= limit {
        return RowPage(text: String(decoding: bytes, as: UTF8.self), rows: 0..<table.rowCount, total: table.rowCount)
      }
      let page = table.page(offset: offset, maxBytes: limit)
      return RowPage(text: page.csv, rows: page.rows, total: table.rowCount)
    }
    let formulas = table.formulaCount
    text.notes = [table.readingNote]
    if formulas > 0 {
      text.notes.append(
        "\(formulas) \(formulas == 1 ? "cell begins" : "cells begin") with =, +, -, @, a tab or a carriage return, which a "
          + "spreadsheet takes for a formula. They are as in the dataset, so import the columns as text, or use jsonl.")
    }
    return text
  }
}

extension CSVTable {
  /// The number of cells, headers included, that a spreadsheet would take for a formula and that are no numbers.
  fileprivate var formulaCount: Int {
    func count(_ cells: [String]) -> Int {
      cells.count { $0.utf8.first.map(SpreadsheetText.formulaMarks.contains) == true && Double($0) == nil }
    }
    return count(columns) + (0..<rowCount).reduce(0) { $0 + count(row($1)) }
  }
}
