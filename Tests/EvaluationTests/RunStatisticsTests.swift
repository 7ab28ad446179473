import Providers
import Store
import Testing

@testable import Evaluation

@Suite struct RunStatisticsTests {
  private func row(
    score: Double? = nil, latency: Double? = nil, cost: Double? = 0, truncated: Bool = false,
    reviews: [RunStatistics.Review] = []
  ) -> RunStatistics.Row {
    RunStatistics.Row(
      isCompleted: true, score: score, latency: latency, cost: cost, isTruncated: truncated, reviews: reviews)
  }

  @Test func `no rows have no figures`() {
    let statistics = RunStatistics()
    #expect(statistics.averageScore == nil)
    #expect(statistics.usage == nil)
    #expect(statistics.totalCost == 0)
    #expect(statistics.latencyQuantiles([0.5, 0.95]).isEmpty)
    #expect(statistics.metricAverages.isEmpty)
  }

  @Test func `scores are averaged over the rows that have one`() {
    let statistics = RunStatistics([row(score: 5), row(score: 2), row(), RunStatistics.Row(isCompleted: false)])
    #expect(statistics.averageScore == 3.5)
    #expect(statistics.scoreCount == 2)
    #expect((statistics.completed, statistics.failed) == (3, 1))
  }

  private func cached(_ saving: Double, cost: Double? = 1, read: Int = 900) -> RunStatistics.Row {
    RunStatistics.Row(
      isCompleted: true,
      usage: TokenUsage(promptTokens: 1_000, completionTokens: 5, cachedTokens: read, cacheWriteTokens: 10),
      cost: cost, cacheSaving: saving)
  }

  @Test func `what caches saved is added up, may be a loss, and is nothing without a cache or a price`() {
    #expect(RunStatistics([cached(0.5), cached(-0.25)]).cacheSaving == 0.25)
    #expect(RunStatistics([cached(-0.25)]).cacheSaving == -0.25)
    #expect(RunStatistics([cached(0.5), cached(0, cost: nil)]).cacheSaving == nil)
    #expect(RunStatistics([row(cost: 1)]).cacheSaving == nil)
    #expect(RunStatistics([cached(1), cached(1)]).usage?.cachedTokens == 1_800)
  }

  @Test func `the lowest and the highest score are kept, and how often the highest occurs`() {
    let statistics = RunStatistics([3, 4, 5, 1, 5, 4].map { row(score: $0) })
    #expect((statistics.lowestScore, statistics.highestScore) == (1, 5))
    #expect(statistics.highestScoreCount == 2)
  }

  @Test func `one unknown cost makes the total unknown, a failed row does not`() {
    var statistics = RunStatistics([row(cost: 0.25), row(cost: 0.5), RunStatistics.Row(isCompleted: false)])
    #expect(statistics.totalCost == 0.75)
    statistics.add(RunStatistics.Row(isCompleted: false, cost: 0.25))
    #expect(statistics.totalCost == 1)
    statistics.add(row(cost: nil))
    #expect(statistics.totalCost == nil)
  }

  @Test func `usage is summed where it is known`() {
    let usage = TokenUsage(promptTokens: 3, completionTokens: 5, cachedTokens: 1, reasoningTokens: 2)
    let statistics = RunStatistics([
      RunStatistics.Row(isCompleted: true, usage: usage), RunStatistics.Row(isCompleted: true),
      RunStatistics.Row(isCompleted: false, usage: usage),
    ])
    #expect(
      statistics.usage == TokenUsage(promptTokens: 6, completionTokens: 10, cachedTokens: 2, reasoningTokens: 4))
  }

  // `numpy.quantile(numpy.arange(1, 101), [0.5, 0.95])`
  @Test func `latencies give their median and 95th percentile`() {
    let statistics = RunStatistics((1...100).shuffled().map { row(latency: Double($0)) })
    let quantiles = statistics.latencyQuantiles([0.5, 0.95])
    #expect(abs(quantiles[0] - 50.5) < 1e-9)
    #expect(abs(quantiles[1] - 95.05) < 1e-9)
  }

  @Test func `metrics are averaged without their failed reviews`() {
    let statistics = RunStatistics([
      row(reviews: [
        RunStatistics.Review(metricID: 2, name: "tone", score: 4),
        RunStatistics.Review(metricID: 1, name: "facts", score: nil),
      ]),
      row(reviews: [
        RunStatistics.Review(metricID: 2, name: "tone", score: 1),
        RunStatistics.Review(metricID: nil, name: "agreement", score: 3),
      ]),
    ])
    let averages = statistics.metricAverages
    #expect(averages.map(\.name) == ["tone", "facts", "agreement"])
    #expect(averages.map(\.average) == [2.5, nil, 3])
    #expect(averages.map(\.count) == [2, 0, 1])
    #expect((statistics.reviewsCompleted, statistics.reviewsFailed) == (3, 1))
  }

  // MARK: Warnings

  private func warnings(
    _ rows: [RunStatistics.Row], scoring: Scoring = .llmJudge, judge: String? = "b"
  ) -> [String] {
    RunWarnings.sentences(
      RunStatistics(rows), RunScoring(scoring: scoring, judgeModel: judge, criteria: [.agreement])
    ) { nil }
  }

  @Test func `a sound run has no warning`() {
    #expect(warnings([3, 4, 5, 2, 5].map { row(score: $0) }).isEmpty)
    #expect(warnings([]).isEmpty)
    #expect(warnings([row(score: 5)]).isEmpty)
    #expect(warnings([row(score: 1), row(score: 2)], judge: nil).isEmpty)
  }

  @Test func `reviews with fewer samples than were asked for are counted`() {
    func review(_ lacksSamples: Bool) -> RunStatistics.Review {
      RunStatistics.Review(metricID: nil, name: "agreement", score: 4, lacksSamples: lacksSamples)
    }
    let warnings = warnings([row(score: 4, reviews: [review(true)]), row(score: 3, reviews: [review(false)])])
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("1 of 2 reviews are the median of fewer samples than judge_samples") == true)
  }

  @Test func `a judge that gives every answer the same score is doubted`() {
    #expect(warnings([row(score: 3), row(score: 3)]).first?.contains("try another judge_model") == true)
  }

  @Test(arguments: [
    ([3.0, 3, 3], "All 3 scores are 3:"), ([2.5, 2.5], "All 2 scores are 2.5:"),
    (Array(repeating: 5, count: 20), "All 20 scores are 5:"),
    (Array(repeating: 5, count: 18) + [1, 4], "18 of 20 scores are at the ceiling (5):"),
  ])
  func `scores that distinguish nothing cause one warning`(scores: [Double], start: String) {
    let warnings = warnings(scores.map { row(score: $0) })
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix(start) == true)
  }

  @Test(arguments: [
    (Array(repeating: 5.0, count: 17) + [1, 4, 4], Scoring.llmJudge), (Array(repeating: 5, count: 8) + [1], .llmJudge),
    (Array(repeating: 1, count: 19) + [2], .llmJudge),
  ])
  func `there is no ceiling below nine tenths, with few rows or at the floor`(scores: [Double], scoring: Scoring) {
    #expect(warnings(scores.map { row(score: $0) }, scoring: scoring).isEmpty)
  }

  @Test func `all right answers are no fault of compared texts, and all wrong ones need no harder rows`() {
    for rights in [19, 20] {
      let scores: [Double] = Array(repeating: 1, count: rights) + Array(repeating: 0, count: 20 - rights)
      #expect(warnings(scores.map { row(score: $0) }, scoring: .exactMatch).isEmpty)
    }
    for (scoring, lowest) in [(Scoring.exactMatch, 0.0), (.contains, 0), (.llmJudge, 1)] {
      let warning = warnings([row(score: lowest), row(score: lowest)], scoring: scoring).first
      #expect(warning?.contains("All 2 scores are") == true && warning?.contains("harder rows") == false)
    }
  }

  @Test func `failed rows and missing reviews are counted`() {
    let failed = RunStatistics.Row(isCompleted: false)
    let texts = warnings([row(score: 0), row(score: 1), failed], scoring: .contains)
    #expect(texts.count == 1 && texts[0].hasPrefix("1 of 3 rows failed: avg_score is the mean of the other 2"))
    #expect(texts[0].contains("score_with_failures_as_zero"))
    var missing = row(score: nil)
    missing.missingReviews = 1
    let judged = warnings([row(score: 2), row(score: 4), missing])
    #expect(judged.count == 1 && judged[0].contains("runs_generate makes them"))
  }

  @Test func `calls of unknown cost are counted, with the least that the run has cost`() {
    let row = RunStatistics.Row(isCompleted: true, score: 1, cost: nil, knownCost: 0.25, uncountedCalls: 2)
    let statistics = RunStatistics([row, self.row(score: 0, cost: 0.5)])
    #expect(statistics.totalCost == nil && statistics.knownCost == 0.75 && statistics.uncountedCalls == 2)
    #expect(warnings([row]).contains { $0.contains("2 calls") && $0.contains("at least $0.25") })
  }

  @Test func `a second mean counts a failed row as 0`() {
    let statistics = RunStatistics([row(score: 1), row(score: 1), row(), RunStatistics.Row(isCompleted: false)])
    #expect(statistics.averageScore == 1 && statistics.averageWithFailuresAsZero == 2.0 / 3)
    #expect(RunStatistics().averageWithFailuresAsZero == nil)
  }

  @Test func `truncated answers and failed reviews are counted`() {
    let failed = RunStatistics.Review(metricID: 1, name: "tone", score: nil)
    let warnings = warnings([row(score: 1, truncated: true), row(score: 2, reviews: [failed]), row()])
    #expect(warnings.count == 2)
    #expect(warnings.first?.hasPrefix("1 of 1 reviews failed") == true)
    #expect(warnings.last?.hasPrefix("1 of 3 responses were cut off") == true)
  }
}
