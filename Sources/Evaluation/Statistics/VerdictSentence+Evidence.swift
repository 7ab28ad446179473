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
        "The run was to stop once this is decided (stop_against), so only the evidence decides, and no interval is given."
      case .stopped:
        "The run stopped when its scores decided (stop_against), so the average is probably too large, and no interval is given."
      case .stoppedByEarlierScores:
        "The run stopped when earlier scores decided (stop_against), so the average is probably misjudged, and no interval is given."
      case .removed:
        "The run was looked at after every row until stop_against was removed, so only the evidence decides for good, and no "
          + "interval is given: an ordinary verdict would have had two chances to err."
      }
    }
  }

  /// The sentence about two runs of which one was to stop once it differs from the other.
  ///
  /// - Parameter progress: such as `run 12 stopped early`.
  func underStopRule(progress: String, _ state: StopState) -> String {
    let mean = comparison.meanDifference.map { ", \(signed($0)) on average" } ?? ""
    let figures = "\(progress) (\(pieces) in both: \(counts)\(mean)); \(evidence)."
    let finding = isDecided ? "\(decision()): \(figures)" : "Not shown: \(figures)"
    return [finding, doubt, state.note].compactMap { $0 }.joined(separator: " ") + missingRows
  }

  private var evidence: String {
    "evidence \(significant(comparison.differences.evidence)) of the \(significant(comparison.threshold)) required"
  }

  private func decision(_ time: String = "") -> String {
    "\(candidate) is \(comparison.verdict.rawValue) than \(baseline)\(time), by evidence that is valid at any number of rows"
  }
}
