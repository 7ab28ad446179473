import Store

extension ExportFormat {
  static let responsesJSONLines = ExportFormat(
    .run, "jsonl", "/responses.jsonl", "application/jsonl", toolset: "responses", name: "run responses, JSON Lines",
    title: "Responses of a run with everything", "Every row as a line of JSON, as responses_get has it but whole.",
    hasRows: true, record: .runs
  ) { services, ids in
    let export = try await services.responseExport(ofRun: ids[0])
    await services.recordDisplay(.scored, of: export.responseIDs, ofRun: ids[0])
    var text = ExportText(export.jsonRows)
    text.tell(doubt: try await services.view(ofRun: ids[0]).scoreDoubt())
    return text
  }
}
