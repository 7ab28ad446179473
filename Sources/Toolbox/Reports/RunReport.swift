import Evaluation
import JSONCoding
import Store

/// The results of a run for people, gathered from the store at one moment.
struct RunReport: Sendable {
  private static let weakRowLimit = 10

  let run: RunRecord
  let prompt: PromptRecord?
  let dataset: DatasetRecord?
  let status: RunStatus
  let progress: RunProgress
  let statistics: RunStatistics
  let estimates: [ScoreEstimate]
  let trust: [JudgeTrust]
  let repeatFigures: RepeatFigures?
  let histogram: String?
  let weakRows: [WeakRow]
  let confusion: Confusion?
  let failureSummary: String?
  let metricNames: [String]
  let warnings: [String]
  let error: String?
  /// How the run stopped early; nil if it did not.
  let stop: String?

  /// - Parameter side: the run as prepared for a comparison, if it has been.
  init(_ view: RunView, side: ComparedRun? = nil) throws {
    run = view.run
    prompt = view.prompt
    dataset = view.dataset
    status = view.status
    progress = view.progress
    statistics = view.statistics
    estimates = ScoreEstimate.all(of: view)
    trust = try side.map(view.trust(of:)) ?? view.trust(statistics)
    repeatFigures = view.repeatFigures
    histogram = ScoreHistogram.text(view.entries.compactMap(view.scoring.score), scoring: view.run.scoring)
    weakRows = try WeakRow.lowest(Self.weakRowLimit, of: view)
    confusion = try view.confusion
    failureSummary = try view.failureSummary(statistics)
    metricNames = view.metricNames
    warnings = try view.warnings(statistics, readsAnswers: true, schema: view.schemaCheck)
    error = view.error
    stop = view.run.stoppedEarly?.sentence(against: view.run.stopAgainst, by: view.scoring)
  }

  /// The model that answers.
  var model: String { run.answeringModel(of: prompt) }
  /// The settings of its requests.
  var sent: RequestSettings { run.sentSettings(of: prompt) }
  /// The template of its requests, with its variables.
  var template: String { run.snapshot?.template ?? prompt?.template ?? "" }
  /// `capital v2`.
  var promptName: String {
    if let snapshot = run.snapshot { return "\(snapshot.promptName) v\(snapshot.promptVersion)" }
    return prompt?.displayName ?? "prompt \(run.promptID)"
  }
}
