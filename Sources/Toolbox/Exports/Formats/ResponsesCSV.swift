import Store

extension ExportFormat {
  static let responsesCSV = ExportFormat(
    .run, "csv", "/responses.csv", "text/csv", toolset: "responses", name: "run responses, CSV",
    title: "Responses of a run as a table",
    "Every row: input, expected output, response, score and reviews. Texts that a spreadsheet would take for a formula "
      + "begin with an apostrophe.", hasRows: true, record: .runs
  ) { services, ids in
    let export = try await services.responseExport(ofRun: ids[0])
    await services.recordDisplay(.scored, of: export.responseIDs, ofRun: ids[0])
    var text = ExportText(export.csvRows)
    text.notes = [SpreadsheetText.note]
    text.tell(doubt: try await services.view(ofRun: ids[0]).scoreDoubt())
    return text
  }
}
