/// The sentences that report a comparison.
package struct VerdictSentence: Sendable {
  let comparison: PairedComparison
  let baseline: String
  let candidate: String

  /// How many drafts were tried on these rows, this one included.
  package var drafts = 1
  /// How many runs are compared with the baseline at once.
  package var comparisons = 1
  /// The candidate's cost and latency as multiples of the baseline's; nil if unknown.
  package var costRatio: Double?
  package var latencyRatio: Double?
  /// The interval of the ratio of costs.
  package var costInterval: ClosedRange<Double>?
  /// Whether a cost follows from a list price that may not be the price of its calls.
  package var isCostAssumed = false
  /// Whether a judge cost something, which the ratio leaves out.
  package var isJudgingLeftOut = false
  /// The models that answer, if they differ.
  package var models: (baseline: String, candidate: String)?
  /// The p-value displayed beside the interval.
  package var pValue: Double?
  /// Rows without an expected output, to which no answer can be compared.
  package var rowsWithoutExpectedOutput = 0
  /// The number of rows left out because no metric that makes the score applies to them.
  package var rowsBeyondMetrics = 0
  /// The number of rows left out because both runs have the very same answers.
  package var rowsOfSameAnswers = 0
  /// Advice on how rows without a score get one; follows a colon.
  package var retry = "runs_generate with retry_failed: true tries them again."
  /// Rows that only one of the runs has.
  package var rowsOfOneRun = 0
  /// Whether the groups of rows are those with the same prompts, and not named ones.
  package var arePromptsGroups = false
  /// Whose scores the interval is of, such as `the judge's scores`, where another one stands beside it.
  package var source: String?

  /// - Parameters:
  ///   - baseline: the name of the first run.
  ///   - candidate: the name of the second run.
  package init(_ comparison: PairedComparison, baseline: String, candidate: String) {
    self.comparison = comparison
    self.baseline = baseline
    self.candidate = candidate
  }

  /// The full report on finished runs, the verdict first.
  package var text: String {
    if comparison.areIdentical {
      let rows = rowsOfSameAnswers == 1 ? "the only row" : "all \(rowsOfSameAnswers) rows"
      return "\(candidate) and \(baseline) score the same: they have the very same answers to \(rows).\(missingRows)"
    }
    guard let mean = comparison.meanDifference, let interval = comparison.interval else {
      let which = rowsOfSameAnswers == 0 ? "no row" : "no row with different answers"
      return "\(candidate) and \(baseline) cannot be compared: \(which) has a score in both.\(missingRows)"
    }
    let parts = [
      finding(mean, interval), shownPrice, answering, widening(interval), doubt, nextStep(mean), losses, few, test,
      ledger,
    ]
    return parts.compactMap { $0 }.joined(separator: " ") + missingRows
  }

  // MARK: The finding

  private func finding(_ mean: Double, _ interval: ClosedRange<Double>) -> String {
    let range = "\(signed(interval.lowerBound)) to \(signed(interval.upperBound))"
    let figures =
      "\(average(mean)), \(percent(comparison.level)) interval\(source.map { " of \($0)" } ?? "") \(range), \(pieces): "
      + counts
    let margin = comparison.margin.plainText
    let price = comparison.asksForNotWorse ? self.price() : ""
    switch comparison.verdict {
    case .better: return "\(candidate) is better than \(baseline)\(price): \(figures)."
    case .worse: return "\(candidate) is worse than \(baseline)\(price): \(figures)."
    case .same, .notWorse:
      let bound =
        comparison.nonInferiorityBound.map { ", one-sided \(percent(comparison.level)) bound \(besidesMargin($0))" }
        ?? ""
      return "\(closeness(margin)): \(figures)\(bound)."
    case .unclear, .notComparable:
      if comparison.asksForNotWorse {
        return "Not shown that \(candidate) is not worse than \(baseline)\(beyond(margin))\(price): \(figures)."
      }
      if differences.rows.allSatisfy({ $0 == 0 }) {
        return
          "Not shown: \(candidate) and \(baseline) have the same score on \(comparison.pairs == 1 ? "" : "all ")"
          + "\(pieces), but the difference can be \(range) (\(percent(comparison.level)) interval)."
      }
      return "Not shown whether \(candidate) is better or worse than \(baseline): \(figures)."
    }
  }

  /// The statement that the candidate is not worse, as the beginning of a sentence.
  func closeness(_ margin: String) -> String {
    if comparison.isLossShown {
      return "\(candidate) is worse than \(baseline), but by less than the margin of \(margin)\(price())"
    }
    return comparison.verdict == .same
      ? "\(candidate) and \(baseline) score the same to within \(margin)\(price(of: candidate))"
      : "\(candidate) is not worse than \(baseline)\(beyond(margin))\(price())"
  }

  /// ` by more than 0.05`; empty without a margin.
  func beyond(_ margin: String) -> String { comparison.margin == 0 ? "" : " by more than \(margin)" }

  /// The interval that decides about the margin, where the displayed one alone seems to say another word.
  private func widening(_ interval: ClosedRange<Double>) -> String? {
    guard let wide = comparison.marginInterval, comparison.doubt == nil else { return nil }
    let isWithin = interval.lowerBound >= -comparison.margin && interval.upperBound <= comparison.margin
    let seemsOtherwise =
      switch comparison.verdict {
      case .unclear: interval.lowerBound > -comparison.margin
      case .notWorse:
        !comparison.isLossShown && isWithin || comparison.nonInferiorityBound.map { $0 < interval.lowerBound } == true
      default: false
      }
    guard seemsOtherwise else { return nil }
    let isNotWorse = comparison.verdict == .notWorse
    // Not worse may also be open for another reason than its bound.
    let bound = comparison.oneSidedBound.flatMap { bound in
      (bound > -comparison.margin) == isNotWorse ? bound : nil
    }
    return MarginInterval.sentence(
      margin: comparison.margin.plainText, level: percent(comparison.level),
      range: "\(signed(wide.lowerBound)) to \(signed(wide.upperBound))",
      bound: bound.map { (besidesMargin($0), isNotWorse) },
      evidence: "\(differences.values.count) \(units)")
  }

  // MARK: Notes

  func nextStep(_ mean: Double) -> String? {
    guard [.unclear, .notWorse].contains(comparison.verdict), comparison.doubt == nil else { return nil }
    if comparison.isNonInferiorityOpen {
      return [wayToNotWorse(mean), comparison.asksForNotWorse ? nil : visible].compactMap { $0 }.joined(separator: " ")
    }
    if let needed = comparison.needed {
      return "About \(needed) \(units) would show \(signed(mean))\(chance).\(newGroups)"
    }
    return comparison.verdict == .unclear ? visible ?? "Use more \(units).\(newGroups)" : nil
  }

  /// How likely the number of rows shows what it is for; equal differences leave nothing to chance.
  private var chance: String { differences.deviation > 0 ? " with a probability of 80 %" : "" }

  private var visible: String? {
    comparison.detectableDifference.map {
      "This many \(units) can show a difference of \(rounded($0)) or more with a probability of 80 %."
    }
  }

  private func wayToNotWorse(_ mean: Double) -> String {
    guard let needed = comparison.needed else {
      return mean < 0
        ? "The average is a loss of the whole margin or more, so more \(units) would not show it."
        : "Without a gain on average, no number of \(units) shows a loss below a margin of 0."
    }
    let aim =
      comparison.asksForNotWorse ? "it" : "that \(candidate) is not worse by more than \(comparison.margin.plainText)"
    return "About \(needed) \(units) would show \(aim)\(chance), if the average stays what it is.\(newGroups)"
  }

  private var losses: String? {
    guard differences.losses == 0, differences.wins > 0 else { return nil }
    let share = SampleSize.lossesStillPossible(rows: differences.values.count)
    return "No \(unit) lost, but up to \(wholePercent(share)) could."
  }

  private var few: String? {
    guard differences.values.count < 15 else { return nil }
    return isDecided
      ? "So few \(units) say little about the size of the difference."
      : "So few \(units) are weak evidence."
  }

  /// A note on a p-value that seems to contradict the verdict.
  private var test: String? {
    guard let pValue, comparison.doubt == nil, !isDecided, !comparison.isLossShown, pValue <= 1 - comparison.level
    else { return nil }
    return
      "The p-value of \(pValue.rounded(toDigits: 2)) alone does not decide: the interval must lie on one side of 0 too."
  }

  var isDecided: Bool { [.better, .worse].contains(comparison.verdict) }

  private var ledger: String? {
    if drafts > 1, drafts >= comparisons {
      let level =
        "This is the \(ordinal(drafts)) draft on these rows, counting deleted ones, so the interval is "
        + "\(percent(comparison.level)): with the levels of all drafts, the chance that any draft which is no better is "
        + "called better stays within 5 %."
      return comparisons > 1 ? "\(level) p_value_adjusted counts the \(comparisons) runs of this call alone." : level
    }
    return comparisons > 1
      ? "\(comparisons) comparisons are made at once, so the interval is \(percent(comparison.level))."
      : nil
  }

  /// Why a verdict is withheld although the differences allow it.
  var doubt: String? {
    switch comparison.doubt {
    case nil: return nil
    case .missingRows:
      let count = Self.rows(comparison.countsMissingAsZero ? comparison.unscored : comparison.incomplete)
      return "\(count) without a score could change the verdict\(comparison.isInProgress ? "." : ": \(retry)")"
    case .lostAnswers:
      let sides = [(baseline, comparison.lost.baseline), (candidate, comparison.lost.candidate)]
      let names = sides.filter { $0.1 > 0 }.map(\.0).joined(separator: " and ")
      return
        "Without the failed answers of \(names), which may succeed if asked again, the verdict would be another one, so none "
        + "is given: \(retry)"
    case .groupSizes:
      let difference = arePromptsGroups ? "Some prompts have more rows than others" : "The groups differ in size"
      return
        "\(difference): over all \(Self.rows(comparison.pairs)) the average is "
        + "\(signed(differences.meanOfRows ?? 0)), so no verdict is given."
    }
  }

  // MARK: Rows

  var differences: PairedDifferences { comparison.differences }
}
