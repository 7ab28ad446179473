import Providers
import Store

extension RowWorker {
  /// Adds the reviews that the row lacks.
  ///
  /// Each review is on disk before the next is requested; the last is left to be recorded. Returns the row's outcome if
  /// it cannot be reviewed.
  func judge(_ row: inout AnsweredRow, _ link: Link) async throws -> Outcome? {
    guard let binding = plan.judge, let text = row.response.responseText else {
      // The run has lost its judge since the row was generated.
      row.response.status = .completed
      return nil
    }
    let model = plan.judgeModel(binding, link.judgeRetries)
    let judge = Judge(model, model: binding.model, plan.judgeSettings)
    let (subject, note) = try plan.rows.subject(
      of: row.response, text: text, tools: plan.parameters.tools)
    if let note { row.warnings.append(note) }
    for (criterion, metric) in zip(plan.criteria, plan.scoring.askedMetrics) {
      let earlier = plan.scoring.review(in: row.response.reviews, by: metric)
      if let earlier, plan.scoring.keeps(earlier, retryingFailed: plan.retriesFailedReviews) { continue }
      if let reason = criterion.reasonToSkip(subject.values) {
        row.steps.append(.reviewed)
        row.response.replaceReview(ReviewRecord(skipping: criterion, because: reason, plan.scoring))
        continue
      }
      if !row.steps.isEmpty {
        guard try await record(&row, link.report) else { return .stopped }
      }
      let judgement = await judge.review(subject, by: criterion)
      let wasted = model.takeWasted()
      if let outcome = try await charge(judgement, wasted, to: &row, binding, again: earlier != nil, link) {
        return outcome
      }
      let review = ReviewRecord(judgement, by: criterion, plan.scoring)
      row.steps.append(review.status == .completed ? .reviewed : .reviewFailed)
      row.response.replaceReview(review)
    }
    row.response.status = .completed
    return nil
  }

  /// Adds the calls of a judgement to a row; returns the row's outcome if the judge could not be asked and the run stops.
  ///
  /// - Parameter again: whether the same judgement failed before.
  func charge(
    _ judgement: Judgement, _ wasted: JudgeModel.Wasted, to row: inout AnsweredRow,
    _ binding: ModelBinding, again: Bool, _ link: Link
  ) async throws -> Outcome? {
    let calls = judgement.calls + wasted.calls
    row.response.add(calls, by: binding, named: plan.judgeName ?? binding.model)
    row.response.uncountedCalls += wasted.uncounted
    row.response.serverErrors += wasted.serverErrors
    row.warnings += calls.flatMap(\.warnings)
    guard let error = judgement.error else {
      link.judgeAnswered()
      return nil
    }
    guard error.kind == .cancelled || link.judgeFailed(error, again) else { return nil }
    // Earlier samples and repairs were paid for.
    if !calls.isEmpty || wasted.isAny { _ = try await record(&row, link.report) }
    return error.kind == .cancelled ? .cancelled(lostCalls: 0, serverErrors: 0) : .unjudged(error)
  }
}
