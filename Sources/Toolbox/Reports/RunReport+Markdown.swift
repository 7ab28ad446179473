import Evaluation
import JSONCoding
import Providers
import Store

extension RunReport {
  /// The size limits in characters of a row's text and of the template.
  private static let rowTextLimit = 800
  private static let templateLimit = 4000

  /// The report as Markdown, less than about 60,000 characters for any run.
  var markdown: String {
    let sections = [
      heading, section("Scores", scores), section("Judge trust", trustList),
      section("Repeats", repeatFigures?.markdown),
      section("Distribution", histogram.map(Markdown.fenced)), section("Classes", classes),
      section("Weakest rows", weakest), section("Failed rows", failureSummary.map(Markdown.text)),
      section("Cost and time", costs), section("Warnings", warningList), section("Settings", settings),
    ]
    let texts = promptTexts.map { name, text in
      section(name, Markdown.fenced(Clipping.clip(text, to: Self.templateLimit)))
    }
    return (sections + texts + [section("All rows", allRows)]).compactMap { $0 }.joined(separator: "\n\n") + "\n"
  }

  private func section(_ title: String, _ text: String?) -> String? {
    text.map { $0.isEmpty ? nil : "## \(title)\n\n\($0)" } ?? nil
  }

  private var heading: String {
    let run = view.run
    let state = "Status: **\(view.status.rawValue)**, \(view.progress.sentence)."
    let notes = [view.error, stop].compactMap(\.self)
    return "# Run \(run.id): \(Markdown.line(run.name))\n\n\(state)" + notes.map { "\n\n" + Markdown.text($0) }.joined()
  }

  private var scores: String {
    guard !estimates.isEmpty else { return "No row has a score." }
    let methods = Set(estimates.filter { $0.interval != nil }.map(\.method)).sorted { $0.rawValue < $1.rawValue }
    let notes = methods.map { "\n\n\($0.rawValue): \($0.sentence)" }.joined()
    return Markdown.table(
      ["", "mean", "95 % interval", "method", "rows"],
      estimates.map { estimate in
        [
          Markdown.line([estimate.name, estimate.doubt].compactMap(\.self).joined(separator: ", ")),
          ScoreEstimate.text(estimate.mean), estimate.interval?.text ?? "",
          estimate.interval == nil ? "" : estimate.method.rawValue, estimate.countText,
        ]
      }) + notes
  }

  private var trustList: String? {
    let lines = trust.map { "- \(Markdown.line($0.target.name)): \(Markdown.text($0.sentence))" }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
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
    let figures = costFigures
    return figures.isEmpty ? nil : Markdown.table(["", ""], figures.map { [$0.name, $0.value] })
  }

  private var warningList: String { warnings.map { "- \(Markdown.text($0))" }.joined(separator: "\n") }

  private var settings: String {
    Markdown.table(["setting", "value"], settingFigures.map { [$0.name, Markdown.line($0.value)] })
  }

  private var allRows: String? {
    guard statistics.completed + statistics.failed > 0 else { return nil }
    return [ResourceURI.Kind.responsesCSV, .responsesJSONLines].map { "- \(ResourceURI($0, id: view.run.id).text)" }
      .joined(separator: "\n")
  }
}
