import Evaluation
import JSONCoding
import Providers
import Store

/// The warnings about what a run costs.
extension RunView {
  var costWarnings: [String] {
    [restartNote].compactMap(\.self) + limitWarnings + [outlook.unpriced, liveJudge].compactMap(\.self)
  }

  /// US dollars of the whole run if the calls that had no price cost what they come to today; nil where all is known, and
  /// where not all of the rest is.
  var costAtCurrentPrices: Double? {
    guard let laterCost else { return nil }
    let statistics = statistics
    guard statistics.totalCost == nil, statistics.uncountedCalls == 0 else { return nil }
    return statistics.knownCost + laterCost.dollars
  }

  private var restartNote: String? {
    guard run.spentBefore != nil || run.uncountedBefore > 0 else { return nil }
    let calls = run.uncountedBefore == 1 ? "1 call" : "\(run.uncountedBefore) calls"
    let unknown =
      run.uncountedBefore > 0 ? ", with \(calls) of unknown cost besides (earlier_uncounted_calls)" : ""
    return
      "The run was restarted: the responses that were discarded cost \(Dollars.text(run.spentBefore ?? 0)) "
      + "(earlier_cost)\(unknown). max_cost counts that, total_cost does not."
  }

  /// Said before the start, where the cost is.
  private var liveJudge: String? {
    guard run.batch, run.status == .pending, run.judgeModel != nil, !scoring.askedMetrics.isEmpty else { return nil }
    return "Batches answer the rows only: the judge is asked live, at its usual price."
  }

  /// What is to be said of max_cost: that it was exceeded, or that it may stop the run.
  private var limitWarnings: [String] {
    guard let maximum = run.maxCost else { return [] }
    let spentBefore = run.spentBefore ?? 0
    let spent = knownCost + spentBefore
    if spent > maximum {
      let (paid, limit) = Dollars.compared(spent, with: maximum)
      return [
        "The run has cost \(paid), more than max_cost \(limit): an answer was longer than could be foreseen, or max_cost "
          + "was lowered."
      ]
    }
    guard run.status == .pending, let cost = estimatedCost else { return [] }
    // A batch is submitted or not as a whole, so the run does not stop after a row.
    if let limit = outlook.batchLimit { return [limit, openAnswers].compactMap(\.self) }
    if let next = outlook.cost?.next, next > maximum {
      let (first, limit) = Dollars.compared(next, with: maximum)
      return [
        "The first row may cost \(first), more than max_cost \(limit), so the run will stop before it. \(Self.otherLimit)"
      ]
    }
    guard cost > maximum else {
      return [mayStop(at: maximum), cost > 0 ? openAnswers : nil].compactMap(\.self)
    }
    let isMost = highestCost.map { $0 <= cost } ?? false
    let (likely, limit) = Dollars.compared(cost, with: maximum)
    return [
      "The run will cost \(isMost ? "at most about" : "about") \(likely), more than max_cost \(limit), so it "
        + "\(isMost ? "may" : "will") stop before its last row, after about \(reach(maximum, of: cost)). \(Self.otherLimit)"
    ]
  }

  private static let otherLimit = "runs_update with another max_cost changes that."

  /// That max_cost is within the range of the cost; nil if it is above.
  private func mayStop(at maximum: Double) -> String? {
    guard let high = outlook.cost?.range.upperBound, high > maximum else { return nil }
    let (most, limit) = Dollars.compared(high, with: maximum)
    return
      "The run may cost up to \(most) (estimated_cost_range), more than max_cost \(limit): then it stops after about "
      + "\(reach(maximum, of: high)). \(Self.otherLimit)"
  }

  /// How many rows max_cost reaches if the whole run costs this much.
  private func reach(_ maximum: Double, of cost: Double) -> String {
    let all = progress.generated.total
    let count = min(Int(Double(all) * maximum / cost), max(all - 1, 0))
    return "\(count) of \(all) \(run.repeats > 1 ? "answers" : "rows")"
  }

  /// What can take the run beyond max_cost; nil if a limit is set for all that its models write.
  private var openAnswers: String? {
    let isJudged = run.judgeModel != nil && !scoring.askedMetrics.isEmpty
    let open: [(setting: String, written: String)] = [
      // A batch is submitted only if it fits at its longest.
      sent.maxTokens == nil && !run.batch ? ("max_tokens", "answer") : nil,
      run.judgeMaxTokens == nil && isJudged ? ("judge_max_tokens", "judgement") : nil,
    ].compactMap(\.self)
    if open.isEmpty { return nil }
    let settings = open.map(\.setting).joined(separator: " and ")
    let (written, are) = (open.map(\.written).joined(separator: " or "), open.count == 1 ? "is" : "are")
    let rows = run.concurrency == 1 ? "each row" : "up to \(run.concurrency) rows at once"
    let aside = outlook.cost.map { " (\(Dollars.text($0.next)) for the first row)" } ?? ""
    let longest = sent.maxTokens == nil ? outlook.cost?.longest : nil
    let most = longest.map { " The longest answer that the model can give costs \(Dollars.text($0))." } ?? ""
    return
      "\(settings) \(are) not set, so the \(written) of \(rows) can be longer than what is set aside for it\(aside) and take "
      + "the run beyond max_cost.\(most) With \(settings) the limit holds from the first row on."
  }

  /// A range of dollars with as many digits as tell its ends apart, three at least; nil if six do not.
  static func range(_ dollars: ClosedRange<Double>) -> JSONValue? {
    for digits in 3...6 {
      let (low, high) = (dollars.lowerBound.rounded(toDigits: digits), dollars.upperBound.rounded(toDigits: digits))
      if low != high { return [.double(low), .double(high)] }
    }
    return nil
  }

  /// The estimated cost by what it is for: the answers, the judge, and what the providers' caches take off both, and batches the
  /// answers.
  ///
  /// The first two together are the estimated cost.
  func costParts(_ cost: CostForecast) -> JSONValue {
    // What is spent on no known call is what lost answers may have cost.
    let judged = entries.reduce(run.probeCost) { sum, entry in
      sum + entry.knownCost - (entry.isCopied ? 0 : entry.generationCost ?? entry.knownCost)
    }
    let judge = judged + cost.toCome.judging
    let generation = max(cost.likely, knownCost) - judge
    var parts: JSONObject = ["generation": .double(generation.rounded(toDigits: 3))]
    if cost.toCome.judging > 0 || judge > abs(generation) * 1e-9 {
      parts.append("judge", .double(judge.rounded(toDigits: 3)))
    }
    if cost.toCome.cacheSaving != 0 {
      parts.append("cache_saving", .double(cost.toCome.cacheSaving.rounded(toDigits: 3)))
    }
    if cost.toCome.batchSaving != 0 {
      parts.append("batch_saving", .double(cost.toCome.batchSaving.rounded(toDigits: 3)))
    }
    return .object(parts)
  }
}

extension RunSettings {
  /// When a limit counts that was changed while its run is under way.
  static func note(onLimitOf run: RunRecord) -> String {
    let batches =
      run.status == .waiting
      ? " Its batches were submitted before: they are paid whatever max_cost is, unless they are cancelled." : ""
    return
      "max_cost counts from the next start on: the run goes on with the limit that it was started with.\(batches) runs_cancel, "
      + "then runs_generate, applies it."
  }
}
