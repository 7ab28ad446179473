import Evaluation
import JSONCoding
import Store

/// What a run has shown, for a person to read: gathered from the store at one moment.
struct RunReport: Sendable {
  private static let weakRowLimit = 10

  let run: RunRecord
  let prompt: PromptRecord?
  let dataset: DatasetRecord?
  let status: RunStatus
  let progress: RunProgress
  let statistics: RunStatistics
  let estimates: [ScoreEstimate]
  let histogram: String?
  let weakRows: [WeakRow]
  let failureSummary: String?
  let metricNames: [String]
  let warnings: [String]
  let error: String?

  init(_ view: RunView, in tables: Tables) throws {
    run = view.run
    prompt = tables.prompts[view.run.promptID]
    dataset = view.run.datasetID.flatMap { tables.datasets[$0] }
    status = view.isInterrupted ? .failed : view.progress.status
    progress = view.progress
    statistics = RunStatistics(view.entries)
    estimates = try tables.estimates(of: view.run, view.entries)
    histogram = ScoreHistogram.text(view.entries.compactMap(\.score), scoring: view.run.scoring)
    weakRows = try WeakRow.lowest(Self.weakRowLimit, of: view.run, view.entries)
    failureSummary = try tables.failureSummary(view.entries.filter { $0.status == .failed }, of: view.entries.count)
    metricNames = view.run.metricIDs.compactMap { tables.metrics[$0]?.name }
    warnings = view.run.warnings + Tables.warnings(view.run)
    error = view.isInterrupted ? RunEngine.interrupted : view.run.errorMessage
  }

  /// The model that answers.
  var model: String { run.model ?? run.snapshot?.model ?? prompt?.llmModel ?? "" }
  /// The text that was sent, before its variables were filled.
  var template: String { run.snapshot?.template ?? prompt?.template ?? "" }
  /// `capital v2`.
  var promptName: String {
    if let snapshot = run.snapshot { return "\(snapshot.promptName) v\(snapshot.promptVersion)" }
    return prompt?.displayName ?? "prompt \(run.promptID)"
  }
}
