import Providers
import Store

/// Everything that generating a run needs, decided before its first call.
struct RunPlan: Sendable {
  let runID: Int
  let rows: RunRows
  /// The number of answers of each row.
  let repeats: Int
  let work: [RowWork]
  /// Decides which existing reviews count and which are missing.
  let scoring: RunScoring
  /// The judge's criteria, one for each metric that still needs reviews.
  let criteria: [Criterion]
  /// Whether failed reviews are requested again.
  let retriesFailedReviews: Bool
  let generator: ModelBinding
  let judge: ModelBinding?
  let judgeSettings: JudgePrompt.Settings
  /// The tests of the judge before the first row.
  let probes: [JudgeProbe]
  let judgeSight = JudgeModel.Sight()
  /// Nil for a run without a limit.
  let budget: RunBudget?
  /// The run's state before its start.
  let before: End
  /// The parameters sent with every request.
  let parameters: RequestParameters
  let concurrency: Int
  /// Warnings of the preflight.
  let warnings: [String]
  /// The progress at the start.
  let progress: RunProgress
  /// Whether another process cancelled the run before it began.
  let isCancelled: Bool
  /// Ends the run before its last row; nil for a run that answers all its rows.
  let stop: StopRule?
  /// What its requests have in common.
  var caching = RunCaching()
  /// Has the rows answered in batches; nil for a run that makes its own calls.
  var batches: BatchPlan?
  /// The comparison with another run's answers; nil to generate or judge.
  var pairwise: PairwisePlan?

  /// How a run ended.
  struct End: Sendable {
    var status: RunStatus
    var errorMessage: String?
  }

  /// The canonical name of the judge; nil without one.
  var judgeName: String? { pairwise?.judging.judgeModel ?? scoring.judgeModel }

  /// The number of answers of the whole run.
  var answerCount: Int { rows.count * repeats }

  /// The request for an answer to a row with these fields.
  ///
  /// Each answer of a row has a seed of its own, because the same seed would give the same answer and look like agreement.
  ///
  /// - Throws: ``EvaluationError`` for turns or images of the row that cannot be sent.
  func request(from fields: [String], repeatIndex: Int) throws(EvaluationError) -> CompletionRequest {
    var request = CompletionRequest(
      model: generator.model, messages: try rows.request(from: fields).messages,
      parameters: parameters.reseeded(by: repeatIndex))
    request.sharedPrefix = caching.answers
    generator.serve(&request, among: answerCount)
    return request
  }
}

extension RunPlan.End {
  /// A run whose server was killed is still recorded as running.
  init(of run: RunRecord) {
    self =
      run.status == .waiting
      ? Self(status: .failed, errorMessage: Interruption.shutdown)
      : run.status == .running
        ? Self(status: .failed, errorMessage: Interruption.unexplained)
        : Self(status: run.status, errorMessage: run.errorMessage)
  }
}

extension RunPlan.RowWork {
  /// The same work with the response's current entry.
  func with(_ entries: [Int: ResponseEntry]) -> Self {
    guard let existing else { return self }
    var work = self
    work.existing = entries[existing.id] ?? existing
    return work
  }
}
