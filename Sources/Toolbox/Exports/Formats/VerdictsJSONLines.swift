import Store

extension ExportFormat {
  static let verdictsJSONLines = ExportFormat(
    .run, nil, "/verdicts.jsonl", "application/jsonl", toolset: "responses", name: "run verdicts, JSON Lines",
    title: "Verdicts on a run as JSON Lines", "One verdict a line, as verdicts_create takes it.", hasRows: true,
    record: .verdicts
  ) { services, ids in ExportText(try await services.verdictExport(ofRun: ids[0]).jsonRows) }
}
