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
    work.size.answerTokens = try answer.answerTokens
    return work
  }
}

extension ResponseEntry {
  /// The tokens of its answer alone, as counted, or else by its length.
  fileprivate var answerTokens: Int {
    get throws {
      let counted = Int(tokens.completion)
      // The sum has the tokens of its judges too, and what a copy has spent is no answer.
      if counted > 0, !hasJudgeUsage, !isCopied { return counted }
      let response = try decoded()
      let own = isCopied ? 0 : response.usage?.completionTokens ?? 0
      return own > 0 ? own : TokenEstimator().tokens(ofBytes: response.answerBytes)
    }
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
