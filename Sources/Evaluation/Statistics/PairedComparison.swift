/// What two runs of the same rows say about each other, the second (the candidate) against the first (the baseline).
package struct PairedComparison: Sendable, Equatable {
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

  /// Rows that count: with a score in both runs, or a 0 in place of one that is missing.
  package let pairs: Int
  package let wins: Int
  package let ties: Int
  package let losses: Int
  /// Rows without a score in the baseline, and in the candidate.
  package let missing: (baseline: Int, candidate: Int)
  package let countsMissingAsZero: Bool
  /// How many groups the rows are, if fewer than rows.
  package let groups: Int?
  /// Candidate minus baseline; nil without pairs.
  package let meanDifference: Double?
  /// The interval of ``level`` of the mean difference; nil without pairs.
  package let interval: ClosedRange<Double>?
  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  package let level: Double
  /// The interval by which a candidate is found not worse: 0.9, or as much more.
  package let innerInterval: ClosedRange<Double>?
  /// How much worse counts as not worse, in points of the score.
  package let margin: Double
  package let test: Test
  /// Two-sided; nil without pairs.
  ///
  /// It stands beside the interval and decides nothing.
  package let pValue: Double?
  package let verdict: Verdict
  /// Whether the rows without a score are what keeps a verdict from being given.
  package let isTurnedByMissingRows: Bool
  /// Rows that would show the difference seen, with a probability of 80 %; nil for no difference, and for rows in groups.
  package let rowsNeeded: Int?
  /// The smallest difference that so many rows show, with a probability of 80 %; nil for fewer than two pairs, and for rows
  /// in groups.
  package let smallestVisibleDifference: Double?
  /// Evidence that may be read after every row, of the first row of each group; see ``Evidence``.
  package let evidence: Double

  /// Compares scores row by row.
  ///
  /// - Parameters:
  ///   - rows: those that both runs have taken up.
  ///   - comparisons: how many runs are compared with the baseline at once.
  ///   - drafts: how many drafts of the candidate's prompt were tried on the same rows, this one included.
  ///   - margin: in points of the score; nil for 5 % of the scale.
  package init(
    _ rows: [Row], scale: PairedInterval.Scale, missing rule: MissingRows, comparisons: Int = 1, drafts: Int = 1,
    margin: Double? = nil
  ) {
    let filled = rows.map { row in
      guard rule == .countZero else { return row }
      return Row(baseline: row.baseline ?? 0, candidate: row.candidate ?? 0, group: row.group)
    }
    let scored = filled.compactMap { row in
      row.baseline.flatMap { first in row.candidate.map { (difference: $0 - first, group: row.group) } }
    }
    let differences = scored.map(\.difference)
    pairs = differences.count
    wins = differences.count { $0 > 0 }
    losses = differences.count { $0 < 0 }
    ties = pairs - wins - losses
    missing = (rows.count { $0.baseline == nil }, rows.count { $0.candidate == nil })
    countsMissingAsZero = rule == .countZero
    let groupCount = Set(scored.map(\.group)).count
    groups = groupCount < scored.count ? groupCount : nil
    level = MultipleTests.level(comparisons: comparisons, drafts: drafts)
    self.margin = margin ?? 0.05 * scale.range
    test = scale == .binary ? .mcNemar : .permutation
    // A group, such as copies of a row, is one piece of evidence, and stays what it was when it was first seen.
    var seen: Set<Int> = []
    evidence = Evidence.of(scored.filter { seen.insert($0.group).inserted }.map(\.difference), range: scale.range)
    guard pairs > 0 else {
      (meanDifference, interval, innerInterval, pValue) = (nil, nil, nil, nil)
      (verdict, isTurnedByMissingRows, rowsNeeded, smallestVisibleDifference) = (.unclear, false, nil, nil)
      return
    }
    let mean = differences.reduce(0, +) / Double(pairs)
    meanDifference = mean
    pValue =
      scale == .binary ? Statistics.mcNemar(wins: wins, losses: losses) : Statistics.permutationTest(differences)
    let rule = Rule(scale: scale, level: level, margin: self.margin)
    let intervals = rule.intervals(scored.map(\.difference), scored.map(\.group))
    (interval, innerInterval) = intervals
    let found = rule.verdict(intervals)
    let holds = rule.holds(found, for: filled)
    verdict = holds ? found : .unclear
    isTurnedByMissingRows = !holds
    let deviation = Self.deviation(differences, mean)
    // More rows of the same groups would show hardly more.
    rowsNeeded =
      groups != nil
      ? nil
      : scale == .binary
        ? SampleSize.rows(toShow: mean, differing: Double(wins + losses) / Double(pairs))
        : SampleSize.rows(toShow: mean, deviation: deviation)
    smallestVisibleDifference =
      pairs > 1 && deviation > 0 && groups == nil
      ? SampleSize.smallestDifference(rows: pairs, deviation: deviation) : nil
  }

  private static func deviation(_ differences: [Double], _ mean: Double) -> Double {
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(differences.count - 1, 1))).squareRoot()
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.pairs == right.pairs && left.interval == right.interval && left.verdict == right.verdict
      && left.missing == right.missing && left.meanDifference == right.meanDifference
  }
}

/// How a verdict follows from intervals.
private struct Rule {
  typealias Intervals = (outer: ClosedRange<Double>?, inner: ClosedRange<Double>?)

  let scale: PairedInterval.Scale
  let level: Double
  let margin: Double

  func intervals(_ differences: [Double], _ groups: [Int]) -> Intervals {
    let isGrouped = Set(groups).count < groups.count
    let paired = PairedInterval(differences, groups: isGrouped ? groups : nil, scale: scale)
    return (paired.interval(level: level), paired.interval(level: 1 - 2 * (1 - level)))
  }

  func verdict(_ intervals: Intervals) -> Verdict {
    guard let outer = intervals.outer, let inner = intervals.inner else { return .unclear }
    if outer.lowerBound > 0 { return .better }
    if outer.upperBound < 0 { return .worse }
    if outer.lowerBound >= -margin && outer.upperBound <= margin { return .same }
    return inner.lowerBound > -margin ? .notWorse : .unclear
  }

  /// Whether a verdict stands whatever the rows without a score would have shown.
  func holds(_ verdict: Verdict, for rows: [PairedComparison.Row]) -> Bool {
    guard rows.contains(where: { $0.baseline == nil || $0.candidate == nil }) else { return true }
    switch verdict {
    case .unclear, .notComparable: return true
    case .better: return self.verdict(of: rows, candidateWins: false) == .better
    case .worse: return self.verdict(of: rows, candidateWins: true) == .worse
    case .notWorse: return [.better, .same, .notWorse].contains(self.verdict(of: rows, candidateWins: false))
    case .same:
      return [false, true].allSatisfy { self.verdict(of: rows, candidateWins: $0) == .same }
    }
  }

  /// The verdict if every missing score were the best or the worst for the candidate.
  private func verdict(of rows: [PairedComparison.Row], candidateWins: Bool) -> Verdict {
    let bounds: ClosedRange<Double> = if case .bounded(let bounds) = scale { bounds } else { 0...1 }
    let (high, low) = (bounds.upperBound, bounds.lowerBound)
    let differences = rows.map { row in
      (row.candidate ?? (candidateWins ? high : low)) - (row.baseline ?? (candidateWins ? low : high))
    }
    return verdict(intervals(differences, rows.map(\.group)))
  }
}
