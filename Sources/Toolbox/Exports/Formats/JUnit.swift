import Store

extension ExportFormat {
  static let junit = ExportFormat(
    .run, "junit", "/junit.xml", "application/xml", toolset: "runs", name: "run results, JUnit",
    title: "Results of a run for CI",
    "One test case a row: a failure where the score is not right, an error where the row failed; mean and interval as "
      + "properties.", hasRows: true, record: .runs
  ) { services, ids in
    let view = try await services.view(ofRun: ids[0])
    await services.recordDisplay(.scored, of: view.entries.map(\.id), ofRun: ids[0])
    var text = ExportText(try JUnitReport(view).rows)
    text.tell(doubt: try view.scoreDoubt())
    return text
  }
}
