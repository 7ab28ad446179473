import Evaluation
import JSONCoding
import Store

/// The report of an experiment as data, from the object that `experiments_get` gives.
struct ExperimentDocument {
  private let object: JSONObject
  private let versions: [JSONObject]
  private let prompts: [PromptRecord]

  init(_ object: JSONObject, prompts: [PromptRecord]) {
    self.object = object
    self.prompts = prompts
    versions = object["versions"]?.arrayValue?.compactMap(\.objectValue) ?? []
  }

  var document: ReportDocument {
    ReportDocument(
      kind: "Experiment", title: text("name"), subtitle: subtitle,
      findings: [.init(word: object["verdict_word"]?.stringValue, sentence: text("verdict"))],
      warnings: object["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      sections: [
        .init(
          "Versions",
          note: "Rates of positive outcomes with their 95 % intervals. Failures that count are negative outcomes.",
          [rates, outcomes, table]),
        .init(
          "Cost against rate", note: "The mean cost of a sample, where all costs are known.", [costs]),
        .init("What differs between the prompts", differing),
        .init("What was run", [settings]),
      ])
  }

  private func text(_ key: String) -> String { object[key]?.stringValue ?? "" }

  private var subtitle: String {
    "Experiment \(object["id"]?.intValue ?? 0) · \(text("status")) · \(text("allocation")) allocation"
  }

  // MARK: Versions

  private func name(_ version: JSONObject) -> String {
    let name = version["name"]?.stringValue ?? "prompt \(version["prompt_id"]?.intValue ?? 0)"
    return version["weight"]?.isNull ?? true ? "\(name) (no longer takes part)" : name
  }

  private static func interval(_ version: JSONObject) -> ClosedRange<Double>? {
    let bounds = version["interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : nil
  }

  /// Positive, none yet, and negative with the failures that count.
  private func outcomes(_ version: JSONObject) -> [Int] {
    var counts = ["positive", "none", "negative"].compactMap { version["outcomes"]?[$0]?.intValue }
    if counts.count == 3 { counts[2] += version["failed_counted"]?.intValue ?? 0 }
    return counts
  }

  private var rates: ReportBlock? {
    .intervals(
      "Rate of positive outcomes", axis: "rate of positive outcomes", bounds: 0...1, counted: "outcomes",
      versions.map { version in
        let rate = version["rate"]?.doubleValue
        let interval = Self.interval(version)
        let counts = outcomes(version)
        return ReportBlock.Estimate(
          name: name(version), note: version["current"] == true ? "published" : "", mean: rate, interval: interval,
          meanText: rate.map(ScoreEstimate.text) ?? ReportTable.unknown,
          intervalText: interval?.text ?? ReportTable.unknown,
          count: counts.count == 3 ? "\(counts[0] + counts[2])" : ReportTable.unknown,
          mark: version["prompt_id"] == object["leader"] ? "this" : nil)
      })
  }

  private var outcomes: ReportBlock? {
    .shares(
      "Outcomes", parts: ["positive", "no outcome yet", "negative or failed"],
      lines: versions.map { (name($0), outcomes($0)) }.filter { $0.1.count == 3 })
  }

  private var table: ReportBlock? {
    let columns: [(String, (JSONObject) -> JSONValue?)] = [
      ("samples", { $0["samples"] }), ("failed", { $0["failed"] }), ("share", { $0["weight"] }),
      ("probability of being best", { $0["probability_best"] }), ("cost, US dollars", { $0["total_cost"] }),
      ("tokens", { $0["usage"]?["total_tokens"] }), ("median ms", { $0["latency"]?["p50_ms"] }),
      ("pairs beside the leader", { $0["beside_leader"]?["pairs"] }),
      ("evidence", { $0["beside_leader"].flatMap(Self.evidence) }),
    ]
    return ReportBlock(
      "All figures",
      ReportTable(
        [""] + columns.map(\.0),
        versions.map { version in
          [name(version)] + columns.map { name, value in value(version).map { ReportTable.text($0, of: name) } ?? "" }
        }))
  }

  /// The evidence in an object of a rival; larger ones than the largest that is told apart are not numbers.
  private static func evidence(_ rival: JSONValue) -> JSONValue? {
    rival["evidence_is_least"] == true ? "more than 1e12" : rival["evidence"]
  }

  private var costs: ReportBlock? {
    .scatter(
      "Cost against rate", cost: "US dollars a sample", score: "rate of positive outcomes", bounds: 0...1,
      versions.compactMap { version in
        guard let cost = version["mean_cost"]?.doubleValue, let rate = version["rate"]?.doubleValue else { return nil }
        return ReportBlock.Choice(
          name: name(version), cost: cost, score: rate, interval: Self.interval(version),
          isSubject: version["prompt_id"] == object["leader"])
      })
  }

  // MARK: Prompts

  /// Each version beside the published one, or beside the first.
  private var differing: [ReportBlock?] {
    guard let base = prompts.first(where: \.current) ?? prompts.first else { return [] }
    return prompts.filter { $0.id != base.id }.flatMap { other -> [ReportBlock?] in
      let names = (base.displayName, other.displayName)
      let pair = "\(names.1) against \(names.0)"
      return [
        .change("Template: \(pair)", base.template, other.template, names),
        .change("System prompt: \(pair)", base.settings.systemPrompt, other.settings.systemPrompt, names),
        .change("Model: \(pair)", base.llmModel, other.llmModel, names),
      ]
    }
  }

  private var settings: ReportBlock? {
    let keys = [
      "status", "allocation", "samples", "failed", "total_cost", "uncounted_calls", "expected_loss", "evidence_needed",
      "outcomes_needed", "created_at", "updated_at",
    ]
    return ReportBlock(
      "Experiment",
      ReportTable(
        keys.map { key in (key.replacing("_", with: " "), object[key].map { ReportTable.text($0, of: key) }) }))
  }
}
