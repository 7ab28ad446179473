import Evaluation
import JSONCoding
import MCP
import Providers
import Store

/// The limits that a run must keep to pass, for scripts.
///
/// A run that has not ended passes no gate, and neither does one with more failed rows than allowed. The failed rows that
/// are allowed count 0 where no answer is a wrong answer; elsewhere the mean leaves them out.
struct RunGate: Sendable {
  private static let minScore = Field<Double?>.optional("min_score", .number, "Least mean score.")
  private static let minLowerBound = Field<Double?>.optional(
    "min_lower_bound", .number, "Least lower end of the mean's 95 % interval.")
  static let maxFailed = Field<Int?>.optional("max_failed", .integer(0...), "Most failed rows; 0 unless given.")
  private static let maxCost = Field<Double?>.optional(
    "max_cost", .number(0...1e9), "Most US dollars, judging included.")
  private static let limits: [any ToolField] = [minScore, minLowerBound, maxFailed, maxCost]

  static let field = Field<JSONObject?>.optional(
    "gate", .freeObject,
    "Limits: \(names(limits, else: [maxFailed.name: 0])). Answers gate {passed, reasons}.")

  private let minScore: Double?
  private let minLowerBound: Double?
  private let maxFailed: Int?
  private let maxCost: Double?

  /// Nil if the call gives no gate.
  init?(_ arguments: Arguments) throws(ToolError) {
    guard let limits = try arguments.limits(Self.field, Self.limits) else { return nil }
    minScore = limits[Self.minScore]
    minLowerBound = limits[Self.minLowerBound]
    maxFailed = limits[Self.maxFailed]
    maxCost = limits[Self.maxCost]
  }

  func outcome(of view: RunView) throws -> GateOutcome {
    try check(view.scoring.scale)
    if let reason = view.incompleteness { return GateOutcome(reasons: [reason]) }
    let basis = minScore == nil && minLowerBound == nil ? GateScore(estimate: nil, note: nil) : try GateScore(view)
    let doubts = minScore == nil && minLowerBound == nil ? [] : [basis.doubt, view.copies].compactMap(\.self)
    return GateOutcome(
      reasons: try [failures(view), score(view, basis), lowerBound(view, basis), cost(view)].compactMap(\.self)
        + doubts.map { "The scores decide nothing. \($0)" },
      notes: [basis.note].compactMap(\.self)
        + (maxCost == nil
          ? []
          : view.run.assumedPrices.map(\.sentence)
            + [view.statistics.serverErrors.warning(isLimited: false)].compactMap(\.self)))
  }

  /// A limit that every score keeps would let anything pass; one beyond the scale is a misunderstanding as well.
  private func check(_ scale: ScoreScale?) throws(ToolError) {
    guard let scale else { return }
    for (name, limit) in [(Self.minScore.name, minScore), (Self.minLowerBound.name, minLowerBound)] {
      guard let limit, limit <= scale.bounds.lowerBound || limit > scale.bounds.upperBound else { continue }
      throw ToolError(
        "gate.\(name) is \(GateFigure.text(limit)), but the scores are \(scale), so "
          + (limit > scale.bounds.upperBound ? "nothing could pass." : "everything would pass.")
          + " Give a limit on that scale.")
    }
  }

  // MARK: Reasons

  private func failures(_ view: RunView) throws -> String? {
    try Self.failures(view.failedRows, most: maxFailed) {
      try view.failureSummary(view.statistics).map { " \(Clipping.clip($0, to: 300).asSentence)" } ?? ""
    }.map { "Failed rows: \($0)" }
  }

  /// That more rows failed than a gate allows, and what to do, after `Failed rows: `; nil if it allows as many.
  ///
  /// - Parameters:
  ///   - most: the limit; nil for none given, which allows no failed row.
  ///   - summary: why rows failed, as a sentence behind a space; empty for none.
  static func failures(_ failed: Int, most: Int?, summary: () throws -> String) rethrows -> String? {
    guard failed > most ?? 0 else { return nil }
    return try
      "\(failed), more than \(most.map { "max_failed \($0)" } ?? "the 0 that a gate allows without max_failed").\(summary()) "
      + "runs_generate with retry_failed: true tries them again; max_failed: \(failed) allows \(failed == 1 ? "it" : "them")."
  }

  private func score(_ view: RunView, _ basis: GateScore) -> String? {
    guard let minScore else { return nil }
    guard let estimate = basis.estimate else { return noScore(view, Self.minScore.name) }
    guard GateFigure.isBelow(estimate.mean, minScore) else { return nil }
    return
      "The \(basis.name) is \(GateFigure.text(estimate.mean, besides: minScore)), below min_score \(GateFigure.text(minScore))"
      + "\(zeros(view)). \(Self.weakest)"
  }

  private func lowerBound(_ view: RunView, _ basis: GateScore) -> String? {
    guard let minLowerBound else { return nil }
    guard let estimate = basis.estimate else {
      return minScore == nil ? noScore(view, Self.minLowerBound.name) : nil
    }
    guard let interval = estimate.interval else {
      return "\(estimate.count) scores give no interval, so min_lower_bound is not kept. Score more rows."
    }
    guard GateFigure.isBelow(interval.lowerBound, minLowerBound) else { return nil }
    let bound = GateFigure.text(interval.lowerBound, besides: minLowerBound)
    return "The \(basis.name) may be as low as \(bound), below min_lower_bound \(GateFigure.text(minLowerBound)): "
      + "\(estimate.sentence)\(zeros(view)). "
      + (GateFigure.isBelow(estimate.mean, minLowerBound) ? Self.weakest : "More rows narrow the interval.")
  }

  /// `, with 0 for 20 failed rows`; empty without any.
  private func zeros(_ view: RunView) -> String {
    let failed = view.statistics.failed - view.statistics.failedBeyondScoring
    guard view.scoring.scorer.countsFailuresAsZero, failed > 0 else { return "" }
    let what = view.run.repeats > 1 ? "answer" : "row"
    return ", with 0 for \(failed) failed \(what)\(failed == 1 ? "" : "s")"
  }

  private func noScore(_ view: RunView, _ limit: String) -> String {
    "The run has no score to compare with \(limit). "
      + (view.scoring.scorer.scale == nil ? "runs_update with scoring scores its answers." : "Its warnings say why.")
  }

  private func cost(_ view: RunView) throws -> String? {
    guard let maxCost else { return nil }
    // The cost of calls whose responses a restart discarded is part of it.
    let earlier = view.run.spentBefore ?? 0
    let total = view.run.uncountedBefore == 0 ? view.statistics.totalCost : nil
    if let total { return excess(total + earlier, maxCost) }
    if view.run.uncountedBefore == 0, let later = view.costAtCurrentPrices.map({ $0 + earlier }) {
      return excess(later, maxCost, besides: " at today's prices (cost_at_current_prices)") ?? unrecorded(view, later)
    }
    let least = view.knownCost + (view.laterCost?.dollars ?? 0) + earlier
    if let excess = excess(least, maxCost, isLeast: true) { return excess }
    let cost = least > 0 ? "known only from below, as at least \(Dollars.text(least))" : "not known"
    let cause = view.laterCost == nil ? try UnknownCost.Cause(view.run, view.entries) : .lostCalls
    return "The cost is \(cost), so max_cost is not kept. \(cause.remedy(runs: [view.run.id]))"
  }

  /// That a price which was set afterwards is perhaps not what the calls have cost.
  private func unrecorded(_ view: RunView, _ cost: Double) -> String {
    "The run comes to \(Dollars.text(cost)) at today's prices (cost_at_current_prices), but its calls had no known price when they "
      + "were made, so max_cost is not kept. runs_create with like_run \(view.run.id) and reuse: false makes the answers anew "
      + "at a known price."
  }

  /// That a cost is above the limit; nil if it is not.
  ///
  /// - Parameters:
  ///   - isLeast: whether the cost is known from below only.
  ///   - note: what is to be said of the cost.
  private func excess(_ cost: Double, _ maxCost: Double, isLeast: Bool = false, besides note: String = "") -> String? {
    guard GateFigure.isAbove(cost, maxCost) else { return nil }
    let (cost, limit) = Dollars.compared(cost, with: maxCost)
    return
      "The run has cost \(isLeast ? "at least " : "")\(cost)\(note), more than max_cost \(limit). A cheaper model or fewer "
      + "rows cost less."
  }

  private static let weakest = "responses_list with order score shows the weakest rows."
}

extension RunGate {
  /// The names of limits, which stand in the description of a gate: as a schema they would cost clients many tokens.
  ///
  /// - Parameter defaults: what counts for a limit that is not given, by its name.
  static func names(_ limits: [any ToolField], else defaults: [String: Int] = [:]) -> String {
    limits.map { limit in defaults[limit.name].map { "\(limit.name) (else \($0))" } ?? limit.name }
      .joined(separator: ", ")
  }
}

extension Arguments {
  /// The limits in the argument `gate`; nil if it was not given.
  ///
  /// A gate without a limit would let anything pass.
  func limits(_ field: Field<JSONObject?>, _ limits: [any ToolField]) throws(ToolError) -> Arguments? {
    guard let object = self[field] else { return nil }
    let given = try Arguments(object, fields: limits.map(\.declaration), tool: field.name)
    guard limits.contains(where: given.hasValue) else {
      throw ToolError("gate has no limit. Give some of \(RunGate.names(limits)).")
    }
    return given
  }
}
