import Store

extension RunPlan.RowWork {
  /// The same work with the lengths from which its cost follows.
  ///
  /// - Parameter skipped: the metrics that do not apply to the row.
  func sized(promptBytes: Int?, _ scoring: RunScoring, retriesFailed: Bool, skipped: Set<Int>) throws -> Self {
    var work = self
    work.size.promptBytes = promptBytes ?? 0
    work.size.hasFailed = existing.map { scoring.status(of: $0) == .failed } ?? false
    let kept = needsGeneration ? nil : existing
    work.size.reviews =
      (kept.map { scoring.lacking($0, retryingFailed: retriesFailed) } ?? scoring.askedMetrics)
      .count { !skipped.contains($0.id) }
    guard let answer = source ?? kept else { return work }
    let counted = Int(answer.tokens.completion)
    work.size.answerTokens =
      counted > 0 ? counted : TokenEstimator().tokens(ofBytes: try answer.decoded().answerBytes)
    return work
  }
}

extension [RunPlan.RowWork] {
  /// The same work at the price of batches, except for the first call before them.
  func batched(_ isBatched: Bool, hasBegun: Bool) -> Self {
    guard isBatched else { return self }
    var work = self
    var isFirst = !hasBegun
    for index in work.indices where work[index].asksModel {
      work[index].size.isBatched = !isFirst
      isFirst = false
    }
    return work
  }
}
