import Providers
import Store

/// All that generating a run needs, decided before its first call.
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
  /// Nil for a run that may cost what it will.
  let budget: RunBudget?
  /// How the run stood before it was started.
  let before: End
  /// What is sent with every request beside the messages.
  let parameters: RequestParameters
  let concurrency: Int
  /// What the preflight found odd.
  let warnings: [String]
  /// The progress at the start.
  let progress: RunProgress
  /// Whether another process wanted the run to end before it began.
  let isCancelled: Bool

  /// How a run ended.
  struct End: Sendable {
    var status: RunStatus
    var errorMessage: String?
  }

  /// One row and what is there of it already.
  struct RowWork: Sendable {
    let rowIndex: Int
    /// A failed response, or one that lacks reviews.
    var existing: ResponseEntry?
    let needsGeneration: Bool
    /// What its calls cost follows from.
    var size = RowForecast.Row()
  }

  /// - Throws: ``EvaluationError`` for turns or images of the row that cannot be sent.
  func request(forRow index: Int) throws(EvaluationError) -> CompletionRequest {
    CompletionRequest(
      model: generator.model, messages: try rows.request(at: index).messages, parameters: parameters)
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
