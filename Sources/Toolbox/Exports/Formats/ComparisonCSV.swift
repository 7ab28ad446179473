import Store

extension ExportFormat {
  static let comparisonCSV = ExportFormat(
    .comparison, "csv", "/rows.csv", "text/csv", toolset: "runs", name: "comparison rows, CSV",
    title: "Rows of a comparison as a table",
    "ids as for the report. Every row: input, expected output, each run's score and answer, the difference from the "
      + "baseline.", hasRows: true, record: .runs
  ) { services, ids in
    var text = ExportText(try await services.comparisonRows(ids).csv)
    text.notes = [SpreadsheetText.note]
    return text
  }
}
