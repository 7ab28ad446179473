import Evaluation
import JSONCoding
import Store

extension JudgingOutlook {
  /// The result of `runs_judge` with `dry_run`.
  ///
  /// - Parameter view: the run as it is.
  func json(_ view: RunView) -> JSONObject {
    // No calls cost nothing, whatever the judge's price is.
    let likely = calls == 0 ? 0 : cost?.likely
    var judging: JSONObject = ["calls": .int(calls), "estimated_cost": .optional(likely?.rounded(toDigits: 3))]
    if let cost {
      if cost.likely > 0 { judging["estimated_cost_range"] = RunView.range(cost.range) }
      judging.append("highest_cost", .optional(cost.highest?.rounded(toDigits: 3)))
      judging["estimated_cost_basis"] = cost.basis.map(JSONValue.string)
    }
    return [
      "id": .int(run.id), "dry_run": true, "judge_model": run.judgeModel.map(JSONValue.string) ?? .null,
      "judging": .object(judging), "known_cost": .double(view.knownCost.rounded(toDigits: 6)),
      "max_cost": .optional(run.maxCost),
      "warnings": .array(([remark(view)].compactMap(\.self) + warnings).unique.map(JSONValue.string)),
    ]
  }

  /// What the calls come to; nil if nothing is to be said.
  private func remark(_ view: RunView) -> String? {
    if isNothingLeft {
      return "There is nothing to judge: no answer lacks a review by this judge, so 0 calls would be made."
    }
    if calls == 0 { return "No model would be asked, so judging would cost nothing." }
    guard let maximum = run.maxCost, let cost else { return nil }
    let spent = view.knownCost + (run.spentBefore ?? 0)
    let isLikely = spent + cost.likely > maximum
    let added = isLikely ? cost.likely : cost.range.upperBound
    guard spent + added > maximum else { return nil }
    let (whole, limit) = Dollars.compared(spent + added, with: maximum)
    let reached = min(max(Int(Double(calls) * (maximum - spent) / added), 0), calls - 1)
    return
      "The judging \(isLikely ? "will cost about" : "may cost up to") \(Dollars.text(added)), which takes the run to "
      + "\(whole), more than max_cost \(limit): \(isLikely ? "it will stop" : "then it stops") before its end, after about "
      + "\(reached) of \(calls) calls. runs_update with another max_cost changes that."
  }
}
