import Store

extension ExportFormat {
  static let verdictsCSV = ExportFormat(
    .run, nil, "/verdicts.csv", "text/csv", toolset: "responses", name: "run verdicts, CSV",
    title: "Verdicts on a run as a table",
    "Every person's score of a response, with the criterion's wording, for spreadsheets; verdicts_create takes those of "
      + "verdicts.jsonl.",
    hasRows: true, record: .verdicts
  ) { services, ids in ExportText(try await services.verdictExport(ofRun: ids[0]).csvRows) }
}
