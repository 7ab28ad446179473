/// The verdict on a corrected difference, by the rules of ``VerdictRule``.
///
/// People take back what the judge alone has shown, and turn it round if they show the opposite. What the judge alone
/// has not shown takes a wider interval, because agreement in every rated row may be chance. Same and not worse follow
/// from the difference alone, whatever the judge has shown.
struct CorrectedFinding {
  private let scores: PairedComparison
  private let interval: ClosedRange<Double>
  private let cautious: ClosedRange<Double>
  private let equivalence: ClosedRange<Double>
  private let rated: Int
  /// The lower end of the one-sided interval for not worse.
  let bound: Double

  init(_ difference: CorrectedMean, _ scores: PairedComparison) {
    let (level, scale) = (scores.level, scores.differences.scale)
    // Rows without a score count as far as they could change the mean.
    let (rows, missing) = (Double(scores.pairs), Double(scores.rows - scores.pairs))
    func widened(_ interval: ClosedRange<Double>) -> ClosedRange<Double> {
      guard missing > 0 else { return interval }
      let (low, high) = (interval.lowerBound * rows, interval.upperBound * rows)
      return ((low - missing * scale.range) / (rows + missing))...((high + missing * scale.range) / (rows + missing))
    }
    self.scores = scores
    rated = difference.rated
    interval = difference.interval(level: level)
    cautious = difference.cautiousInterval(level: level)
    equivalence = widened(difference.equivalenceInterval(level: level, scale: scale))
    bound = widened(difference.equivalenceInterval(level: 1 - 2 * (1 - level), scale: scale)).lowerBound
  }

  /// Better or worse, if the interval lies on one side of 0.
  private var direction: Verdict? { interval.lowerBound > 0 ? .better : interval.upperBound < 0 ? .worse : nil }

  /// The interval of the difference: extended to 0 unless better or worse is shown.
  var shownInterval: ClosedRange<Double> {
    shown == nil ? min(interval.lowerBound, 0)...max(interval.upperBound, 0) : interval
  }

  /// Better or worse, if shown.
  private var shown: Verdict? {
    guard let direction else { return nil }
    let isLossShown =
      scores.isLossShown && (scores.doubt == nil || scores.doubt == .lostAnswers && scores.lost.candidate == 0)
    let isJudgeAgreed = scores.verdict == direction || direction == .worse && isLossShown
    return isJudgeAgreed || scores.doubt == nil && !cautious.contains(0) ? direction : nil
  }

  var verdict: Verdict { isByLostAnswers ? .unclear : found }

  /// Whether lost answers, which count 0, may make the verdict: they do not where the scores alone give the same one, and
  /// where they only make it less likely.
  private var isByLostAnswers: Bool {
    if found == scores.verdict { return false }
    return switch found {
    case .better, .notWorse: scores.lost.baseline > 0
    case .worse: scores.lost.candidate > 0
    case .same: scores.lost != (0, 0)
    case .unclear, .notComparable: false
    }
  }

  private var found: Verdict {
    if let shown, shown == .better || !scores.asksForNotWorse { return shown }
    let isWithin = equivalence.lowerBound >= -scores.margin && equivalence.upperBound <= scores.margin
    // A reader of the verdict alone must not miss a loss.
    if shown == nil, isWithin { return .same }
    return bound > -scores.margin ? .notWorse : shown ?? .unclear
  }

  /// The interval that decides about the margin; nil where that is not the question.
  var marginInterval: ClosedRange<Double>? {
    if [.better, .worse].contains(verdict) { return nil }
    return min(interval.lowerBound, equivalence.lowerBound)...max(interval.upperBound, equivalence.upperBound)
  }

  /// Why the verdict is not the one that the interval seems to allow.
  var doubt: String? {
    func text(_ interval: ClosedRange<Double>) -> String {
      "\(VerdictSentence.rounded(interval.lowerBound)) to \(VerdictSentence.rounded(interval.upperBound))"
    }
    if isByLostAnswers {
      return scores.doubt == .lostAnswers
        ? nil
        : "Failed answers count 0 and may succeed if asked again (runs_generate with retry_failed: true), so there is no "
          + "verdict that may rest on them."
    }
    if verdict == .unclear, direction != nil {
      return scores.doubt == nil
        ? "A difference that the scores alone do not show takes the wider interval \(text(cautious)), because it may be "
          + "chance that people and scores differ alike in \(rated) rows."
        : nil
    }
    let isAbove = interval.lowerBound > -scores.margin
    let seemsOtherwise =
      switch verdict {
      case .unclear: isAbove
      case .notWorse: direction == nil && isAbove && interval.upperBound <= scores.margin || bound < interval.lowerBound
      default: false
      }
    guard seemsOtherwise, let marginInterval else { return nil }
    let missing = scores.rows > scores.pairs ? " and rows without a score" : ""
    let sentence = MarginInterval.sentence(
      margin: scores.margin.plainText, level: VerdictSentence.percent(scores.level), range: text(marginInterval),
      evidence: "\(rated) rows with verdicts\(missing)")
    return "\(sentence) Verdicts on more rows of both runs narrow it."
  }
}
