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
      // A closure would copy the entry.
      var reviews: [Review] = []
      if !isFailed {
        for metric in allMetrics {
          guard let review = scoring.review(of: entry, by: metric), !review.isSkipped else { continue }
          reviews.append(Review(review, by: metric, samples: scoring.judgeSamples))
        }
      }
      add(
        Row(
          rowIndex: isRepeated ? entry.rowIndex : nil, isCompleted: !isFailed, score: scoring.score(of: entry),
          latency: entry.latency,
          usage: tokens.totalTokens > 0 ? tokens : nil, cost: entry.cost, knownCost: entry.knownCost,
          uncountedCalls: Int(entry.uncountedCalls), isTruncated: entry.isTruncated, reviews: reviews,
          missingReviews: isFailed ? 0 : scoring.lacking(entry, retryingFailed: false).count,
          missingChecks: scoring.uncheckedMetrics(of: entry).count, isCopied: entry.isCopied,
          isBeyondScoring: scoring.isBeyondScoring(entry), cacheSaving: entry.cacheSaving,
          isRefusal: entry.isRefusal, failsAgain: entry.failsAgain, serverErrors: entry.serverErrors,
          dearestCall: entry.dearestCall))
    }
  }
}

extension ResponseEntry {
  /// US dollars of its answer, or of one of its judgements if that cost more; 0 if neither is known.
  ///
  /// What its failed attempts have cost is part of it.
  fileprivate var dearestCall: Double {
    let judgement = judgeReviewCount > 0 ? (reviewCost ?? 0) / Double(judgeReviewCount) : 0
    return max(isCopied ? 0 : generationCost ?? 0, judgement)
  }
}

extension RunStatistics.Review {
  /// - Parameter samples: the number of samples that a judge was asked for.
  fileprivate init(_ review: ResponseEntry.ReviewSummary, by metric: RunScoring.Metric, samples: Int) {
    self.init(
      metricID: metric.id == 0 ? nil : metric.id, name: metric.name, score: review.score,
      isCutOff: review.score == nil && review.cutOffLimit > 0,
      lacksSamples: review.score != nil && !review.isCheck && (1..<samples).contains(Int(review.sampleCount)),
      sampleSpread: review.sampleCount > 1 ? review.sampleSpread : nil, isCheck: review.isCheck)
  }
}
