import Store

extension ExportFormat {
  static let htmlReport = ExportFormat(
    .run, "html", "/report.html", "text/html", toolset: "runs", name: "run report, HTML",
    title: "Report of a run as a web page",
    "One self-contained file for a browser: verdict, warnings, charts, the weakest rows, what was run.", record: .runs
  ) { services, ids in try await services.page(of: .run, ids) }
}

extension Services {
  /// A report as a web page.
  func page(of subject: ExportFormat.Subject, _ ids: [Int]) async throws -> ExportText {
    let document = try await document(of: subject, ids)
    try await recordScores(of: document.scoresTold)
    return ExportText(ReportPage(document).html)
  }
}
