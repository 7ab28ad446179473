import MCP

/// The page that clients with MCP Apps show with the results of a run, a comparison and an experiment.
enum ReportApp {
  static let app = App(uri: "ui://completion-kit/app")

  /// The resources that it shows.
  static let kinds: [ResourceURI.Kind] = [.htmlReport, .comparison, .experiment]

  static let page = ReportPage(
    title: "completion-kit", content: "<main><p class=\"note\" role=\"status\">Waiting for a result.</p></main>",
    script: [bridge, verdicts, results]
  ).html
}
