import Evaluation
import JSONCoding
import Providers
import Store

extension RunReport {
  /// The size limits in characters of a row's text and of the template.
  private static let rowTextLimit = 800
  private static let templateLimit = 4000
  /// Settings with a section of their own.
  private static let shownApart = [RequestSetting.systemPrompt.name, RequestSetting.messages.name]

  /// The report as Markdown, less than about 60,000 characters for any run.
  var markdown: String {
    let sections = [
      heading, section("Scores", scores), section("Judge trust", trustList), section("Repeats", repeatFigures?.markdown),
      section("Distribution", histogram.map(Markdown.fenced)), section("Classes", classes),
      section("Weakest rows", weakest), section("Failed rows", failureSummary.map(Markdown.line)),
      section("Cost and time", costs), section("Warnings", warningList), section("Settings", settings),
      section("Template", Markdown.fenced(Clipping.clip(template, to: Self.templateLimit))),
      section(
        "System prompt", sent.systemPrompt.map { Markdown.fenced(Clipping.clip($0, to: Self.templateLimit)) }),
      section("Turns before the template", turns), section("All rows", allRows),
    ]
    return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
  }

  private func section(_ title: String, _ text: String?) -> String? {
    text.map { $0.isEmpty ? nil : "## \(title)\n\n\($0)" } ?? nil
  }

  private var turns: String? {
    guard !sent.messages.isEmpty else { return nil }
    let text = sent.messages.map { JSONValue.object($0).text }.joined(separator: "\n")
    return Markdown.fenced(Clipping.clip(text, to: Self.templateLimit))
  }

  private var heading: String {
    let state = "Status: **\(status.rawValue)**, \(progress.sentence)."
    let notes = [error, run.stoppedEarly?.sentence(against: run.stopAgainst)].compactMap(\.self)
    return "# Run \(run.id): \(Markdown.line(run.name))\n\n\(state)" + notes.map { "\n\n" + Markdown.line($0) }.joined()
  }

  private var scores: String {
    guard !estimates.isEmpty else { return "No row has a score." }
    return Markdown.table(
      ["", "mean", "95 % interval", "method", "rows"],
      estimates.map { estimate in
        [
          Markdown.line(estimate.name), ScoreEstimate.text(estimate.mean), estimate.interval?.text ?? "",
          estimate.interval == nil ? "" : estimate.method.rawValue, "\(estimate.count)",
        ]
      })
  }

  private var trustList: String? {
    trust.isEmpty
      ? nil : trust.map { "- \(Markdown.line($0.target.name)): \(Markdown.line($0.sentence))" }.joined(separator: "\n")
  }

  private var weakest: String? {
    guard !estimates.isEmpty else { return nil }
    if weakRows.isEmpty { return "None: every scored row has the best score." }
    return weakRows.map(text).joined(separator: "\n\n")
  }

  private func text(_ row: WeakRow) -> String {
    func block(_ label: String, _ text: String?) -> String? {
      text.map { "\(label):\n\n\(Markdown.fenced(Clipping.clip($0, to: Self.rowTextLimit)))" }
    }
    let parts = [
      "### Row \(row.rowIndex), response \(row.responseID): score \(ScoreEstimate.text(row.score))",
      row.input.isEmpty ? nil : block("Input", row.input), block("Expected", row.expected),
      block("Response", row.response),
    ]
    let reviews = row.reviews.map {
      block("\(Markdown.line($0.metric)) gave \(ScoreEstimate.text($0.score))", $0.reasons)
    }
    return (parts + reviews).compactMap { $0 }.joined(separator: "\n\n")
  }

  private var costs: String? {
    guard statistics.completed + statistics.failed > 0 else { return nil }
    let latencies = statistics.latencyQuantiles([0.5, 0.95]).map { "\(Int($0.rounded())) ms" }
    let tokens = statistics.usage.map {
      "\($0.totalTokens) (\($0.promptTokens) prompt, \($0.completionTokens) completion)"
    }
    return Markdown.table(
      ["", ""],
      [
        ["cost", statistics.totalCost.map(Figure.dollars) ?? "not known"],
        run.spentBefore.map { ["cost of discarded responses", Figure.dollars($0)] },
        ["expected at the start", run.estimatedCost.map(Figure.dollars) ?? "not known"],
        ["tokens", tokens ?? "not counted"], ["latency, median", latencies.first ?? "not known"],
        ["latency, 95 % of the rows below", latencies.last ?? "not known"],
        ["started", run.startedAt?.description ?? ""], ["finished", run.finishedAt?.description ?? ""],
      ].compactMap(\.self))
  }

  private var warningList: String { warnings.map { "- \(Markdown.line($0))" }.joined(separator: "\n") }

  private var settings: String {
    var rows: [(String, String?)] = [
      ("prompt", "\(promptName) (id \(run.promptID))"),
      ("dataset", dataset.map { "\($0.name) (id \($0.id), \($0.rowCount) rows)" }), ("model", model),
      ("scoring", run.scoring.rawValue),
      ("metrics", metricNames.isEmpty ? nil : metricNames.joined(separator: ", ")), ("judge", run.judgeModel),
    ]
    for setting in RequestSetting.all(of: .plan) {
      let value = run.plan.shown(setting)
      rows.append((setting.name, value.isNull ? nil : value.stringValue ?? value.text))
    }
    for member in sent.values.members where !Self.shownApart.contains(member.key) {
      rows.append((member.key, member.value.stringValue ?? member.value.text))
    }
    return Markdown.table(
      ["setting", "value"], rows.compactMap { name, value in value.map { [name, Markdown.line($0)] } })
  }

  private var allRows: String? {
    guard statistics.completed + statistics.failed > 0 else { return nil }
    return [ResourceURI.Kind.responsesCSV, .responsesJSONLines].map { "- \(ResourceURI($0, id: run.id).text)" }
      .joined(separator: "\n")
  }
}
