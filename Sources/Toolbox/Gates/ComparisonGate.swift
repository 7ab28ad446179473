import Evaluation
import JSONCoding
import MCP
import Store

/// The limits that every run must keep against the baseline of its comparison, for scripts.
struct ComparisonGate: Sendable {
  /// The verdicts that a gate can ask for.
  private enum Least: String, CaseIterable, Sendable {
    case better
    case notWorse = "not_worse"

    var verdicts: [Verdict] {
      switch self {
      case .better: [.better]
      case .notWorse: [.better, .same, .notWorse]
      }
    }
  }

  private static let verdict = Field<Least?>.optional(
    "verdict", .choice, "Verdict to reach; not_worse takes better and same too.")
  private static let margin = Field<Double?>.optional(
    "margin", .number(0...4), "As the argument margin; asks for not_worse.")
  private static let minLowerBound = Field<Double?>.optional(
    "min_lower_bound", .number, "Least lower end of the difference's interval; 0 asks for a gain.")
  private static let maxCostRatio = Field<Double?>.optional(
    "max_cost_ratio", .number(0...1e9), "Highest upper end of the interval of the cost ratio to the baseline.")
  private static let limits: [any ToolField] = [verdict, margin, minLowerBound, maxCostRatio, RunGate.maxFailed]

  static let field = Field<JSONObject?>.optional(
    "gate", .freeObject, "As in runs_get: \(RunGate.names(limits)); verdict is better or not_worse.")

  /// How much worse still counts as not worse; nil if the gate does not say.
  let margin: Double?
  /// Whether it asks that no run is worse by more than a margin, its own or the usual one.
  var asksForNotWorse: Bool { least == .notWorse }
  private let least: Least?
  private let minLowerBound: Double?
  private let maxCostRatio: Double?
  private let maxFailed: Int?

  /// Nil if the call gives no gate.
  init?(_ arguments: Arguments) throws(ToolError) {
    guard let limits = try arguments.limits(Self.field, Self.limits) else { return nil }
    margin = limits[Self.margin]
    least = limits[Self.verdict] ?? (margin == nil ? nil : .notWorse)
    minLowerBound = limits[Self.minLowerBound]
    maxCostRatio = limits[Self.maxCostRatio]
    maxFailed = limits[RunGate.maxFailed]
  }

  func outcome(of comparisons: [RunComparison]) throws -> GateOutcome {
    GateOutcome(
      reasons: try comparisons.flatMap { comparison in
        try reasons(comparison).map { "Run \(comparison.candidate.run.id): \($0)" }
      },
      // Without a word on it nobody would see that verdicts of people do not count.
      notes: comparisons.flatMap { comparison in
        ([comparison.corrected?.reason, least == nil && minLowerBound == nil ? nil : comparison.untestedJudge]
          .compactMap(\.self) + passedOver(comparison)
          + (maxCostRatio == nil ? [] : comparison.costDoubts)).map {
            "Run \(comparison.candidate.run.id): \($0)"
          }
      })
  }

  /// The metrics that a gate on a verdict does not let pass: shown to have fallen, and not shown to have done so by less
  /// than the margin.
  private func refused(_ comparison: RunComparison) -> [MetricDifference] {
    least == nil ? [] : comparison.metrics.filter { $0.hasFallen && $0.exceedsMargin }
  }

  /// Metrics that have fallen without a limit of the gate against it.
  private func passedOver(_ comparison: RunComparison) -> [String] {
    let refused = Set(refused(comparison).map(\.name))
    return comparison.metrics.filter { $0.hasFallen && !refused.contains($0.name) }.compactMap { $0.sentence }
  }

  private func reasons(_ comparison: RunComparison) throws -> [String] {
    if comparison.verdict == .notComparable { return ["not_comparable. \(comparison.sentence)"] }
    if let side = [comparison.candidate, comparison.baseline].first(where: { !$0.isFinished && !$0.hasStopped }) {
      return ["\(side.progress). runs_generate continues it."]
    }
    return [
      failures(comparison), try costRatio(comparison),
    ].compactMap(\.self) + difference(comparison)
  }

  private func failures(_ comparison: RunComparison) -> String? {
    let side = comparison.candidate
    // A row that was under way when the run stopped came too late to count.
    let counted = side.entries.values.filter { comparison.decisiveRows?.contains($0.rowIndex) ?? true }
    let failed = counted.count { row in
      row.answers.contains { side.scoring.status(of: $0) == .failed }
    }
    return RunGate.failures(failed, most: maxFailed) { "" }.map { "failed rows: \($0)" }
  }

  /// The sentence of a verdict says how many more rows would show it.
  private func verdict(_ comparison: RunComparison) -> String? {
    guard let least, !least.verdicts.contains(comparison.verdict) else { return nil }
    return
      "the verdict is \(comparison.verdict.rawValue), and the gate asks for \(least.rawValue). \(comparison.sentence)"
  }

  private func lowerBound(_ comparison: RunComparison) -> String? {
    guard let minLowerBound else { return nil }
    guard let scores = comparison.scores, scores.doubt == nil, let interval = comparison.interval else {
      return "the difference is not known well enough for min_lower_bound. \(comparison.sentence)"
    }
    // An interval ends at 0 where the test finds no gain, which a limit of 0 asks for.
    let lacksGain = minLowerBound == 0 && interval.lowerBound <= 0
    guard lacksGain || GateFigure.isBelow(interval.lowerBound, minLowerBound) else { return nil }
    let bound = GateFigure.text(interval.lowerBound, besides: minLowerBound)
    let limit =
      GateFigure.isBelow(interval.lowerBound, minLowerBound)
      ? "below min_lower_bound \(GateFigure.text(minLowerBound))" : "and min_lower_bound 0 asks for a gain"
    return "the difference may be as low as \(bound), \(limit). \(wayAbove(minLowerBound, comparison, scores))"
  }

  /// What can raise the lower end of the interval to the limit: more rows cannot where the difference itself is not above.
  private func wayAbove(_ limit: Double, _ comparison: RunComparison, _ scores: PairedComparison) -> String {
    let mean = comparison.corrected?.difference?.mean ?? scores.meanDifference ?? 0
    let shown = GateFigure.text(mean, besides: limit)
    guard mean > limit + 1e-9 else {
      let usual = scores.differences.scale.usualMargin
      let notWorse =
        limit > -usual && mean > -usual
        ? " To ask only that a run is not worse, give gate margin \(GateFigure.text(usual)) in place of min_lower_bound."
        : ""
      return
        "The difference itself is \(shown), so no number of rows can reach min_lower_bound: it takes a better run."
        + notWorse
    }
    if comparison.corrected?.interval != nil {
      return "Verdicts of people on more rows of both runs narrow the interval."
    }
    let unit = scores.groups == nil ? "rows" : "groups of rows"
    let rows =
      scores.needed(above: limit).map {
        "About \($0) \(unit) in all would reach min_lower_bound with a probability of 80 %"
      }
      ?? "More \(unit) narrow the interval"
    return
      "\(rows), if the difference stays \(shown): append rows to the dataset (datasets_update), then run both again "
      + "(runs_create with like_run and reuse: true)."
  }

  /// A judge that is not trusted passes no gate on scores, and neither does a run that sent copied rows.
  private func difference(_ comparison: RunComparison) -> [String] {
    guard least != nil || minLowerBound != nil, !comparison.withheld.isEmpty else {
      return [verdict(comparison), lowerBound(comparison)].compactMap(\.self)
        + refused(comparison).compactMap(\.sentence).map {
          "\($0) A gate on verdict passes no metric that clearly falls\(comparison.scores?.asksForNotWorse == true ? " by more than the margin" : "")."
        }
    }
    return ["the scores decide nothing. \(comparison.withheld.joined(separator: " "))"]
  }

  private func costRatio(_ comparison: RunComparison) throws -> String? {
    guard let maxCostRatio else { return nil }
    guard let ratio = comparison.cost.estimate else {
      return "the cost ratio is not known, so max_cost_ratio is not kept. "
        + (try comparison.costRemedy() ?? "It takes costs of both runs above 0.")
    }
    if GateFigure.isAbove(ratio, maxCostRatio) {
      return "the answers cost \(GateFigure.text(ratio, besides: maxCostRatio)) times the baseline's, more than "
        + "max_cost_ratio \(GateFigure.text(maxCostRatio)). A cheaper model or a shorter prompt costs less."
    }
    guard let highest = comparison.cost.interval?.upperBound else {
      return "the cost ratio has no interval, so max_cost_ratio is not kept. More rows give it one."
    }
    guard GateFigure.isAbove(highest, maxCostRatio) else { return nil }
    return
      "the answers may cost up to \(GateFigure.text(highest, besides: maxCostRatio)) times the baseline's, more than "
      + "max_cost_ratio \(GateFigure.text(maxCostRatio)). More rows narrow the interval."
  }
}
