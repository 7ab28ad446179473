/// How a verdict follows from differences.
///
/// Word, interval and p-value say the same, because one thing is shown only if several hold.
///
/// - Better or worse takes an interval without 0 and an exact test: McNemar's for scores of 0 and 1, the permutation test
///   for others. On few rows the interval is that of a wider padding, see ``padding(rows:range:)``.
/// - The same and not worse take the interval that is padded by the whole range: rows that agree say nothing of a loss
///   that has not been seen yet, and one row can lose the whole range. Of scores of 0 and 1, the exact interval of the
///   share of rows lost must leave room within the margin too: the padded one is too narrow where losses are rare.
///
/// What is guaranteed: runs of 0 and 1 that do not differ are called better or worse in at most 5 % of cases, however many
/// rows they have; so are other runs whose scores of a row could be exchanged, up to 16 rows that differ. With more rows, or
/// where the mean is 0 but the differences are skewed, it holds about: of rows that lose a point four times of five and gain
/// four points else, at most 6 %. Where the large differences are rarer, as where nearly all rows tie, it can be 10 % between
/// 30 and 100 rows. Only ``Evidence`` guarantees 5 % there.
struct VerdictRule: Sendable {
  /// What differences show.
  struct Finding: Sendable {
    let verdict: Verdict
    /// Better or worse, if that is shown; a loss below a given margin is shown and yet no verdict.
    let direction: Verdict?
  }

  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  let level: Double
  /// How much worse counts as not worse, in points of the score.
  let margin: Double
  /// Whether the user has given the margin, and so asks whether the candidate is not worse.
  let isMarginGiven: Bool
  /// Whether rows are still to come, so that only evidence that may be read at any time decides.
  let isUnderWay: Bool

  /// The evidence that decides.
  var threshold: Double { (1 / (1 - level)).rounded(toDigits: 6) }

  // MARK: The finding

  /// What differences show, whatever their groups' sizes.
  func finding(_ differences: PairedDifferences) -> Finding {
    guard isUnderWay else { return byInterval(differences) }
    let nothing = Finding(verdict: .unclear, direction: nil)
    guard differences.evidence >= threshold else { return nothing }
    // What is decided under way is what the same rows would show if they were all.
    let found = byInterval(differences)
    return [.better, .worse].contains(found.verdict) ? found : nothing
  }

  private func byInterval(_ differences: PairedDifferences) -> Finding {
    let direction = direction(differences)
    func found(_ verdict: Verdict) -> Finding { Finding(verdict: verdict, direction: direction) }
    guard let bound = lossBound(differences) else { return found(.unclear) }
    if direction == .better || direction == .worse && !isMarginGiven { return found(direction ?? .unclear) }
    let interval = cautiousInterval(differences, level: level)
    // Who reads the word alone must not take a shown loss for none.
    if direction == nil, interval.lowerBound >= -margin, interval.upperBound <= margin { return found(.same) }
    return found(bound > -margin ? .notWorse : direction ?? .unclear)
  }

  /// Better or worse, if that is shown.
  private func direction(_ differences: PairedDifferences) -> Verdict? {
    let padding = Self.padding(rows: differences.values.count, range: differences.scale.range)
    let interval = PairedInterval(differences.values, scale: differences.scale, padding: padding).interval(level: level)
    guard !interval.contains(0), differences.isSignificant(at: 1 - level) else { return nil }
    return interval.lowerBound > 0 ? .better : .worse
  }

  /// The end of the one-sided interval that shows a candidate not to be worse; nil without differences.
  func lossBound(_ differences: PairedDifferences) -> Double? {
    differences.values.isEmpty ? nil : cautiousInterval(differences, level: 1 - 2 * (1 - level)).lowerBound
  }

  // MARK: The intervals

  /// Up to so many rows the padding is the whole range.
  private static let fewRows = 20.0

  /// The padding that better and worse take: the whole range on few rows, where a rare large difference is easily missed;
  /// the more rows there are, the less.
  static func padding(rows: Int, range: Double) -> Double {
    min(range, max(1, fewRows * range / Double(max(rows, 1))))
  }

  /// With the t distribution for scores of 0 and 1 too: the normal one finds three rows enough.
  private func cautiousInterval(_ differences: PairedDifferences, level: Double) -> ClosedRange<Double> {
    let range = differences.scale.range
    let padded = PairedInterval(differences.values, scale: .bounded(0...range), padding: range).interval(level: level)
    guard differences.scale == .binary else { return padded }
    let (rows, wins, losses) = (differences.values.count, differences.wins, differences.losses)
    func highestRate(_ count: Int) -> Double { Binomial.highestRate(count, of: rows, level: (1 + level) / 2) }
    let low = Double(wins) / Double(rows) - highestRate(losses)
    let high = highestRate(wins) - Double(losses) / Double(rows)
    return min(padded.lowerBound, low)...max(padded.upperBound, high)
  }

  /// The interval that is shown: that of ``PairedInterval``, widened where it would say more than the finding.
  ///
  /// It holds 0 where neither better nor worse is shown, and reaches beyond the margin where that is not shown to hold.
  func interval(_ differences: PairedDifferences, _ finding: Finding) -> ClosedRange<Double> {
    let usual = PairedInterval(differences.values, scale: differences.scale).interval(level: level)
    guard finding.direction == nil else { return usual }
    let high = max(usual.upperBound, 0)
    var low = min(usual.lowerBound, 0)
    // The one-sided bound that is shown beside it cannot lie outside.
    if finding.verdict == .notWorse { low = min(low, lossBound(differences) ?? low) }
    let saysTooMuch =
      switch finding.verdict {
      case .unclear: low > -margin
      case .notWorse: low >= -margin && high <= margin
      default: false
      }
    guard saysTooMuch else { return low...high }
    let wide = cautiousInterval(differences, level: level)
    return min(low, wide.lowerBound)...max(high, wide.upperBound)
  }

  // MARK: What can forbid a verdict

  /// Whether the mean over all rows allows a verdict; that of groups of unequal size can say something else.
  func allows(_ verdict: Verdict, meanOfRows mean: Double) -> Bool {
    switch verdict {
    case .better: mean > 0
    case .worse: mean < 0
    case .same: abs(mean) <= margin
    case .notWorse: mean >= -margin
    case .unclear, .notComparable: true
    }
  }

  /// Whether a verdict stands whatever the rows without a score would have shown.
  func holds(_ verdict: Verdict, for rows: [PairedComparison.Row], scale: ScoreScale) -> Bool {
    guard rows.contains(where: { $0.baseline == nil || $0.candidate == nil }) else { return true }
    let bounds: ClosedRange<Double> = if case .bounded(let bounds) = scale { bounds } else { 0...1 }
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
