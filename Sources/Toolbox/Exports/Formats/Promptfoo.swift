import Store

extension ExportFormat {
  static let promptfoo = ExportFormat(
    .run, "promptfoo", "/promptfooconfig.yaml", "application/yaml", toolset: "runs", name: "run, promptfoo",
    title: "A run as a configuration of promptfoo",
    "Prompt, model, every row, checks and the judge's criteria; a comment says what promptfoo cannot express.",
    hasRows: true, record: .runs
  ) { services, ids in
    let manifest = try await services.manifest(ofRun: ids[0])
    let export = try PromptfooExport(manifest)
    var text = ExportText(export.rows)
    text.skipped = export.skipped
    return text
  }
}
