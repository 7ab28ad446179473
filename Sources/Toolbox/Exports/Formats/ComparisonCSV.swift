import Store

extension ExportFormat {
  static let comparisonCSV = ExportFormat(
    .comparison, "csv", "/rows.csv", "text/csv", toolset: "runs", name: "comparison rows, CSV",
    title: "Rows of a comparison as a table",
    "ids as for the report. Every row: input, expected output, each run's mean score, first answer and cost of all answers, and "
      + "the difference from the baseline as the verdict counts it: a failed row counts 0 where the scoring says so, and "
      + "nothing is there for scores that measure different things.", hasRows: true, record: .runs
  ) { services, ids in
    var text = ExportText(try await services.comparisonRows(ids).csv)
    text.notes = [SpreadsheetText.note]
    return text
  }
}
