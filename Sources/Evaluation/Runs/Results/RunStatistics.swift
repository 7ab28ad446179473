package import Providers
package import Store

/// A run's figures, gathered response by response; the latencies take eight bytes each.
package struct RunStatistics: Sendable, Equatable {
  /// The mean of one metric's reviews.
  package struct MetricAverage: Sendable, Equatable {
    package let metricID: Int?
    package let name: String
    /// Nil without a completed review.
    package let average: Double?
    /// The number of reviews in the average.
    package let count: Int
  }

  private struct MetricTally: Sendable, Equatable {
    let metricID: Int?
    let name: String
    var scores = RowMeans()
  }

  /// Whether a row may have several responses.
  private(set) var hasRepeats = false
  package private(set) var completed = 0
  package private(set) var failed = 0
  /// The answers that were copied in place of calls.
  package private(set) var copied = 0
  package private(set) var truncated = 0
  /// The responses in which the model refused to answer, with or without a text.
  package private(set) var refusals = 0
  /// Of the failed responses, those that only `retry_failed` tries again.
  package private(set) var failedForGood = 0
  package private(set) var reviewsCompleted = 0
  package private(set) var reviewsFailed = 0
  /// Of the failed reviews, those that the judge's limit on tokens cut off.
  package private(set) var reviewsCutOff = 0
  /// Of the completed reviews, those with fewer samples than were asked for.
  package private(set) var reviewsLackingSamples = 0
  /// Of the completed reviews, those with several samples.
  package private(set) var reviewsSampled = 0
  /// Of these, those whose samples differ by 2 or more.
  package private(set) var reviewsScattered = 0
  /// Reviews that are still to be made of the answers there are.
  package private(set) var reviewsMissing = 0
  /// Results of checks with a score.
  package private(set) var checksCompleted = 0
  /// Results of checks that could not score an answer.
  package private(set) var checksFailed = 0
  /// Results of checks that the answers there are lack.
  package private(set) var checksMissing = 0
  /// Answers without a score because nothing that makes it applies to their rows (``RunScoring/isBeyondScoring(_:)``).
  package private(set) var beyondScoring = 0
  /// Failed answers that are no wrong ones for the same reason.
  package private(set) var failedBeyondScoring = 0
  private var spending = Spending()
  /// Of the calls of unknown cost, those of which no response tells.
  package private(set) var lostCalls = 0
  /// The calls that ended in errors of servers.
  package private(set) var serverErrors = ServerErrors()
  /// The tokens of all responses that report them; nil if none does.
  package private(set) var usage: TokenUsage?
  private var saving = 0.0
  package private(set) var lowestScore: Double?
  package private(set) var highestScore: Double?
  private var scores = RowMeans()
  /// The scores, and 0 for each failed response to whose row a metric applies.
  private var scoresWithFailures = RowMeans()
  private var atHighest = 0
  private var cost = 0.0
  private var isCostKnown = true
  private var latencies: [Double] = []
  private var metrics: [MetricTally] = []

  package init() {}

  package init(_ rows: some Sequence<Row>) {
    for row in rows { add(row) }
  }

  package mutating func add(_ row: Row) {
    if row.rowIndex != nil { hasRepeats = true }
    if row.isCompleted {
      completed += 1
    } else {
      failed += 1
      if row.isBeyondScoring {
        failedBeyondScoring += 1
      } else {
        scoresWithFailures.add(0, row: row.rowIndex)
      }
    }
    if row.isTruncated { truncated += 1 }
    if row.isRefusal { refusals += 1 }
    if row.failsAgain { failedForGood += 1 }
    if row.isCopied { copied += 1 }
    if let score = row.score { add(score: score, row: row.rowIndex) }
    if let latency = row.latency { latencies.append(latency) }
    if let rowUsage = row.usage { usage = (usage ?? .zero) + rowUsage }
    // A failed row without tokens got no answer, so it costs nothing, unless a call was lost.
    if let rowCost = row.cost {
      cost += rowCost
    } else if row.isCompleted || row.usage != nil || row.uncountedCalls > 0 {
      isCostKnown = false
    }
    spending.add(known: row.knownCost, uncountedCalls: row.uncountedCalls)
    serverErrors.add(row.serverErrors, dearestCall: row.dearestCall)
    saving += row.cacheSaving
    reviewsMissing += row.missingReviews
    checksMissing += row.missingChecks
    if row.isBeyondScoring, row.isCompleted { beyondScoring += 1 }
    for review in row.reviews { add(review, row: row.rowIndex) }
  }

  /// Adds what the test of a judge has cost, unless another run paid for it.
  package mutating func add(_ probe: ProbeRecord) {
    guard probe.sourceRunID == nil else { return }
    if let tokens = probe.usage {
      usage = (usage ?? .zero) + TokenUsage(tokens)
      if probe.cost == nil { isCostKnown = false }
    }
    if probe.uncountedCalls > 0 { isCostKnown = false }
    cost += probe.cost ?? 0
    saving += probe.cacheSaving ?? 0
    spending.add(probe)
    add(serverErrors: probe.serverErrors)
  }

  /// Adds calls that ended in errors of servers and of which no response tells.
  mutating func add(serverErrors count: Int) { serverErrors.add(count) }

  /// Adds the most calls that may have been paid for although no response has them.
  mutating func add(lostCalls count: Int) {
    lostCalls += count
    spending.add(known: 0, uncountedCalls: count)
  }

  /// Whether a response or a review failed.
  package var hasFailures: Bool { failed + reviewsFailed + checksFailed > 0 }

  /// Leaves out the latencies, which are those of a few answers that are no sample.
  mutating func dropLatencies() { latencies = [] }

  /// The mean of the scores of rows, each the mean of its responses; nil without scores.
  package var averageScore: Double? { scores.mean }
  /// The mean in which a failed response counts as 0: with scores of 0 and 1, no answer is a wrong answer.
  package var averageWithFailuresAsZero: Double? {
    scoresWithFailures.mean
  }
  /// The number of responses with a score.
  package var scoreCount: Int { scores.count }
  /// The number of responses with the highest score that occurs.
  package var highestScoreCount: Int { atHighest }
  /// US dollars of everything with a known cost.
  package var knownCost: Double { spending.known }
  /// The number of calls of unknown cost; with lost calls, the highest that it may be.
  package var uncountedCalls: Int { spending.uncountedCalls }
  /// US dollars; nil if the cost of a paid row is unknown, or if calls were lost.
  package var totalCost: Double? { isCostKnown && lostCalls == 0 ? cost : nil }

  /// US dollars by which the providers' caches made the calls cheaper, below 0 if they made them dearer; nil if no cache was
  /// used, or if a price is unknown.
  package var cacheSaving: Double? {
    guard let usage, usage.cachedTokens > 0 || usage.cacheWriteTokens > 0 else { return nil }
    return isCostKnown ? saving : nil
  }

  /// The averages by metric, in the order of first occurrence.
  package var metricAverages: [MetricAverage] {
    metrics.map { MetricAverage(metricID: $0.metricID, name: $0.name, average: $0.scores.mean, count: $0.scores.count) }
  }

  /// The latency quantiles of the given shares, in milliseconds; empty without latencies.
  package func latencyQuantiles(_ shares: [Double]) -> [Double] {
    let sorted = latencies.sorted()
    return shares.compactMap { Quantile.of($0, sorted: sorted) }
  }

  private mutating func add(score: Double, row: Int?) {
    scores.add(score, row: row)
    scoresWithFailures.add(score, row: row)
    lowestScore = min(lowestScore ?? score, score)
    if let highest = highestScore, score < highest { return }
    atHighest = score == highestScore ? atHighest + 1 : 1
    highestScore = score
  }

  private mutating func add(_ review: Review, row: Int?) {
    // A metric is identified by id and name, because reviews of a deleted metric keep only its name.
    let known = metrics.firstIndex { $0.metricID == review.metricID && $0.name == review.name }
    let index = known ?? metrics.count
    if known == nil { metrics.append(MetricTally(metricID: review.metricID, name: review.name)) }
    if let score = review.score { metrics[index].scores.add(score, row: row) }
    if review.isCheck {
      if review.score == nil { checksFailed += 1 } else { checksCompleted += 1 }
    } else if review.score == nil {
      reviewsFailed += 1
      if review.isCutOff { reviewsCutOff += 1 }
    } else {
      reviewsCompleted += 1
      if review.lacksSamples { reviewsLackingSamples += 1 }
      if let spread = review.sampleSpread {
        reviewsSampled += 1
        if spread >= 2 { reviewsScattered += 1 }
      }
    }
  }
}

extension TokenUsage {
  /// No tokens.
  package static let zero = TokenUsage(promptTokens: 0, completionTokens: 0)

  package static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
    TokenUsage(
      promptTokens: left.promptTokens + right.promptTokens,
      completionTokens: left.completionTokens + right.completionTokens,
      cachedTokens: left.cachedTokens + right.cachedTokens,
      cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
      cacheWriteHourTokens: left.cacheWriteHourTokens + right.cacheWriteHourTokens,
      reasoningTokens: left.reasoningTokens + right.reasoningTokens)
  }
}
