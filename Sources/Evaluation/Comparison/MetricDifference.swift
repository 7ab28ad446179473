import Store

/// The difference that one metric of two runs makes: the average of several metrics can rise while one of them falls.
///
/// Its rows, groups and rule are those of the comparison of the scores, on the metric's own scale.
package struct MetricDifference: Sendable {
  package let name: String
  /// The paired comparison; the metrics share its false alarms equally (Bonferroni).
  package let comparison: PairedComparison
  /// Its interval at ``PairedComparison/level``; nil where the score has none either.
  package var interval: ClosedRange<Double>? { hasInterval ? comparison.interval : nil }
  private let hasInterval: Bool
  /// The number of metrics that share the level.
  private let tests: Int

  /// Whether the candidate is shown to be worse by the metric, even if by less than the margin.
  package var hasFallen: Bool { comparison.isLossShown && comparison.doubt == nil }
  /// Whether it is shown to be worse, and not shown to be so by less than the margin.
  package var exceedsMargin: Bool { comparison.verdict == .worse }

  /// What decides in the comparison of the scores, and so in that of each metric.
  struct Rule: Sendable {
    /// The indices of the rows that count.
    let rows: [Int]
    let groups: RowGroups
    let isInProgress: Bool
    let hasStopRule: Bool
    /// The evidence that one comparison needs; nil for what the numbers of comparisons and drafts require.
    let required: Double?
    let hasInterval: Bool
    let comparisons: Int
    /// How much worse still counts as not worse, as a share of the scale; nil if the user gave none.
    let margin: Double?
  }

  /// Every metric that both runs have with the same origin; empty where it would only repeat the score.
  static func all(_ baseline: ComparedRun, _ candidate: ComparedRun, _ rule: Rule) -> [MetricDifference] {
    let pairs = candidate.scoring.allMetrics.compactMap { metric in
      baseline.scoring.allMetrics.first { $0.id == metric.id && $0.origin == metric.origin }.map { ($0, metric) }
    }
    guard pairs.count > 1 else { return [] }
    return pairs.compactMap { first, second in
      MetricDifference((baseline, first), (candidate, second), rule, tests: pairs.count)
    }
  }

  /// Nil for a metric without a row that has a result in both runs.
  private init?(
    _ baseline: (run: ComparedRun, metric: RunScoring.Metric),
    _ candidate: (run: ComparedRun, metric: RunScoring.Metric),
    _ rule: Rule, tests: Int
  ) {
    let isCheck = candidate.run.scoring.checks.contains { $0.id == candidate.metric.id }
    let sides = [baseline, candidate]
    let applicable = rule.rows.filter { row in !sides.contains { $0.run.skips(row: row, by: $0.metric) } }
    let rows = applicable.map { row in
      let results = sides.map { $0.run.result(ofRow: row, by: $0.metric, isCheck: isCheck) }
      return PairedComparison.Row(
        baseline: results[0], candidate: results[1], group: rule.groups[row],
        // A check that could not score an answer says nothing about it.
        isUnknown: zip(sides, results).contains { isCheck && $1 == nil && $0.run.entries[row]?.status != .failed },
        baselineFailures: isCheck ? baseline.run.failures(ofRow: row, by: baseline.metric) : nil,
        candidateFailures: isCheck ? candidate.run.failures(ofRow: row, by: candidate.metric) : nil)
    }
    let isRepeated = sides.contains(where: \.run.isRepeated)
    let scale =
      isRepeated
      ? .bounded(candidate.metric.scale.bounds)
      : candidate.metric.scale.narrowed(to: rows.lazy.flatMap { [$0.baseline, $0.candidate].compactMap(\.self) })
    comparison = PairedComparison(
      rows, scale: scale, missing: isCheck && !rule.isInProgress && !rule.hasStopRule ? .countZero : .leaveOut,
      isInProgress: rule.isInProgress, hasStopRule: rule.hasStopRule,
      required: rule.required.map { $0 * Double(tests) }, comparisons: rule.comparisons, tests: tests,
      drafts: candidate.run.drafts, margin: rule.margin.map { $0 * scale.range })
    if comparison.pairs == 0 { return nil }
    name = candidate.metric.name
    hasInterval = rule.hasInterval
    self.tests = tests
  }
}

extension [MetricDifference] {
  /// The level of each interval; nil without metrics.
  package var level: Double? { first?.comparison.level }

  /// What a verdict must not leave unsaid; nil if no metric is shown to have fallen.
  func sentence(after verdict: Verdict) -> String? {
    let fallen = filter(\.hasFallen).map { "\"\($0.name)\"" }
    if fallen.isEmpty { return nil }
    return "\(verdict == .worse ? "The" : "But the") candidate is worse by \(fallen.joined(separator: " and "))."
  }

  /// One sentence for each metric that is shown to have fallen.
  var warnings: [String] { filter(\.hasFallen).compactMap(\.sentence) }
}

extension MetricDifference {
  /// The fall in words, such as `"amount" fell from 1 to 0.7: -0.3, ...`; nil without rows in both runs.
  package var sentence: String? {
    guard let means = comparison.means, let difference = comparison.meanDifference else { return nil }
    func text(_ value: Double) -> String { VerdictSentence.rounded(value) }
    let range = interval.map {
      ", \(VerdictSentence.percent(comparison.level)) interval \(text($0.lowerBound)) to \(text($0.upperBound)) "
        + "(Bonferroni for \(tests) metrics)"
    }
    let margin = exceedsMargin ? "" : ", by less than the margin"
    return "\"\(name)\" fell from \(text(means.baseline)) to \(text(means.candidate))\(margin): \(text(difference))"
      + "\(range ?? ""), \(wins) won, \(losses) lost."
  }

  /// The numbers of rows with a higher and with a lower result.
  package var wins: Int { comparison.differences.rows.count { $0 > 0 } }
  package var losses: Int { comparison.differences.rows.count { $0 < 0 } }
}

extension ComparedRun {
  /// Whether a metric does not apply to a row.
  fileprivate func skips(row: Int, by metric: RunScoring.Metric) -> Bool {
    entries[row]?.answers.contains { scoring.review(of: $0, by: metric)?.isSkipped == true } ?? false
  }

  /// A row's result by one metric, the mean of its answers'; nil if an answer lacks one.
  fileprivate func result(ofRow row: Int, by metric: RunScoring.Metric, isCheck: Bool) -> Double? {
    entries[row]?.mean(countsFailures: isFinished && isCheck) { answer in
      answer.status == .failed ? nil : scoring.review(of: answer, by: metric)?.score
    }
  }

  /// The failed answers to a row that count 0 by a check; nil if there are none.
  fileprivate func failures(ofRow row: Int, by metric: RunScoring.Metric) -> PairedComparison.FailedAnswers? {
    guard isFinished else { return nil }
    return entries[row]?.failures(
      where: { $0.status == .failed }, of: { scoring.review(of: $0, by: metric)?.score })
  }
}
