import Store

extension ExportFormat {
  static let experiment = ExportFormat(
    .experiment, "html", "/report.html", "text/html", toolset: "experiments", name: "experiment report, HTML",
    title: "Report of an experiment as a web page",
    "One self-contained file for a browser: verdict, each version's rate with its interval, cost, prompts word by word.",
    record: .experiments
  ) { services, ids in try await services.page(of: .experiment, ids) }
}
