import Providers
package import Store

extension RunStatistics {
  /// The figures of a run, from the store's index of its responses, without decoding them.
  package init(_ entries: [ResponseEntry], _ scoring: RunScoring) {
    let allMetrics = scoring.allMetrics
    let isRepeated = entries.containsInPlace { $0.key.repeatIndex > 0 }
    self.init()
    entries.forEachInPlace { entry in
      let tokens = TokenUsage(
        promptTokens: Int(entry.tokens.prompt), completionTokens: Int(entry.tokens.completion),
        cachedTokens: Int(entry.tokens.cached), cacheWriteTokens: Int(entry.tokens.cacheWrite),
        reasoningTokens: Int(entry.tokens.reasoning))
      let isFailed = entry.status == .failed
      let reviews = (isFailed ? [] : allMetrics).compactMap { metric -> Review? in
        guard let review = scoring.review(of: entry, by: metric), !review.isSkipped else { return nil }
        return Review(
          metricID: metric.id == 0 ? nil : metric.id, name: metric.name, score: review.score,
          isCutOff: review.score == nil && review.cutOffLimit > 0,
          lacksSamples: review.score != nil && !review.isCheck
            && (1..<scoring.judgeSamples).contains(Int(review.sampleCount)),
          sampleSpread: review.sampleCount > 1 ? review.sampleSpread : nil, isCheck: review.isCheck)
      }
      add(
        Row(
          rowIndex: isRepeated ? entry.rowIndex : nil, isCompleted: !isFailed, score: scoring.score(of: entry),
          latency: entry.latency,
          usage: tokens.totalTokens > 0 ? tokens : nil, cost: entry.cost, knownCost: entry.knownCost,
          uncountedCalls: Int(entry.uncountedCalls), isTruncated: entry.isTruncated, reviews: reviews,
          missingReviews: isFailed ? 0 : scoring.lacking(entry, retryingFailed: false).count,
          missingChecks: scoring.uncheckedMetrics(of: entry).count, isCopied: entry.isCopied,
          isBeyondMetrics: scoring.isBeyondMetrics(entry), cacheSaving: entry.cacheSaving,
          isRefusal: entry.isRefusal, failsAgain: entry.failsAgain))
    }
  }
}
