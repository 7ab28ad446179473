import Store

extension ExportFormat {
  static let comparisonJSONLines = ExportFormat(
    .comparison, "jsonl", "/rows.jsonl", "application/jsonl", toolset: "runs", name: "comparison rows, JSON Lines",
    title: "Rows of a comparison as JSON Lines",
    "ids as for the report. One object a row, as runs_compare has it but whole.",
    hasRows: true, record: .runs
  ) { services, ids in ExportText(try await services.comparisonRows(ids).jsonLines) }
}
