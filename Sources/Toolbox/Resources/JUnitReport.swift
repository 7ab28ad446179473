import Evaluation
import JSONCoding
import Store

/// A run in the XML of JUnit, which CI systems show: one test case a row.
///
/// A row is a failure if its score is below ``ScoreScale/rightFrom``: the top of the scale, so that every check has to
/// pass, and 4 of 5 stars for a judge. A row that failed is an error, a row without a score is skipped, and a run without
/// all of its rows or reviews has one more test case, which is an error. So has one whose judge is not trusted: no row is
/// known to be right by its scores.
struct JUnitReport: Sendable {
  /// The size limit in characters of each text of a row.
  private static let textLimit = 2000

  private let view: RunView
  /// The responses in row order.
  private let entries: [ResponseEntry]
  private let suite: String
  private let findings: JudgeFindings

  init(_ view: RunView) throws {
    self.view = view
    findings = try JudgeFindings(view)
    entries = view.entries.sorted { ($0.key, $0.id) < ($1.key, $1.id) }
    suite = "run \(view.run.id)"
  }

  private enum Outcome: Equatable {
    case passed, failure, error, skipped
  }

  private func outcome(_ entry: ResponseEntry) -> Outcome {
    let scoring = view.scoring
    if scoring.status(of: entry) == .failed { return .error }
    guard let score = scoring.score(of: entry), let scale = scoring.scorer.scale else { return .skipped }
    return score >= scale.rightFrom ? .passed : .failure
  }

  // MARK: XML

  /// The report; every page of it is a document of its own, whose counts are those of the whole run.
  var rows: RowText {
    RowText(
      header: Array(header.utf8), footer: Array("</testsuite>\n</testsuites>\n".utf8), count: entries.count
    ) { index, output in
      output += testCase(entries[index], try entries[index].decoded()).utf8
    }
  }

  private var header: String {
    let outcomes = entries.map(outcome)
    let problems = [
      view.incompleteness.map { ("all rows", $0) },
      findings.fault(ofScoreBy: view.scoring).map { ("judge", "\($0.mark). \($0.finding)") },
    ].compactMap(\.self)
    let counts = [
      ("tests", outcomes.count + problems.count), ("failures", outcomes.count { $0 == .failure }),
      ("errors", outcomes.count { $0 == .error } + problems.count),
      ("skipped", outcomes.count { $0 == .skipped }),
    ].map { ($0, "\($1)") }
    let seconds = entries.reduce(0) { $0 + ($1.latency ?? 0) / 1000 }
    let attributes =
      [("name", "\(suite): \(view.run.name)")] + counts + [("time", Figure.fixed(seconds, places: 3))]
      + (view.run.startedAt.map { [("timestamp", $0.description)] } ?? [])
    let properties = properties.map { "<property\(Self.text([("name", $0), ("value", $1)]))/>\n" }.joined()
    let whole = problems.map { testCase($0, nil, Self.element("error", message: $1, "")) }.joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
      <testsuite\(Self.text(attributes))>
      <properties>
      \(properties)</properties>
      \(whole)
      """
  }

  private var properties: [(String, String)] {
    let figures = ScoreEstimate.all(of: view, findings).flatMap { estimate -> [(String, String)] in
      let interval = estimate.interval.map { [("\(estimate.name): 95 % interval", $0.text)] } ?? []
      return [("\(estimate.name): mean", ScoreEstimate.text(estimate.mean))] + interval
        + [("\(estimate.name): rows", "\(estimate.count)")]
        + (estimate.doubt.map { [("\(estimate.name): doubt", $0)] } ?? [])
    }
    return [
      ("status", view.status.rawValue), ("prompt_id", "\(view.run.promptID)"), ("model", view.model),
      ("scoring", view.scoring.scoring.rawValue),
    ] + (view.scoring.scorer.scale.map { [("right from", $0.rightFrom.shortText)] } ?? []) + figures
      + (findings.untested.map { [("judge", $0.note)] } ?? [])
      + (view.statistics.totalCost.map { [("cost", Dollars.figure($0))] } ?? [])
  }

  private func testCase(_ entry: ResponseEntry, _ response: ResponseRecord) -> String {
    let score = view.scoring.score(of: response).map(ScoreEstimate.text)
    let parts =
      switch outcome(entry) {
      case .passed: ""
      case .skipped: Self.element("skipped", message: "no score", nil)
      case .error: Self.element("error", message: view.scoring.error(of: response) ?? "failed", texts(response))
      case .failure: Self.element("failure", message: "score \(score ?? "")", texts(response))
      }
    let name = "row \(entry.rowIndex)" + (view.run.repeats > 1 ? ", repeat \(entry.key.repeatIndex)" : "")
    return testCase(name, entry.latency, parts)
  }

  private func testCase(_ name: String, _ latency: Double?, _ parts: String) -> String {
    let time = latency.map { [("time", Figure.fixed($0 / 1000, places: 3))] } ?? []
    let attributes = Self.text([("classname", suite), ("name", name)] + time)
    return parts.isEmpty ? "<testcase\(attributes)/>\n" : "<testcase\(attributes)>\(parts)</testcase>\n"
  }

  private func texts(_ response: ResponseRecord) -> String {
    let reviews = view.scoring.reviews(of: response).map { review in
      let score = review.score.map(ScoreEstimate.text) ?? (review.status == .skipped ? "skipped" : "no score")
      return ("\(review.metricName), \(score)", review.feedback ?? review.error)
    }
    let texts =
      [("Input", response.inputText), ("Expected", response.expectedOutput), ("Response", response.responseText)]
      + reviews
    return texts.compactMap { label, text in text.map { "\(label):\n\(Clipping.clip($0, to: Self.textLimit))" } }
      .joined(separator: "\n\n")
  }

  /// - Parameter text: nil for an element without content.
  private static func element(_ name: String, message: String, _ text: String?) -> String {
    let start = "<\(name)\(self.text([("message", Clipping.clip(message, to: textLimit))]))"
    return text.map { "\(start)>\(XMLText.content($0))</\(name)>" } ?? "\(start)/>"
  }

  private static func text(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\(XMLText.attribute($1))\"" }.joined()
  }
}
