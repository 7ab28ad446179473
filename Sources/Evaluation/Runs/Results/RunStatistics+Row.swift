package import Providers

extension RunStatistics {
  /// The figures of one response.
  package struct Row: Sendable, Equatable {
    /// The row that it shares with other responses; nil if it is the only one of its row.
    package var rowIndex: Int?
    /// False if the row failed.
    package var isCompleted: Bool
    /// Whether the answer was copied from another run's.
    package var isCopied = false
    package var score: Double?
    /// Milliseconds.
    package var latency: Double?
    /// Generation and judging together.
    package var usage: TokenUsage?
    /// US dollars, generation and judging together; nil if unknown.
    package var cost: Double?
    /// US dollars of the parts with a known cost.
    package var knownCost: Double
    /// US dollars that caches took off; 0 if that is not known.
    package var cacheSaving: Double
    /// The number of calls of unknown cost.
    package var uncountedCalls: Int
    /// The number of calls that ended in errors of servers.
    package var serverErrors: Int
    /// US dollars of its dearest call; 0 if no cost is known.
    package var dearestCall: Double
    /// Whether the model stopped at its token limit.
    package var isTruncated: Bool
    /// Whether the model refused to answer.
    package var isRefusal: Bool
    /// As ``ResponseEntry/failsAgain``.
    package var failsAgain: Bool
    /// The reviews that count, without those that were skipped.
    package var reviews: [Review]
    /// The number of reviews that are still to be made.
    package var missingReviews: Int
    /// The number of checks without a result.
    package var missingChecks: Int
    /// As ``RunScoring/isBeyondScoring(_:)``.
    package var isBeyondScoring: Bool

    package init(
      rowIndex: Int? = nil, isCompleted: Bool, score: Double? = nil, latency: Double? = nil, usage: TokenUsage? = nil,
      cost: Double? = nil,
      knownCost: Double? = nil, uncountedCalls: Int = 0, isTruncated: Bool = false, reviews: [Review] = [],
      missingReviews: Int = 0, missingChecks: Int = 0, isCopied: Bool = false, isBeyondScoring: Bool = false,
      cacheSaving: Double = 0, isRefusal: Bool = false, failsAgain: Bool = false, serverErrors: Int = 0,
      dearestCall: Double = 0
    ) {
      self.rowIndex = rowIndex
      self.isCompleted = isCompleted
      self.isCopied = isCopied
      self.score = score
      self.latency = latency
      self.usage = usage
      self.cost = cost
      self.knownCost = knownCost ?? cost ?? 0
      self.cacheSaving = cacheSaving
      (self.isRefusal, self.failsAgain) = (isRefusal, failsAgain)
      self.uncountedCalls = uncountedCalls
      (self.serverErrors, self.dearestCall) = (serverErrors, dearestCall)
      self.isTruncated = isTruncated
      self.reviews = reviews
      self.missingReviews = missingReviews
      self.missingChecks = missingChecks
      self.isBeyondScoring = isBeyondScoring
    }
  }

  /// One review of a response.
  package struct Review: Sendable, Equatable {
    package var metricID: Int?
    package var name: String
    /// Nil if the review failed.
    package var score: Double?
    /// Whether the judge's limit on tokens made it fail.
    package var isCutOff: Bool
    /// Whether its score is the median of fewer samples than were asked for.
    package var lacksSamples: Bool
    /// The difference between the highest and the lowest of its samples; nil for fewer than two.
    package var sampleSpread: Double?
    /// Whether a check made it.
    package var isCheck: Bool

    package init(
      metricID: Int?, name: String, score: Double?, isCutOff: Bool = false, lacksSamples: Bool = false,
      sampleSpread: Double? = nil, isCheck: Bool = false
    ) {
      self.isCutOff = isCutOff
      self.lacksSamples = lacksSamples
      self.sampleSpread = sampleSpread
      self.isCheck = isCheck
      self.metricID = metricID
      self.name = name
      self.score = score
    }
  }
}
