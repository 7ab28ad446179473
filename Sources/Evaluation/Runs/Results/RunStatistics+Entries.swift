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
      let reviews = (isFailed ? [] : allMetrics).compactMap { metric in
        scoring.review(of: entry, by: metric).map {
          Review(
            metricID: metric.id == 0 ? nil : metric.id, name: metric.name, score: $0.score,
            isCutOff: $0.score == nil && $0.cutOffLimit > 0,
            lacksSamples: $0.score != nil && !$0.isCheck
              && (1..<scoring.judgeSamples).contains(Int($0.sampleCount)),
            sampleSpread: $0.sampleCount > 1 ? $0.sampleSpread : nil, isCheck: $0.isCheck)
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
          cacheSaving: entry.cacheSaving))
    }
  }
}
