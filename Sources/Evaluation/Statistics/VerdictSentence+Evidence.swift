/// The sentences of comparisons that only ``Evidence`` decides.
extension VerdictSentence {
  /// The sentence about runs of which one is not completed, or answered only part of its rows.
  ///
  /// - Parameters:
  ///   - state: such as `run 12 is running: 25 of 220 rows so far`.
  ///   - waiting: the number of rows that wait for a review or for other rows of their groups.
  ///   - isFinal: whether no more rows will follow.
  package func sequential(state: String, waiting: Int = 0, isFinal: Bool = false) -> String {
    let figures = "\(state) (\(pieces) in both: \(counts)); \(evidence)."
    let more =
      isFinal ? "" : " If you stop now, the verdict stands; once the run is complete, all its rows decide together."
    let finding =
      isDecided ? "\(decision(" already")): \(figures)\(more)" : "Not shown\(isFinal ? "" : " yet"): \(figures)"
    let wait =
      waiting == 0
      ? nil
      : "\(Self.rows(waiting)) \(waiting == 1 ? "does" : "do") not count yet: a review or another row of the group is missing."
    return [finding, doubt, wait].compactMap { $0 }.joined(separator: " ") + missingRows
  }

  /// How a run stands to the stop that the comparison was to bring.
  enum StopState {
    /// Evidence has not stopped it.
    case open
    case stopped
    /// Scores that have been replaced since stopped it.
    case stoppedByEarlierScores
    /// The stop was removed after the run had begun.
    case removed

    fileprivate var note: String {
      switch self {
      case .open:
        "The run was to stop once this is decided (stop_against), so the evidence alone decides between better and worse."
      case .stopped:
        "The run stopped when its scores decided (stop_against), so the average is probably too large."
      case .stoppedByEarlierScores:
        "The run stopped when earlier scores decided (stop_against), so the average is probably misjudged."
      case .removed:
        "The run was looked at after every row until stop_against was removed, so the evidence alone decides between better "
          + "and worse: an ordinary verdict would have had two chances to err."
      }
    }
  }

  /// The sentence about two runs of which one was to stop once it differs from the other.
  ///
  /// - Parameter progress: such as `run 12 stopped early`.
  func underStopRule(progress: String, _ state: StopState) -> String {
    let mean = comparison.meanDifference.map { ", \(average($0))" } ?? ""
    let figures = "\(progress) (\(pieces) in both: \(counts)\(mean)\(range)); \(evidence)."
    let finding =
      isDecided
      ? decision()
      : [.same, .notWorse].contains(comparison.verdict) ? closeness(comparison.margin.plainText) : "Not shown"
    let nextStep = comparison.isInProgress ? nil : comparison.meanDifference.flatMap(nextStep)
    return ["\(finding): \(figures)", doubt, nextStep, state.note, closenessNote].compactMap { $0 }.joined(
      separator: " ")
      + missingRows
  }

  /// Which verdicts the interval of a complete run decides.
  private var closenessNote: String? {
    guard !comparison.isInProgress, !isDecided, comparison.doubt == nil, comparison.interval != nil else { return nil }
    return "Same and not worse follow from the interval of all its rows.\(reach)"
  }

  /// That the interval was extended to 0; empty where it was not.
  private var reach: String {
    guard let interval = comparison.interval, !comparison.isIntervalSequential, !differences.isMeanZero,
      interval.lowerBound == 0 || interval.upperBound == 0
    else { return "" }
    return " It reaches to 0, because the evidence does not show a difference, whatever the rows alone seem to say."
  }

  /// The interval, behind the mean.
  private var range: String {
    comparison.interval.map { interval in
      ", \(percent(comparison.level)) interval\(comparison.isIntervalSequential ? ", valid at any number of rows," : "") "
        + "\(signed(interval.lowerBound)) to \(signed(interval.upperBound))"
    } ?? ""
  }

  private var evidence: String {
    let value = comparison.differences.evidence
    let shown = value >= Evidence.most ? "of more than 10^12, with" : "\(significant(value)) of the"
    return "evidence \(shown) \(significant(comparison.threshold)) required\(reason)"
  }

  /// Why more than the evidence for a single comparison is required.
  private var reason: String {
    let required = comparison.threshold
    if required <= Evidence.threshold { return "" }
    let usual = ", instead of \(significant(Evidence.threshold)) for one comparison,"
    let isOwnDraft = drafts > 1 && Evidence.required(drafts: drafts) == required
    if !isOwnDraft, comparisons > 1, Evidence.required(comparisons: comparisons, drafts: 1) == required {
      return "\(usual) because \(comparisons) comparisons are made at once"
    }
    // The run may have stopped as an earlier draft than its answers are now.
    let draft = drafts > 1 ? (2...drafts).first { Evidence.required(drafts: $0) == required } : nil
    if let draft { return "\(usual) because this is the \(ordinal(draft)) draft on these rows" }
    return "\(usual) because of the other drafts on these rows when the run stopped"
  }

  private func decision(_ time: String = "") -> String {
    "\(candidate) is \(comparison.verdict.rawValue) than \(baseline)\(time), by evidence that is valid at any number of rows"
  }
}
