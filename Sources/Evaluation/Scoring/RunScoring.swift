package import Store

/// Computes a run's scores from its responses by its current scoring, metrics, checks and judge.
///
/// The planner, progress, figures, warnings, report and comparison all use it. A response may hold reviews by earlier
/// judges, of earlier wordings and by removed metrics; these are kept but do not count.
package struct RunScoring: Sendable {
  /// A metric by which responses are reviewed.
  package struct Metric: Sendable, Equatable {
    /// 0 for the built-in criterion, as in ``Store/ResponseEntry/ReviewSummary``.
    package let id: Int
    package let name: String
    package let fingerprint: String
    /// The origin of the reviews that count.
    let origin: UInt64
    /// Whether the metric was deleted: its reviews count, but no new ones are made.
    package let isDeleted: Bool
    /// The scale of its reviews.
    package var scale = ScoreScale.bounded(1...5)
    /// The check, or why it cannot be used; nil for a metric of a judge, and for a deleted one.
    var check: Result<Check, EvaluationError>?

    /// Whether it is a check that applies only to some rows.
    var mayNotApply: Bool { if case .success(let check) = check { check.mayNotApply } else { false } }
  }

  package let scorer: Scorer
  /// The column of the expected output; nil for the standard one.
  package let expectedColumn: String?
  /// The judge's canonical name; nil for a run without a judge.
  package let judgeModel: String?
  package let judgeSamples: Int
  /// Nil for the default of the judge's vendor.
  package let judgeEffort: String?
  /// The metrics by which a judge reviews responses, whatever the scoring; empty without a judge.
  package private(set) var metrics: [Metric]
  /// The metrics with checks, whatever the scoring.
  package private(set) var checks: [Metric]
  /// Whether a review without a recorded judge and wording counts until there is a recorded one.
  package private(set) var countsUnrecorded = true
  /// The origin of scores by comparing texts.
  let comparison: UInt64
  /// The origin of scores by the rule that compared everything as text.
  private let textComparison: UInt64
  /// What answers and expected outputs are compared as.
  let form: TextComparison.Form
  /// The name of what answers and expected outputs are compared as; nil for text.
  package var comparedForm: String? { form.recorded }
  /// What the judge is shown besides texts; nil for nothing.
  package let judgeMaterial: String?
  /// The limit on tokens of the judge.
  package let judgeMaxTokens: Int

  init(
    scoring: Scoring, expectedColumn: String? = nil, judgeModel: String? = nil, judgeSamples: Int? = nil,
    judgeEffort: String? = nil, judgeMaxTokens: Int? = nil, form: TextComparison.Form = .text,
    judgeMaterial: String? = nil, criteria: [Criterion] = [], checks: [CheckedMetric] = []
  ) {
    let judge = judgeModel.map(JudgeName.canonical)
    let samples = min(max(judgeSamples ?? 1, 1), Judge.maxSamples)
    scorer = scoring.scorer
    let column = Self.recorded(expectedColumn)
    self.expectedColumn = column
    self.judgeModel = judge
    self.judgeSamples = samples
    self.judgeEffort = judgeEffort
    self.judgeMaxTokens = judgeMaxTokens ?? JudgePrompt.Settings.usualMaxTokens
    self.form = form
    self.judgeMaterial = judgeMaterial
    metrics =
      judge.map { judge in
        criteria.map { criterion in
          Metric(
            id: criterion.metricID ?? 0, name: criterion.name, fingerprint: criterion.fingerprint,
            origin: Origin.ofReview(
              judgeModel: judge, fingerprint: criterion.fingerprint, judgeSamples: samples, judgeEffort: judgeEffort,
              judgeMaterial: judgeMaterial),
            isDeleted: false)
        }
      } ?? []
    self.checks = checks.map { metric in
      let fingerprint = metric.fingerprint(expectedColumn: column)
      return Metric(
        id: metric.id, name: metric.name, fingerprint: fingerprint, origin: Origin.ofCheck(fingerprint: fingerprint),
        isDeleted: false, scale: metric.scale, check: metric.check)
    }
    comparison = Origin.ofComparison(scoring: scoring, expectedColumn: column, form: form.recorded)
    textComparison = Origin.ofComparison(scoring: scoring, expectedColumn: column)
  }

  /// The metrics by which responses are reviewed: a judge's, and checks.
  package var allMetrics: [Metric] { metrics + checks }

  /// The metrics whose reviews make the score.
  var scoringMetrics: [Metric] {
    switch scorer.source {
    case .reviews: metrics
    case .checks: checks
    case .texts, .nothing: []
    }
  }

  /// The name of ``scorer``.
  package var scoring: Scoring { scorer.scoring }

  /// The same rule, counting only reviews that record their judge and wording.
  var recordedOnly: RunScoring {
    var scoring = self
    scoring.countsUnrecorded = false
    return scoring
  }

  /// The same checks, without scores that compare texts.
  var checksOnly: RunScoring {
    var scoring = RunScoring(scoring: .none, expectedColumn: expectedColumn)
    scoring.checks = checks
    return scoring
  }

  /// Adds deleted metrics in the wording that was last used.
  ///
  /// A metric without reviews by the judge or by a check does not count.
  mutating func count(deleted ids: [Int], reviewedIn entries: [ResponseEntry]) throws(StoreError) {
    for id in ids {
      var newest: ReviewRecord?
      var seen: Set<UInt64> = []
      for entry in entries {
        for mark in entry.reviews where mark.metricID == id && seen.insert(mark.origin).inserted {
          let review = try entry.decoded().reviews.last { $0.metricID == id && $0.origin == mark.origin }
          guard let review, isCounted(review) else { continue }
          if newest.map({ $0.id < review.id }) ?? true { newest = review }
        }
      }
      guard let newest else { continue }
      let isCheck = newest.check != nil
      let metric = Metric(
        id: id, name: newest.metricName, fingerprint: newest.fingerprint ?? "", origin: newest.origin, isDeleted: true,
        scale: .bounded(isCheck ? 0...1 : 1...5))
      if isCheck { checks.append(metric) } else { metrics.append(metric) }
    }
  }

  private func isCounted(_ review: ReviewRecord) -> Bool {
    if review.check != nil { return true }
    guard judgeModel != nil else { return false }
    return review.origin == 0
      || (review.judgeModel, review.judgeSamples, review.judgeEffort, review.judgeMaterial)
        == (judgeModel, judgeSamples, judgeEffort, judgeMaterial)
  }

  /// The metrics for which the judge makes new reviews.
  package var askedMetrics: [Metric] { metrics.filter { !$0.isDeleted } }

  // MARK: Counted reviews

  /// The score of a response.
  ///
  /// The mean of the metrics that apply to its row. Nil for a response that failed, lacks a review by one of them, or was
  /// scored in another way, and for one to whose row no metric applies.
  package func score(of entry: ResponseEntry) -> Double? {
    if entry.status == .failed { return nil }
    switch scorer.source {
    case .texts: return isCompared(entry) ? entry.score : nil
    case .reviews, .checks: return reviewedScore(of: entry)
    case .nothing: return nil
    }
  }

  /// The score of a response, 0 for a failed one where that is a wrong answer.
  package func scoreCountingFailures(of entry: ResponseEntry) -> Double? { isWrong(entry) ? 0 : score(of: entry) }

  /// Whether a response failed where that is a wrong answer: not in a row that is beyond scoring.
  package func isWrong(_ entry: ResponseEntry) -> Bool {
    entry.status == .failed && scorer.countsFailuresAsZero && !isBeyondScoring(entry)
  }

  /// Whether no answer to the row of a response can have a score: no metric that makes it applies to the row, or there is no
  /// expected output to compare with.
  package func isBeyondScoring(_ entry: ResponseEntry) -> Bool {
    isBeyondMetrics(entry) || isWithoutExpectedOutput(entry)
  }

  /// The score of a response, as of its entry.
  package func score(of response: ResponseRecord) -> Double? {
    if response.status == .failed { return nil }
    switch scorer.source {
    case .texts: return response.score
    case .reviews, .checks:
      return Self.mean(
        scoringMetrics.lazy.map { metric in
          review(in: response.reviews, by: metric).map { ($0.score, $0.status == .skipped) }
        })
    case .nothing: return nil
    }
  }

  /// Whether the stored score of a response comes from the run's text comparison, perhaps by an earlier rule.
  private func isCompared(_ entry: ResponseEntry) -> Bool {
    entry.comparison == comparison || entry.comparison == textComparison || entry.comparison == 0
  }

  /// Whether the stored score of a response is recorded as coming from the run's text comparison.
  func isMade(_ entry: ResponseEntry) -> Bool { entry.comparison == comparison }

  /// Whether texts are compared, and the row of a response has no expected output.
  ///
  /// The scorer of a failed response is recorded only where that is so.
  private func isWithoutExpectedOutput(_ entry: ResponseEntry) -> Bool {
    scorer.comparesTexts && entry.score == nil && isCompared(entry)
      && (entry.status != .failed || entry.comparison != 0)
  }

  private func reviewedScore(of entry: ResponseEntry) -> Double? {
    Self.mean(scoringMetrics.lazy.map { metric in review(of: entry, by: metric).map { ($0.score, $0.isSkipped) } })
  }

  /// The mean of the metrics that apply; nil without any, and if one of them has no score.
  private static func mean(_ reviews: some Sequence<(score: Double?, isSkipped: Bool)?>) -> Double? {
    var (sum, count) = (0.0, 0)
    for review in reviews {
      if review?.isSkipped == true { continue }
      guard let score = review?.score else { return nil }
      sum += score
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// Whether no metric that makes the score applies to the row of a response.
  package func isBeyondMetrics(_ entry: ResponseEntry) -> Bool {
    isSkipped(entry, byAll: scoringMetrics)
  }

  /// Whether there are metrics, and none of them applies to the row of a response.
  func isSkipped(_ entry: ResponseEntry, byAll metrics: [Metric]) -> Bool {
    !metrics.isEmpty && metrics.allSatisfy { isSkipped(entry, by: $0) }
  }

  /// Whether a metric does not apply to the row of a response.
  package func isSkipped(_ entry: ResponseEntry, by metric: Metric) -> Bool {
    review(of: entry, by: metric)?.isSkipped == true
  }

  /// The review of a response that counts for a metric; nil if it is still to be made.
  package func review(of entry: ResponseEntry, by metric: Metric) -> ResponseEntry.ReviewSummary? {
    Self.current(entry.reviews, for: metric, countsUnrecorded: countsUnrecorded, id: \.metricID, origin: \.origin)
  }

  /// The reviews that count, in metric order.
  package func reviews(of response: ResponseRecord) -> [ReviewRecord] {
    allMetrics.compactMap { review(in: response.reviews, by: $0) }
  }

  package func review(in reviews: [ReviewRecord], by metric: Metric) -> ReviewRecord? {
    Self.current(reviews, for: metric, countsUnrecorded: countsUnrecorded, id: { $0.metricID ?? 0 }, origin: \.origin)
  }

  private static func current<Review>(
    _ reviews: [Review], for metric: Metric, countsUnrecorded: Bool, id: (Review) -> Int, origin: (Review) -> UInt64
  ) -> Review? {
    if let recorded = reviews.last(where: { id($0) == metric.id && origin($0) == metric.origin }) { return recorded }
    return countsUnrecorded ? reviews.last { id($0) == metric.id && origin($0) == 0 } : nil
  }
}
