import Providers
import Store

/// Everything that generating a run needs, decided before its first call.
struct RunPlan: Sendable {
  let runID: Int
  let rows: RunRows
  let work: [RowWork]
  /// By which reviews that are there count, and what is missing.
  let scoring: RunScoring
  /// What the judge is asked, one for each metric that it is asked about.
  let criteria: [Criterion]
  /// Whether reviews that failed before are asked for again.
  let retriesFailedReviews: Bool
  let generator: ModelBinding
  let judge: ModelBinding?
  let judgeSettings: JudgePrompt.Settings
  let judgeSight = JudgeModel.Sight()
  /// Nil for a run without a limit.
  let budget: RunBudget?
  /// The run's state before it was started.
  let before: End
  /// What is sent with every request beside the messages.
  let parameters: RequestParameters
  let concurrency: Int
  /// Warnings of the preflight.
  let warnings: [String]
  /// The progress at the start.
  let progress: RunProgress
  /// Whether another process cancelled the run before it began.
  let isCancelled: Bool

  /// How a run ended.
  struct End: Sendable {
    var status: RunStatus
    var errorMessage: String?
  }

  /// One row and its response so far.
  struct RowWork: Sendable {
    let rowIndex: Int
    /// The row's response, failed or without all its reviews.
    var existing: ResponseEntry?
    let needsGeneration: Bool
    /// Lengths from which the cost of its calls is estimated.
    var size = RowForecast.Row()
  }

  /// The request for a row with these fields.
  ///
  /// - Throws: ``EvaluationError`` for turns or images of the row that cannot be sent.
  func request(from fields: [String]) throws(EvaluationError) -> CompletionRequest {
    CompletionRequest(
      model: generator.model, messages: try rows.request(from: fields).messages, parameters: parameters)
  }
}

extension RunPlan.End {
  /// A run whose server was killed is still running by its record.
  init(of run: RunRecord) {
    self =
      run.status == .running
      ? Self(status: .failed, errorMessage: Interruption.crash(of: run))
      : Self(status: run.status, errorMessage: run.errorMessage)
  }
}

extension RunPlan.RowWork {
  /// The same, with the response as it stands now.
  func with(_ entries: [Int: ResponseEntry]) -> Self {
    guard let existing else { return self }
    var work = self
    work.existing = entries[existing.id] ?? existing
    return work
  }
}
