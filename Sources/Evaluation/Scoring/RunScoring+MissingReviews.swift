package import Store

/// The reviews that answers lack.
extension RunScoring {
  /// The checks without a result for an answer.
  package func uncheckedMetrics(of entry: ResponseEntry) -> [Metric] {
    entry.status == .failed ? [] : checks.filter { !$0.isDeleted && review(of: entry, by: $0) == nil }
  }

  /// Whether it is not recorded which checks apply to the row of a failed answer.
  func mayLackSkips(_ entry: ResponseEntry) -> Bool {
    entry.status == .failed
      && checks.contains { !$0.isDeleted && $0.mayNotApply && review(of: entry, by: $0) == nil }
  }

  /// Whether nothing scores the answer to a row: the run has metrics, and none of them applies.
  package func isBeyondAll(_ entry: ResponseEntry) -> Bool {
    !scorer.comparesTexts && isSkipped(entry, byAll: allMetrics)
  }

  /// The metrics by which a response has no review, or, if those are to be tried again, a failed one.
  ///
  /// A review that the judge's limit has cut off would be cut off by it again.
  package func lacking(_ entry: ResponseEntry, retryingFailed: Bool) -> [Metric] {
    askedMetrics.filter { metric in
      guard let review = review(of: entry, by: metric) else { return true }
      return retryingFailed && review.isFailed && review.cutOffLimit < judgeMaxTokens
    }
  }

  /// Whether a review that is there stays, or is to be made again.
  func keeps(_ review: ReviewRecord, retryingFailed: Bool) -> Bool {
    review.status != .failed || !retryingFailed || (review.cutOffLimit ?? 0) >= judgeMaxTokens
  }

  /// Failed reviews that stay although failed ones are tried again.
  func keptFailures(of entries: [ResponseEntry]) -> Int {
    let retried = entries.filter { $0.status != .failed }.reduce(0) { sum, entry in
      sum + lacking(entry, retryingFailed: true).count - lacking(entry, retryingFailed: false).count
    }
    return reviewCounts(of: entries).failed - retried
  }

  /// Reviews of the answers there are: completed, failed, still to be made, and skipped without a call.
  package func reviewCounts(
    of entries: [ResponseEntry]
  ) -> (completed: Int, failed: Int, missing: Int, skipped: Int) {
    var counts = (completed: 0, failed: 0, missing: 0, skipped: 0)
    if metrics.isEmpty { return counts }
    entries.forEachInPlace { entry in
      if entry.status == .failed { return }
      for metric in metrics {
        switch review(of: entry, by: metric) {
        case nil: counts.missing += metric.isDeleted ? 0 : 1
        case let review? where review.isSkipped: counts.skipped += 1
        case let review? where review.isFailed: counts.failed += 1
        default: counts.completed += 1
        }
      }
    }
    return counts
  }
}
