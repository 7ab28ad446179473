import Providers
package import Store

extension RunStatistics {
  /// The figures of a run from what the store keeps at hand of its responses, without decoding them.
  ///
  /// Metrics have no names here; their ids tell them apart.
  package init(_ entries: [ResponseEntry]) {
    self.init(
      entries.lazy.map { entry in
        let tokens = TokenUsage(
          promptTokens: Int(entry.tokens.prompt), completionTokens: Int(entry.tokens.completion),
          reasoningTokens: Int(entry.tokens.reasoning))
        return Row(
          isCompleted: entry.status != .failed, score: entry.score, latency: entry.latency,
          usage: tokens.totalTokens > 0 ? tokens : nil, cost: entry.cost, isTruncated: entry.isTruncated,
          reviews: entry.reviews.map {
            Review(metricID: $0.metricID == 0 ? nil : $0.metricID, name: "", score: $0.score)
          })
      })
  }
}
