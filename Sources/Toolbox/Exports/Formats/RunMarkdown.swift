import JSONCoding
import Store

extension ExportFormat {
  static let report = ExportFormat(
    .run, "md", "/report.md", "text/markdown", toolset: "runs", name: "run report", title: "Report of a run",
    "Scores with 95 % intervals, their distribution, the weakest rows with the judge's reasons, cost, settings.",
    record: .runs
  ) { services, ids in
    let report = try await services.report(ofRun: ids[0])
    await services.recordDisplay(.scored, of: report.weakRows.map(\.responseID), ofRun: ids[0])
    return ExportText(report.markdown)
  }
}
