/// What two runs of the same rows say about each other, the second (the candidate) against the first (the baseline).
package struct PairedComparison: Sendable {
  /// A row's score in both runs.
  package struct Row: Sendable, Equatable {
    /// Nil where the run has no score: the answer failed, or a review of it did.
    package var baseline: Double?
    package var candidate: Double?
    /// Rows of one group, such as copies of a row, are one piece of evidence.
    package var group: Int

    package init(baseline: Double?, candidate: Double?, group: Int) {
      self.baseline = baseline
      self.candidate = candidate
      self.group = group
    }

    /// The same with scores in place of those that are missing.
    func filled(baseline first: Double, candidate second: Double) -> Row {
      Row(baseline: baseline ?? first, candidate: candidate ?? second, group: group)
    }
  }

  /// What a row without a score means.
  package enum MissingRows: Sendable {
    /// No answer is no right answer: the row counts 0.
    case countZero
    /// The score could have been any: the row is left out, and a verdict that it could turn is not given.
    case leaveOut
  }

  package enum Test: String, Sendable, Equatable {
    /// For scores of 0 and 1.
    case mcNemar = "exact McNemar"
    case permutation = "paired permutation"
  }

  /// Why a verdict that the differences allow is not given.
  package enum Doubt: Sendable {
    /// Rows without a score could turn it.
    case missingRows
    /// Groups differ in size, and the mean over their rows says something else than the mean over the groups.
    case groupSizes
  }

  package let differences: PairedDifferences
  /// Rows without a score in the baseline, and in the candidate.
  package let missing: (baseline: Int, candidate: Int)
  /// Rows that both runs are through with, with a score or without.
  package let rows: Int
  package let countsMissingAsZero: Bool
  package let verdict: Verdict
  package let doubt: Doubt?
  /// Whether the candidate is shown to be worse, be it by less than the margin.
  package let isLossShown: Bool
  /// The interval of ``level`` of the mean difference, as wide as the verdict is open: see ``VerdictRule``; nil without pairs.
  package let interval: ClosedRange<Double>?
  private let rule: VerdictRule

  /// Compares scores row by row.
  ///
  /// - Parameters:
  ///   - rows: those that both runs are through with.
  ///   - isUnderWay: whether rows are still to come, so that only evidence that may be read at any time decides.
  ///   - comparisons: how many runs are compared with the baseline at once.
  ///   - drafts: how many drafts of the candidate's prompt were tried on the same rows, this one included.
  ///   - margin: in points of the score; nil for 5 % of the scale.
  package init(
    _ rows: [Row], scale: ScoreScale, missing: MissingRows, isUnderWay: Bool = false, comparisons: Int = 1,
    drafts: Int = 1, margin: Double? = nil
  ) {
    let settled = missing == .countZero ? rows.map { $0.filled(baseline: 0, candidate: 0) } : rows
    let differences = PairedDifferences(isUnderWay ? Self.ofWholeGroups(settled) : settled, scale: scale)
    let rule = VerdictRule(
      level: MultipleTests.level(comparisons: comparisons, drafts: drafts), margin: margin ?? 0.05 * scale.range,
      isMarginGiven: margin != nil, isUnderWay: isUnderWay)
    let finding = rule.finding(differences)
    self.differences = differences
    self.rule = rule
    self.missing = (rows.count { $0.baseline == nil }, rows.count { $0.candidate == nil })
    self.rows = rows.count
    countsMissingAsZero = missing == .countZero
    interval = differences.values.isEmpty ? nil : rule.interval(differences, finding)
    doubt =
      !rule.holds(finding.verdict, for: settled, scale: scale)
      ? .missingRows : rule.allows(finding.verdict, meanOfRows: differences.meanOfRows ?? 0) ? nil : .groupSizes
    verdict = doubt == nil ? finding.verdict : .unclear
    isLossShown = finding.direction == .worse
  }

  /// The rows of groups without a missing score: what has counted once must not change when a row is tried again.
  private static func ofWholeGroups(_ rows: [Row]) -> [Row] {
    let open = Set(rows.filter { $0.baseline == nil || $0.candidate == nil }.map(\.group))
    return rows.filter { !open.contains($0.group) }
  }

  /// Whether the user has said how much worse counts as not worse.
  package var isMarginGiven: Bool { rule.isMarginGiven }
  /// Whether rows are still to come.
  package var isUnderWay: Bool { rule.isUnderWay }
  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  package var level: Double { rule.level }
  /// How much worse counts as not worse, in points of the score.
  package var margin: Double { rule.margin }
  /// The evidence that decides between runs under way.
  package var threshold: Double { rule.threshold }

  /// Rows that count: with a score in both runs, or a 0 in place of one that is missing.
  package var pairs: Int { differences.rows.count }
  /// How many groups the rows are, if fewer than rows.
  package var groups: Int? { differences.isGrouped ? differences.values.count : nil }
  /// Candidate minus baseline; nil without pairs.
  package var meanDifference: Double? { differences.mean }
  /// Rows, or groups of rows, that would answer what is open; nil where nothing is, and where more rows do not answer it.
  ///
  /// With a margin that the user has given, and where no difference is seen, that is whether the candidate is not worse by
  /// more than the margin, if the difference stays as it is. Else it is whether there is a difference as large as the one
  /// seen.
  package var needed: Int? {
    guard [.unclear, .notWorse].contains(verdict), doubt == nil, !isUnderWay else { return nil }
    return asksForNotWorse ? rule.neededForNotWorse(differences) : rule.needed(differences)
  }
  /// Whether it is to be shown that the candidate is not worse by more than the margin: the user has given one, or there is
  /// no difference that more rows could show.
  package var asksForNotWorse: Bool { verdict == .unclear && (rule.isMarginGiven || differences.isLevel) }
  /// The end of the one-sided interval of ``level`` that shows the candidate not to be worse; nil for other verdicts.
  package var lossBound: Double? { verdict == .notWorse ? rule.lossBound(differences) : nil }
  /// The smallest difference that so many rows or groups show, with a probability of 80 %; nil where they all agree.
  package var smallestVisibleDifference: Double? { differences.smallestVisible(level: level) }
}
