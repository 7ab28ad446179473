import Store

/// The sentence on a judge's comparison of two runs.
struct PairwiseSentence {
  let judging: PairwiseJudging
  /// The id of the run that the judging is recorded with.
  let holderID: Int
  /// How an unfinished judging goes on.
  let continuation: String
  let baseline: ComparedRun
  let candidate: ComparedRun
  let comparison: PairedComparison
  let verdict: Verdict?
  /// Whether both runs have the same answer on every row.
  let areAllEqual: Bool
  let wins: Int
  let losses: Int
  let rows: Int
  let failed: Int
  let waiting: Int
  /// The number of judgings of these two runs, this one included.
  let judgings: Int
  /// How often an unfit judge followed the position; nil for a fit one.
  let position: (followed: Int, asked: Int)?
  /// The run that has answered only some of its rows; nil if both are whole.
  let partial: ComparedRun?
  /// What the judge's test has found; nil for a judge that passed, or was not tested.
  let fault: JudgeFault?
  /// The number of calls, where all have failed; nil otherwise.
  let failedCalls: Int?

  var text: String {
    if let position {
      let share = Int((100 * Double(position.followed) / Double(position.asked)).rounded())
      return
        "No verdict: \(judging.judgeModel) preferred the same position in both orders on \(position.followed) of "
        + "\(position.asked) rows (\(share) %), so it is unfit to compare these answers. Choose another judge_model. "
        + Self.sharedBudget(judgings)
    }
    if let failedCalls {
      return
        "No verdict: all \(failedCalls) calls of \(judging.judgeModel) failed or gave no preference that could be read, so no row "
        + "is judged. Choose another judge_model, or ask it again: \(judging.call(of: holderID))."
    }
    if let fault, waiting == 0 {
      return "No verdict: its preferences decide nothing, because it failed its test. \(fault.finding)"
    }
    let names = (candidate.title(besides: baseline), baseline.title(besides: candidate))
    let score =
      "\(judging.judgeModel), asked in both orders, prefers \(names.0) on \(VerdictSentence.rows(wins)) and \(names.1) on "
      + "\(losses) of \(rows) by \(judging.criterion)"
    if waiting > 0 {
      return
        "\(score) so far. \(VerdictSentence.rows(waiting)) \(waiting == 1 ? "is" : "are") still to be judged, so there is no "
        + "verdict. \(continuation)"
    }
    if areAllEqual {
      return
        "\(candidate.title(besides: baseline)) and \(baseline.title(besides: candidate)) have the same answers on \(rows == 1 ? "the only row" : "all \(rows) rows"), so "
        + "\(judging.judgeModel) was not asked and nothing tells the two apart."
    }
    let missing = VerdictSentence.leftOut(failed, "without a judgement")
    if let partial {
      return
        "\(score).\(missing) There is no verdict, because run \(partial.run.id) has answered only some of its rows "
        + "(\(partial.progress))."
    }
    guard let verdict, let difference = comparison.meanDifference, let interval = comparison.interval else {
      return "\(score).\(missing)"
    }
    let finding =
      switch verdict {
      case .better: "\(candidate.title(besides: baseline)) is better"
      case .worse: "\(candidate.title(besides: baseline)) is worse"
      default: "not shown which is better"
      }
    return
      "\(score): \(finding) (\(figures(difference, interval))).\([sharing, doubt, rule(verdict)].compactMap(\.self).joined())\(missing)"
  }

  /// What an unfit judge costs the next one: it had its chance of a false alarm.
  private static func sharedBudget(_ judgings: Int) -> String {
    "This judging counts as an attempt all the same: every pairwise judging of two runs has a share of the 5 % of false alarms, "
      + "so \(judgings == 1 ? "that of another judge has a wider interval" : "those of the \(judgings) judgings here have wider intervals")."
  }

  private func figures(_ difference: Double, _ interval: ClosedRange<Double>) -> String {
    let (low, high) = (VerdictSentence.rounded(interval.lowerBound), VerdictSentence.rounded(interval.upperBound))
    let test = comparison.differences.pValue.map {
      ", p \($0.rounded(toDigits: 2)) by the \(comparison.differences.test.rawValue) test"
    }
    return
      "difference \(VerdictSentence.rounded(difference)), \(VerdictSentence.percent(comparison.level)) interval "
      + "\(low) to \(high)\(test ?? "")"
  }

  private var sharing: String? {
    judgings == 1
      ? nil
      : " \(judgings) pairwise judgings of these two runs share the 5 % of false alarms, so the interval is wider."
  }

  /// What a verdict takes, where the p-value alone would suggest one.
  private func rule(_ verdict: Verdict) -> String? {
    let most = 1 - comparison.level
    guard verdict == .unclear, comparison.doubt == nil, let pValue = comparison.differences.pValue, pValue <= most
    else {
      return nil
    }
    return " The p-value alone does not decide: the interval must lie on one side of 0 too."
  }

  private var doubt: String? {
    switch comparison.doubt {
    // A failed row does not count 0 in a pairwise comparison.
    case nil, .lostAnswers: nil
    case .missingRows: " The rows without a judgement could change the verdict, so none is given."
    case .groupSizes:
      " The groups of rows differ in size and disagree with the mean of all rows, so no verdict is given."
    }
  }
}
