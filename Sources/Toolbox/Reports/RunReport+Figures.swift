import Evaluation
import JSONCoding
import Providers
import Store

/// Names and values that every form of the report shows.
extension RunReport {
  /// Settings that are shown as texts of their own.
  private static let shownApart = [RequestSetting.systemPrompt.name, RequestSetting.messages.name]

  /// What the run cost and how long it took; empty before its first response.
  var costFigures: [(name: String, value: String)] {
    guard statistics.completed + statistics.failed > 0 else { return [] }
    let latencies = statistics.latencyTexts
    let tokens = statistics.usage.map {
      "\($0.totalTokens) (\($0.promptTokens) prompt, \($0.completionTokens) completion)"
    }
    let run = view.run
    return [
      ("cost", statistics.costText(Dollars.figure) ?? "not known"),
      run.spentBefore.map { ("cost of discarded responses", Dollars.figure($0)) },
      ("expected at the start", (run.firstEstimatedCost ?? run.estimatedCost).map(Dollars.figure) ?? "not known"),
      ("tokens", tokens ?? "not counted"), ("latency, median", latencies.first ?? "not known"),
      ("latency, 95 % of the rows below", latencies.last ?? "not known"),
      ("last started", run.startedAt?.description ?? ""), ("finished", run.finishedAt?.description ?? ""),
    ].compactMap(\.self)
  }

  /// What was run and how it was scored.
  var settingFigures: [(name: String, value: String)] {
    let run = view.run
    var rows: [(name: String, value: String?)] = [
      ("prompt", "\(promptName) (id \(run.promptID))"),
      ("dataset", view.dataset.map { "\($0.name) (id \($0.id), \($0.rowCount) rows)" }), ("model", view.model),
      ("scoring", run.scoring.rawValue),
      ("metrics", view.metricNames.isEmpty ? nil : view.metricNames.joined(separator: ", ")), ("judge", run.judgeModel),
    ]
    for setting in RequestSetting.all(of: .plan) {
      let value = run.plan.shown(setting)
      rows.append((setting.name, value.isNull ? nil : value.stringValue ?? value.text))
    }
    for member in view.sent.values.members where !Self.shownApart.contains(member.key) {
      rows.append((member.key, member.value.stringValue ?? member.value.text))
    }
    return rows.compactMap { name, value in value.map { (name, $0) } }
  }

  /// The texts of the prompt that have no place in a table.
  var promptTexts: [(name: String, text: String)] {
    let turns = view.sent.messages.map { JSONValue.object($0).text }.joined(separator: "\n")
    return [
      ("Template", template), view.sent.systemPrompt.map { ("System prompt", $0) },
      turns.nonEmpty.map { ("Turns before the template", $0) },
    ].compactMap(\.self)
  }
}

extension RunStatistics {
  /// The cost, or the part of it that is known; nil if nothing is.
  func costText(_ text: (Double) -> String) -> String? {
    totalCost.map(text) ?? (knownCost > 0 ? "at least \(text(knownCost))" : nil)
  }

  /// The latency below which half of the answers are and that of 95 %, such as `48 ms`; empty without latencies.
  var latencyTexts: [String] { latencyQuantiles([0.5, 0.95]).map { "\(Int($0.rounded())) ms" } }
}
