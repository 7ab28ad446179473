import Store

extension ExportFormat {
  static let comparison = ExportFormat(
    .comparison, "html", "/report.html", "text/html", toolset: "runs", name: "comparison report, HTML",
    title: "Comparison of 2 to 4 runs as a web page",
    "ids: runs of one dataset, separated by commas, the baseline first. One self-contained file for a browser: verdicts, "
      + "charts, changed rows and prompts word by word.", record: .runs
  ) { services, ids in try await services.page(of: .comparison, ids) }
}
