package import Store

/// Whether rows have failed by a run's scoring.
extension RunScoring {
  /// The status of a row: failed if the model gave no answer, or if the answer could not be scored.
  package func status(of entry: ResponseEntry) -> ResponseStatus {
    let isUnscored = entry.status == .completed && scoringMetrics.contains { isFailed(entry, by: $0) }
    return isUnscored ? .failed : entry.status
  }

  /// The status of a row, as of its entry.
  package func status(of response: ResponseRecord) -> ResponseStatus {
    failedReview(of: response) == nil ? response.status : .failed
  }

  /// Why a row failed; nil if it did not.
  package func error(of response: ResponseRecord) -> String? {
    response.error ?? failedReview(of: response)?.error.map { "The answer could not be scored: \($0)" }
  }

  private func isFailed(_ entry: ResponseEntry, by metric: Metric) -> Bool {
    review(of: entry, by: metric)?.isFailed ?? false
  }

  /// The failed review that leaves an answer without a score.
  private func failedReview(of response: ResponseRecord) -> ReviewRecord? {
    guard response.status == .completed else { return nil }
    return scoringMetrics.lazy.compactMap { review(in: response.reviews, by: $0) }.first { $0.status == .failed }
  }
}
