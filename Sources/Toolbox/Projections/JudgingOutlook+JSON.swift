import Evaluation
import JSONCoding
import Store

extension JudgingOutlook {
  /// The result of `runs_judge` with `dry_run`.
  ///
  /// - Parameter view: the run as it is.
  func json(_ view: RunView) -> JSONObject {
    var judging: JSONObject = ["calls": .int(calls), "estimated_cost": .optional(cost?.likely.rounded(toDigits: 3))]
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
    if calls == 0 { return "No model would be asked, so judging would cost nothing." }
    guard let maximum = run.maxCost, let cost else { return nil }
    let spent = view.knownCost + (run.spentBefore ?? 0)
    guard spent + cost.likely > maximum else { return nil }
    return
      "The judging will cost about \(Dollars.text(cost.likely)) beside the \(Dollars.text(spent)) that the run has cost, more than "
      + "max_cost \(Dollars.text(maximum)), so it will stop before its end. runs_update with another max_cost changes that."
  }
}
