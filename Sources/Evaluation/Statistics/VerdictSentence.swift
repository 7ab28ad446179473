/// The sentences that say what a comparison comes to.
package struct VerdictSentence: Sendable {
  private let comparison: PairedComparison
  private let baseline: String
  private let candidate: String

  /// How many drafts of the candidate's prompt were tried on these rows.
  package var drafts = 1
  /// How many runs are compared with the baseline at once.
  package var comparisons = 1
  /// Candidate's cost and latency as multiples of the baseline's; nil where one is not known.
  package var costRatio: Double?
  package var latencyRatio: Double?
  /// Rows that only one of the runs has.
  package var rowsOfOneRun = 0

  /// - Parameters:
  ///   - baseline: what to call the first run.
  ///   - candidate: what to call the second.
  package init(_ comparison: PairedComparison, baseline: String, candidate: String) {
    self.comparison = comparison
    self.baseline = baseline
    self.candidate = candidate
  }

  /// Everything that is to be said, the verdict first.
  package var text: String {
    guard let mean = comparison.meanDifference, let interval = comparison.interval else {
      return "\(candidate) and \(baseline) cannot be compared: no row has a score in both.\(missingRows)"
    }
    let parts = [
      finding(mean, interval), comparison.isTurnedByMissingRows ? turned : nil, wayOn(mean), losses, few, ledger,
    ]
    return parts.compactMap { $0 }.joined(separator: " ") + missingRows
  }

  // MARK: The finding

  private func finding(_ mean: Double, _ interval: ClosedRange<Double>) -> String {
    let range = "\(signed(interval.lowerBound)) to \(signed(interval.upperBound))"
    let counts = "\(rows): \(comparison.wins) won, \(comparison.losses) lost, \(comparison.ties) tied"
    let figures = "\(signed(mean)) on average, \(percent(comparison.level)) interval \(range), \(counts)"
    switch comparison.verdict {
    case .better: return "\(candidate) is better than \(baseline): \(figures)."
    case .worse: return "\(candidate) is worse than \(baseline): \(figures)."
    case .same:
      return "\(candidate) and \(baseline) score the same to within \(rounded(comparison.margin)): \(figures)."
    case .notWorse:
      return "\(candidate) is not worse than \(baseline) by more than \(rounded(comparison.margin))\(atWhatPrice): "
        + "\(figures)."
    case .unclear, .notComparable:
      if comparison.wins + comparison.losses == 0 {
        return
          "Not shown: \(candidate) and \(baseline) have the same score on \(comparison.pairs == 1 ? "" : "all ")\(rows), "
          + "but the difference can be \(range) (\(percent(comparison.level)) interval)."
      }
      return "Not shown whether \(candidate) is better or worse than \(baseline): \(figures)."
    }
  }

  private var atWhatPrice: String {
    let parts = [
      costRatio.map { "\(significant($0)) times the cost" },
      latencyRatio.map { "\(significant($0)) times the latency" },
    ].compactMap { $0 }
    return parts.isEmpty ? "" : ", at \(parts.joined(separator: " and "))"
  }

  private func wayOn(_ mean: Double) -> String? {
    guard [.unclear, .notWorse].contains(comparison.verdict), !comparison.isTurnedByMissingRows else { return nil }
    if let needed = comparison.rowsNeeded, needed > comparison.pairs {
      return "About \(needed) rows would show \(signed(mean))."
    }
    guard comparison.verdict == .unclear else { return nil }
    if comparison.groups != nil { return "More rows of the same groups add little: use rows with other values." }
    guard let smallest = comparison.smallestVisibleDifference else { return "Use more rows." }
    return "So many rows show a difference of \(rounded(smallest)) or more."
  }

  private var losses: String? {
    guard comparison.losses == 0, comparison.wins > 0 else { return nil }
    let share = SampleSize.lossesStillPossible(rows: comparison.pairs)
    return "No row lost, but up to \(wholePercent(share)) could."
  }

  private var few: String? {
    guard comparison.pairs < 15, comparison.verdict != .notComparable else { return nil }
    return "So few rows decide little."
  }

  private var ledger: String? {
    if drafts > 1, drafts >= comparisons {
      return "\(drafts) drafts of the prompt were tried on these rows, so the interval is \(percent(comparison.level))."
    }
    return comparisons > 1
      ? "\(comparisons) runs are compared with the baseline at once, so the interval is \(percent(comparison.level))."
      : nil
  }

  // MARK: Rows without a score

  private var turned: String {
    let count = max(comparison.missing.baseline, comparison.missing.candidate)
    return
      "\(count == 1 ? "1 row" : "\(count) rows") without a score could turn it: runs_generate with retry_failed: true "
      + "tries them again."
  }

  private var missingRows: String {
    let sides = [(baseline, comparison.missing.baseline), (candidate, comparison.missing.candidate)]
    let parts = sides.filter { $0.1 > 0 }.map { "\($0.1 == 1 ? "1 row" : "\($0.1) rows") of \($0.0)" }
    let effect = comparison.countsMissingAsZero ? "failed and counted 0" : "left out, having no score"
    let missing = parts.isEmpty ? "" : " \(parts.joined(separator: " and ")) \(effect)."
    return rowsOfOneRun == 0 ? missing : missing + " \(rowsOfOneRun) rows that only one run has are left out."
  }

  // MARK: Figures

  private var rows: String {
    let rows = comparison.pairs == 1 ? "1 row" : "\(comparison.pairs) rows"
    return comparison.groups.map { "\(rows) in \($0) groups" } ?? rows
  }

  private func percent(_ share: Double) -> String { "\(trimmedZero("\((share * 10_000).rounded() / 100)")) %" }

  /// Whole percents; of few, tenths.
  private func wholePercent(_ share: Double) -> String {
    share >= 0.02 ? "\(Int((share * 100).rounded())) %" : "\(trimmedZero("\((share * 1000).rounded() / 10)")) %"
  }

  private func significant(_ value: Double) -> String {
    value >= 10 ? "\(Int(value.rounded()))" : trimmedZero("\((value * 100).rounded() / 100)")
  }

  private func signed(_ value: Double) -> String {
    let text = rounded(value)
    return value > 0 && text != "0" ? "+\(text)" : text
  }

  /// Three decimals at most.
  private func rounded(_ value: Double) -> String {
    let thousandths = (value * 1000).rounded()
    return thousandths == 0 ? "0" : trimmedZero("\(thousandths / 1000)")
  }

  private func trimmedZero(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}

extension VerdictSentence {
  /// The sentence on runs one of which is not completed.
  ///
  /// - Parameters:
  ///   - state: such as `run 12 is running: 25 of 220 rows so far`.
  ///   - isDecided: whether the evidence decides already.
  package func sequential(state: String, threshold: Double, isDecided: Bool) -> String {
    let figures =
      "\(rows) in both: \(comparison.wins) won, \(comparison.losses) lost, \(comparison.ties) tied"
    let evidence = "the evidence is \(significant(comparison.evidence)), \(significant(threshold)) decide"
    guard isDecided, let mean = comparison.meanDifference else {
      return "Not shown yet: \(state) (\(figures)); \(evidence).\(missingRows)"
    }
    return "\(candidate) is \(mean > 0 ? "better" : "worse") than \(baseline) already, which more rows will not undo: "
      + "\(state) (\(figures)); \(evidence).\(missingRows)"
  }
}
