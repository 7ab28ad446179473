import Evaluation
import JSONCoding
import Store

/// The results of a run for people, gathered from the store at one moment.
struct RunReport: Sendable {
  private static let weakRowLimit = 10

  let view: RunView
  let statistics: RunStatistics
  let estimates: [ScoreEstimate]
  let trust: [JudgeTrust]
  let repeatFigures: RepeatFigures?
  let histogram: String?
  let weakRows: [WeakRow]
  let confusion: Confusion?
  let failureSummary: String?
  let warnings: [String]
  /// How the run stopped early; nil if it did not.
  let stop: String?

  /// - Parameter side: the run as prepared for a comparison, if it has been.
  init(_ view: RunView, side: ComparedRun? = nil) throws {
    self.view = view
    statistics = view.statistics
    let answers = try view.answerFindings(statistics, side: side)
    estimates = ScoreEstimate.all(of: view, try JudgeFindings(view, answers.trust))
    trust = answers.trust
    repeatFigures = view.repeatFigures
    histogram = ScoreHistogram.text(view.entries.compactMap(view.scoring.score), scoring: view.run.scoring)
    weakRows = try WeakRow.lowest(Self.weakRowLimit, of: view)
    confusion = try view.confusion
    failureSummary = try view.failureSummary(statistics)
    warnings = try view.warnings(statistics, answers)
    stop = view.run.stoppedEarly?.sentence(against: view.run.stopAgainst, by: view.scoring)
  }

  /// The template of its requests, with its variables.
  var template: String { view.run.snapshot?.template ?? view.prompt?.template ?? "" }
  /// `capital v2`.
  var promptName: String {
    view.run.snapshot == nil ? view.prompt?.displayName ?? view.run.shownPrompt : view.run.shownPrompt
  }
}
