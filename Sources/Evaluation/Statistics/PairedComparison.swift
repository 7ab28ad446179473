/// A comparison of two runs on the same rows: the second (the candidate) against the first (the baseline).
package struct PairedComparison: Sendable {
  /// How a row without a score is treated.
  package enum MissingRows: Sendable {
    /// A missing answer is a wrong answer: the row counts 0.
    case countZero
    /// The score is unknown: the row is left out, and a verdict that it could change is withheld.
    case leaveOut
  }

  package enum Test: String, Sendable, Equatable {
    /// For scores of 0 and 1.
    case mcNemar = "exact McNemar"
    case permutation = "paired permutation"
  }

  /// Why a verdict is withheld although the differences allow it.
  package enum WithheldReason: Sendable {
    /// Rows without a score could change the verdict.
    case missingRows
    /// Lost answers, which count 0, make the verdict: see ``FailedAnswers``.
    case lostAnswers
    /// Groups differ in size, and the mean of all rows contradicts the mean of the groups.
    case groupSizes
  }

  package let differences: PairedDifferences
  /// The numbers of rows without a score in the baseline and in the candidate.
  package let missing: (baseline: Int, candidate: Int)
  /// The number of rows without a score in either run.
  let incomplete: Int
  /// The numbers of rows in which failed answers count 0 beside others.
  let partlyFailed: (baseline: Int, candidate: Int)
  /// The numbers of rows in which lost answers lower the score.
  let lost: (baseline: Int, candidate: Int)
  /// The number of rows left out although failed rows count 0, because an answer has no score.
  package let unscored: Int
  /// The number of rows finished in both runs, with or without a score.
  package let rows: Int
  package let countsMissingAsZero: Bool
  package private(set) var verdict: Verdict
  package let doubt: WithheldReason?
  /// Whether the candidate is shown to be worse, even if by less than the margin.
  package let isLossShown: Bool
  /// The means of both runs over the rows that count, a group once; nil without such rows.
  package let means: (baseline: Double, candidate: Double)?
  private let isDirectionShown: Bool
  /// The interval of the mean difference at ``level``, whatever the margin; nil without pairs, and for rows that a run
  /// chose by its scores against another one.
  package private(set) var interval: ClosedRange<Double>?
  /// The wider interval at ``level`` that decides whether the difference is within the margin; nil where that is not the
  /// question, and where only ``Evidence`` decides.
  package private(set) var marginInterval: ClosedRange<Double>?
  /// Whether the runs have the very same answers to all their rows, so that neither can be worse, whatever a judge says.
  package private(set) var areIdentical = false
  private let rule: VerdictRule

  /// Compares scores row by row.
  ///
  /// - Parameters:
  ///   - rows: the rows that both runs have finished.
  ///   - isInProgress: whether more rows will follow, so that only ``Evidence`` decides.
  ///   - hasStopRule: whether one of the runs was to stop once the two differ.
  ///   - required: the evidence that decides; nil for what the numbers of comparisons and drafts require.
  ///   - comparisons: how many runs are compared with the baseline at once.
  ///   - tests: how many tests there are of the same two runs, this one included.
  ///   - drafts: how many drafts were tried on the same rows, this one included.
  ///   - margin: in score points; nil for 5 % of the scale.
  package init(
    _ rows: [Row], scale: ScoreScale, missing: MissingRows, isInProgress: Bool = false, hasStopRule: Bool = false,
    required: Double? = nil, comparisons: Int = 1, tests: Int = 1, drafts: Int = 1, margin: Double? = nil
  ) {
    let countsZero = missing == .countZero
    let settled = countsZero ? rows.map { $0.isUnknown ? $0 : $0.filled(baseline: 0, candidate: 0) } : rows
    let failed = countsZero ? rows.filter { !$0.isUnknown } : rows
    let kept = zip(rows, settled).map { $0.withoutLost($1) }
    func counted(_ rows: [Row]) -> [Row] { isInProgress || hasStopRule ? Self.ofWholeGroups(rows) : rows }
    let compared = counted(settled)
    let differences = PairedDifferences(compared, scale: scale)
    let rule = VerdictRule(
      level: required.map { 1 - 1 / $0 }
        ?? MultipleTests.level(comparisons: comparisons, drafts: drafts, tests: tests),
      margin: margin ?? scale.usualMargin,
      asksForNotWorse: margin != nil, isInProgress: isInProgress, hasStopRule: hasStopRule, required: required)
    let finding = rule.finding(differences)
    self.differences = differences
    self.rule = rule
    means = Self.means(compared)
    self.missing = (failed.count { $0.baseline == nil }, failed.count { $0.candidate == nil })
    incomplete = failed.count { $0.baseline == nil || $0.candidate == nil }
    partlyFailed = (
      rows.count { $0.baseline != nil && $0.baselineFailures != nil },
      rows.count { $0.candidate != nil && $0.candidateFailures != nil }
    )
    lost = (
      zip(settled, kept).count { $0.baseline != $1.baseline }, zip(settled, kept).count { $0.candidate != $1.candidate }
    )
    unscored = rows.count - failed.count
    self.rows = rows.count
    countsMissingAsZero = countsZero
    interval = differences.values.isEmpty ? nil : rule.interval(differences, finding)
    doubt =
      !rule.holds(finding.verdict, for: settled, scale: scale)
      ? .missingRows
      : !rule.allows(finding.verdict, meanOfRows: differences.meanOfRows ?? 0)
        ? .groupSizes
        : lost != (0, 0) && !rule.holds(finding.verdict, withoutLost: PairedDifferences(counted(kept), scale: scale))
          ? .lostAnswers : nil
    verdict = doubt == nil ? finding.verdict : .unclear
    marginInterval =
      interval == nil || isInProgress || [.better, .worse].contains(verdict)
      ? nil : rule.marginInterval(differences, finding)
    isLossShown = finding.direction == .worse
    isDirectionShown = finding.direction != nil
  }

  private static func means(_ rows: [Row]) -> (baseline: Double, candidate: Double)? {
    var groups = (baseline: RowMeans(), candidate: RowMeans())
    for row in rows {
      guard let baseline = row.baseline, let candidate = row.candidate else { continue }
      groups.baseline.add(baseline, row: row.group)
      groups.candidate.add(candidate, row: row.group)
    }
    guard let baseline = groups.baseline.mean, let candidate = groups.candidate.mean else { return nil }
    return (baseline, candidate)
  }

  /// The rows of groups in which every row has a score.
  ///
  /// A group counts only when complete, because a later retry must not change what already counted.
  private static func ofWholeGroups(_ rows: [Row]) -> [Row] {
    let open = Set(rows.filter { $0.baseline == nil || $0.candidate == nil }.map(\.group))
    return rows.filter { !open.contains($0.group) }
  }

  /// The same without its interval, for rows whose number depended on scores.
  func withoutInterval() -> PairedComparison {
    var comparison = self
    (comparison.interval, comparison.marginInterval) = (nil, nil)
    return comparison
  }

  /// This comparison for runs whose answers to all rows are the same: they do not differ, whatever a judge says.
  func ofIdenticalRuns() -> PairedComparison {
    var comparison = self
    (comparison.areIdentical, comparison.verdict, comparison.interval) = (true, .same, 0...0)
    return comparison
  }

  /// Whether the user gave the margin, or a gate means it.
  package var asksForNotWorse: Bool { rule.asksForNotWorse }
  /// Whether more rows will follow.
  package var isInProgress: Bool { rule.isInProgress }
  /// Whether one of the runs was to stop once the two differ.
  package var hasStopRule: Bool { rule.hasStopRule }
  /// Whether ``interval`` holds at any number of rows: see ``ConfidenceSequence``.
  package var isIntervalSequential: Bool { hasStopRule && (isInProgress || isDirectionShown) }
  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  package var level: Double { rule.level }
  /// How much worse still counts as not worse, in score points.
  package var margin: Double { rule.margin }
  /// The evidence that decides between unfinished runs.
  package var threshold: Double { rule.threshold }

  /// The number of rows that count: scored in both runs, or with 0 in place of a missing score.
  package var pairs: Int { differences.rows.count }
  /// The number of groups; nil if every row is a group of its own.
  package var groups: Int? { differences.isGrouped ? differences.values.count : nil }
  /// Candidate minus baseline; nil without pairs.
  package var meanDifference: Double? { areIdentical ? 0 : differences.mean }
  /// The number of rows, or of groups, that settle an open question with a probability of 80 %; nil if none is open, or if more rows cannot
  /// settle it.
  ///
  /// If the user gave a margin, or no difference is seen, the question is whether the candidate is not worse by more
  /// than the margin, provided the difference stays the same. Otherwise it is whether a difference as large as the
  /// observed one exists.
  package var needed: Int? {
    guard [.unclear, .notWorse].contains(verdict), doubt == nil, !isInProgress else { return nil }
    let rule = ruleOfMoreRows
    return isNonInferiorityOpen ? rule.neededForNotWorse(differences) : rule.needed(differences)
  }
  /// A run of more rows need not have a stop rule.
  private var ruleOfMoreRows: VerdictRule {
    var rule = self.rule
    (rule.hasStopRule, rule.required) = (false, nil)
    return rule
  }
  /// The number of rows, or of groups, whose ``interval`` lies above a bound with a probability of 80 %, if the mean stays
  /// what it is; nil if it does not lie above the bound itself, and while more rows follow.
  package func needed(above bound: Double) -> Int? {
    isInProgress || doubt != nil || areIdentical ? nil : ruleOfMoreRows.needed(differences, above: bound)
  }
  /// Whether the open question is that the candidate is not worse by more than the margin: a margin was asked about, or
  /// there is no difference that more rows could show.
  package var isNonInferiorityOpen: Bool { verdict == .unclear && (rule.asksForNotWorse || differences.isMeanZero) }
  /// The lower end of the one-sided interval at ``level`` for a ``Verdict/notWorse`` verdict; nil for other verdicts.
  package var nonInferiorityBound: Double? { verdict == .notWorse ? rule.nonInferiorityBound(differences) : nil }
  /// The same whatever the verdict; nil without differences.
  var oneSidedBound: Double? { rule.nonInferiorityBound(differences) }
  /// The smallest difference that this many rows or groups detect with a probability of 80 %; nil if all differences
  /// are equal.
  package var detectableDifference: Double? { differences.smallestVisible(level: level) }
}
