/// The rule that turns differences into a verdict.
///
/// The verdict, its interval and the p-value always agree, because a verdict must satisfy several conditions at once.
///
/// - Better and worse require an interval without 0 and a significant exact test: McNemar's for scores of 0 and 1, the
///   permutation test for others. With few rows the interval is padded more: see ``padding(rows:range:)``.
/// - Same and not worse require a wider interval, because rows that agree do not rule out an unseen loss, and one row can
///   lose the whole range. For scores of 0 and 1 it is padded by the whole range, and the exact interval of the share
///   of lost rows must leave room within the margin. For others it is that of ``LowestMean``, because padding is too
///   little where nearly all rows tie: of runs that lose the whole margin, 9 % would be not worse.
///
/// Guarantees: runs scored 0 and 1 that do not differ are called better or worse in at most 5 % of cases, whatever the
/// number of rows. The same holds for other scales if the two scores of a row are exchangeable, up to 16 differing
/// rows. With more rows, or with skewed differences of mean 0, it holds approximately: at most 6 % for rows that lose
/// one point four times out of five and gain four points otherwise. Where large differences are rarer, as when nearly
/// all rows tie, the rate can reach 10 % between 30 and 100 rows. Only ``Evidence`` guarantees 5 % there.
struct VerdictRule: Sendable {
  /// The verdict on a set of differences.
  struct Finding: Sendable {
    let verdict: Verdict
    /// Better or worse, if shown.
    ///
    /// A loss smaller than a given margin is shown, but is not the verdict.
    let direction: Verdict?
  }

  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  let level: Double
  /// How much worse still counts as not worse, in score points.
  let margin: Double
  /// Whether the user gave the margin, or a gate means it, and so asks whether the candidate is not worse.
  let asksForNotWorse: Bool
  /// Whether more rows will follow, so that only ``Evidence`` decides.
  let isInProgress: Bool
  /// Whether a run was to stop once the two differ, so that only ``Evidence`` shows a difference: the usual interval
  /// would be too narrow for rows whose number depends on their scores.
  ///
  /// Once such a run has answered all its rows, the usual interval of all of them may show that there is none. A run
  /// that stops earlier only leaves out such findings, so no more than 5 % of them are wrong.
  var hasStopRule = false
  /// The evidence that a run which has stopped needed; nil for one that follows from the level.
  var required: Double?

  /// The evidence that decides.
  var threshold: Double { required ?? Evidence.required(level: level) }

  // MARK: The finding

  /// The finding from these differences, regardless of group sizes.
  func finding(_ differences: PairedDifferences) -> Finding {
    guard isInProgress || hasStopRule else { return byInterval(differences, direction(differences)) }
    let decision = decision(differences)
    if hasStopRule {
      return isInProgress
        ? Finding(verdict: decision ?? .unclear, direction: decision) : byInterval(differences, decision)
    }
    // A decision made early must also hold as the result of these rows alone. That a loss is within a margin is not
    // shown early.
    return decision.flatMap { $0 == direction(differences) ? Finding(verdict: $0, direction: $0) : nil }
      ?? Finding(verdict: .unclear, direction: nil)
  }

  /// Better or worse, if the evidence suffices.
  private func decision(_ differences: PairedDifferences) -> Verdict? {
    guard differences.evidence >= threshold, let mean = differences.mean, mean != 0 else { return nil }
    return mean > 0 ? .better : .worse
  }

  /// - Parameter direction: better or worse, if shown.
  private func byInterval(_ differences: PairedDifferences, _ direction: Verdict?) -> Finding {
    func found(_ verdict: Verdict) -> Finding { Finding(verdict: verdict, direction: direction) }
    guard !differences.values.isEmpty else { return found(.unclear) }
    if direction == .better || direction == .worse && !asksForNotWorse { return found(direction ?? .unclear) }
    let interval = cautiousInterval(differences, level: level)
    // A reader of the verdict alone must not miss a shown loss.
    if direction == nil, interval.lowerBound >= -margin, interval.upperBound <= margin { return found(.same) }
    return found(isNotWorse(differences) ? .notWorse : direction ?? .unclear)
  }

  /// Better or worse, if shown.
  func direction(_ differences: PairedDifferences) -> Verdict? {
    let padding = Self.padding(rows: differences.values.count, range: differences.scale.range)
    let interval = PairedInterval(differences.values, scale: differences.scale, padding: padding).interval(level: level)
    guard !interval.contains(0), differences.isSignificant(at: 1 - level) else { return nil }
    return interval.lowerBound > 0 ? .better : .worse
  }

  /// The lower end of the one-sided interval that shows a candidate not to be worse; nil without differences.
  func nonInferiorityBound(_ differences: PairedDifferences) -> Double? {
    differences.values.isEmpty ? nil : cautiousInterval(differences, level: 1 - 2 * (1 - level)).lowerBound
  }

  /// Whether the bound of ``nonInferiorityBound(_:)`` is above the margin.
  ///
  /// - Parameter chance: how far above, at least.
  func isNotWorse(_ differences: PairedDifferences, by chance: Double = 0) -> Bool {
    if differences.values.isEmpty { return false }
    let scale = differences.scale
    return scale == .binary
      ? nonInferiorityBound(differences).map { $0 > chance - margin } ?? false
      : LowestMean(differences.values, least: -scale.range).isAbove(chance - margin, level: level)
  }

  // MARK: The intervals

  /// The largest number of rows for which the padding is the whole range.
  private static let fewRows = 20.0

  /// The padding for better and worse: the whole range with few rows, which easily miss a rare large difference, and
  /// less with more rows, 1 at least.
  ///
  /// For scores between 0 and 1 it stays the whole range. Gains of 0.02 in 98 of 100 rows and a loss of 0.98 in the others
  /// make no difference, and a fifth of samples of 80 rows have no such loss: with less padding they would show a gain.
  static func padding(rows: Int, range: Double) -> Double {
    min(range, max(1, fewRows * range / Double(max(rows, 1))))
  }

  /// The interval that allows for rare large differences.
  private func cautiousInterval(_ differences: PairedDifferences, level: Double) -> ClosedRange<Double> {
    let (values, range) = (differences.values, differences.scale.range)
    guard differences.scale == .binary else {
      let share = (1 + level) / 2
      let low = LowestMean(values, least: -range).bound(level: share)
      let high = -LowestMean(values.map { -$0 }, least: -range).bound(level: share)
      return low...max(low, high)
    }
    // The t distribution, because the normal one is satisfied by three rows.
    let padded = PairedInterval(values, scale: .bounded(0...range), padding: range).interval(level: level)
    let (rows, wins, losses) = (values.count, differences.wins, differences.losses)
    func highestRate(_ count: Int) -> Double { Binomial.highestRate(count, of: rows, level: (1 + level) / 2) }
    let low = Double(wins) / Double(rows) - highestRate(losses)
    let high = highestRate(wins) - Double(losses) / Double(rows)
    return min(padded.lowerBound, low)...max(padded.upperBound, high)
  }

  /// The displayed interval: that of ``PairedInterval``, extended to 0 unless better or worse is shown.
  ///
  /// It does not depend on the margin, for which ``marginInterval(_:_:)`` counts. Where the evidence decides, it is a
  /// ``ConfidenceSequence`` until the last row. Of simulated runs with a stop rule and 100 or 300 rows scored 0 and 1, it
  /// contained the true difference in 96.8 % or more, whatever that was.
  func interval(_ differences: PairedDifferences, _ finding: Finding) -> ClosedRange<Double> {
    if hasStopRule, isInProgress || finding.direction != nil {
      return ConfidenceSequence(differences.values, range: differences.scale.range).interval(required: threshold)
    }
    let usual = PairedInterval(differences.values, scale: differences.scale).interval(level: level)
    guard finding.direction == nil else { return usual }
    return min(usual.lowerBound, 0)...max(usual.upperBound, 0)
  }

  /// The interval that decides same, and of which ``nonInferiorityBound(_:)`` is the one-sided end.
  func marginInterval(_ differences: PairedDifferences, _ finding: Finding) -> ClosedRange<Double> {
    let (usual, wide) = (interval(differences, finding), cautiousInterval(differences, level: level))
    return min(usual.lowerBound, wide.lowerBound)...max(usual.upperBound, wide.upperBound)
  }

  // MARK: Withheld verdicts

  /// Whether the mean of all rows is consistent with a verdict, because groups of unequal size can disagree with it.
  func allows(_ verdict: Verdict, meanOfRows mean: Double) -> Bool {
    switch verdict {
    case .better: mean > 0
    case .worse: mean < 0
    case .same: abs(mean) <= margin
    case .notWorse: mean >= -margin
    case .unclear, .notComparable: true
    }
  }

  /// Whether a verdict also follows from the answers that were not lost.
  ///
  /// Lost answers count 0, and an outage of a provider during one of the runs is neither a merit of the other nor a fault
  /// of its own: which of the two is called the baseline must not matter.
  ///
  /// - Parameter differences: those without the lost answers.
  func holds(_ verdict: Verdict, withoutLost differences: PairedDifferences) -> Bool {
    let found = finding(differences).verdict
    return switch verdict {
    case .better, .worse, .same: found == verdict
    case .notWorse: [.better, .same, .notWorse].contains(found)
    case .unclear, .notComparable: true
    }
  }

  /// Whether a verdict holds for every possible score of the rows without one.
  func holds(_ verdict: Verdict, for rows: [PairedComparison.Row], scale: ScoreScale) -> Bool {
    guard rows.contains(where: { $0.baseline == nil || $0.candidate == nil }) else { return true }
    let bounds = scale.bounds
    func verdictIf(candidateWins: Bool) -> Verdict {
      let (best, worst) =
        candidateWins ? (bounds.upperBound, bounds.lowerBound) : (bounds.lowerBound, bounds.upperBound)
      return finding(
        PairedDifferences(rows.map { $0.filled(baseline: worst, candidate: best) }, scale: scale)
      ).verdict
    }
    switch verdict {
    case .unclear, .notComparable: return true
    case .better: return verdictIf(candidateWins: false) == .better
    case .worse: return verdictIf(candidateWins: true) == .worse
    case .notWorse: return [.better, .same, .notWorse].contains(verdictIf(candidateWins: false))
    case .same: return [false, true].allSatisfy { verdictIf(candidateWins: $0) == .same }
    }
  }
}
