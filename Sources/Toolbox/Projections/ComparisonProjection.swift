import Evaluation
import JSONCoding
import Store

/// The figures of `runs_compare`.
enum ComparisonProjection {
  /// - Parameter remarks: what is to be said of a run besides, by its id.
  static func statistics(_ comparisons: [RunComparison], remarks: [Int: [String]] = [:]) -> [JSONValue] {
    var adjusted = MultipleTests.holm(comparisons.compactMap(\.pValue)).makeIterator()
    return comparisons.map { comparison in
      let pValue = comparison.pValue == nil ? nil : adjusted.next()
      return .object(object(comparison, adjustedPValue: comparisons.count > 1 ? pValue : nil, remarks))
    }
  }

  private static func object(
    _ comparison: RunComparison, adjustedPValue: Double?, _ remarks: [Int: [String]]
  ) -> JSONObject {
    var object: JSONObject = [
      "run_id": .int(comparison.candidate.run.id), "baseline_id": .int(comparison.baseline.run.id),
      "verdict_word": .string(comparison.verdict.rawValue), "verdict": .string(comparison.sentence),
    ]
    if let scores = comparison.scores { add(scores, pValue: comparison.pValue, to: &object) }
    if !comparison.withheld.isEmpty {
      object["scores_verdict_word"] = .optional(comparison.scores?.verdict.rawValue)
    }
    if comparison.corrected?.interval != nil {
      let isJudged = comparison.candidate.scoring.scorer.isJudged
      object["interval_of"] = .string("the difference by \(isJudged ? "the judge's scores" : "the scores") alone")
    }
    object["corrected"] = comparison.corrected?.json
    object["judge"] = comparison.judgeShift?.json
    if comparison.isDecidedPairwise { object["decided_by"] = "pairwise" }
    if !comparison.pairwise.isEmpty { object["pairwise"] = .array(comparison.pairwise.map { .object($0.object) }) }
    let sides = [comparison.candidate, comparison.baseline]
    let warnings = comparison.warnings + comparison.costDoubts + sides.flatMap { remarks[$0.run.id] ?? [] }
    if !warnings.isEmpty { object["warnings"] = .array(warnings.map(JSONValue.string)) }
    if let level = comparison.metrics.level {
      object["metrics"] = comparison.metrics.json
      object["metrics_level"] = .double(level.rounded(toPlaces: 6))
    }
    if let adjustedPValue { object["p_value_adjusted"] = .double(adjustedPValue.rounded(toDigits: 6)) }
    add(comparison.cost, "cost", to: &object)
    add(comparison.latency, "latency", to: &object)
    object["differs"] = .object(differences(comparison))
    return object
  }

  private static func add(_ scores: PairedComparison, pValue: Double?, to object: inout JSONObject) {
    let rows = scores.differences.rows
    object["pairs"] = .int(rows.count)
    object["wins"] = .int(rows.count { $0 > 0 })
    object["ties"] = .int(rows.count { $0 == 0 })
    object["losses"] = .int(rows.count { $0 < 0 })
    if let groups = scores.groups {
      // The verdict counts each group once, and its sentence does.
      let found = scores.differences
      object["counts_of"] = "rows"
      object["groups"] = .int(groups)
      object["group_wins"] = .int(found.wins)
      object["group_ties"] = .int(groups - found.wins - found.losses)
      object["group_losses"] = .int(found.losses)
    }
    object["paired_means"] = scores.means.map { means -> JSONValue in
      ["baseline": .double(means.baseline.rounded(toPlaces: 6)), "run": .double(means.candidate.rounded(toPlaces: 6))]
    }
    object["mean_difference"] = .optional(scores.meanDifference?.rounded(toPlaces: 6))
    object["interval"] = scores.interval.map { $0.json(places: 6) } ?? .null
    if let wide = scores.marginInterval {
      object["margin_interval"] = wide.json(places: 6)
      object["margin_interval_of"] = .string(MarginInterval.description)
    }
    if scores.hasStopRule {
      object["interval_method"] = .string(
        scores.isIntervalSequential
          ? "confidence sequence, valid at any number of rows"
          : "interval of all rows; the evidence decides better and worse")
      object["evidence"] = .double(scores.differences.evidence.rounded(toDigits: 4))
      if scores.differences.evidence >= Evidence.most { object["evidence_is_least"] = true }
      object["evidence_required"] = .double(scores.threshold)
      object["evidence_of"] = .string(
        "that the runs differ. It begins at 1; runs that are equal reach \(scores.threshold.shortText) in at most 1 of "
          + "\(scores.threshold.shortText) cases, however often it is looked at. better or worse takes that much")
    }
    object["level"] = .double(scores.level.rounded(toPlaces: 6))
    object["margin"] = .double(scores.margin)
    object["rows_without_score"] = ["baseline": .int(scores.missing.baseline), "run": .int(scores.missing.candidate)]
    let units = scores.groups == nil ? "rows" : "groups"
    let needed = scores.needed
    object["\(units)_needed"] = .optional(needed)
    if needed != nil {
      let question =
        scores.isNonInferiorityOpen ? "that the run is not worse by more than the margin" : "the mean difference"
      object["\(units)_needed_of"] = .string(
        "so many \(units) in all would show \(question), if the mean stays what it is, with a probability of 80 %")
    }
    object["one_sided_bound"] = scores.nonInferiorityBound.map { .double($0.rounded(toPlaces: 6)) }
    object["smallest_visible_difference"] = .optional(scores.detectableDifference?.rounded(toDigits: 3))
    if scores.detectableDifference != nil {
      object["smallest_visible_difference_of"] = .string(
        "a true difference of this size or more would be shown by so many "
          + "\(units) with a probability of 80 %")
    }
    if pValue != nil { object["test"] = .string(scores.differences.test.rawValue) }
    object["p_value"] = .optional(pValue?.rounded(toDigits: 6))
  }

  private static func add(_ ratio: PairedRatio, _ name: String, to object: inout JSONObject) {
    object["\(name)_ratio"] = .optional(ratio.estimate?.rounded(toDigits: 4))
    object["\(name)_ratio_interval"] = ratio.interval.map { $0.json(digits: 4) } ?? .null
    object["\(name)_ratio_note"] = ratio.note.map(JSONValue.string)
    object["\(name)_ratio_rows"] = [
      "compared": .int(ratio.rows.count), "failed": .int(ratio.failed), "unknown": .int(ratio.unknown),
    ]
  }

  /// The settings that differ between the runs, each with the baseline's value and the run's.
  private static func differences(_ comparison: RunComparison) -> JSONObject {
    let (first, second) = (comparison.baseline, comparison.candidate)
    func text(_ value: String?) -> JSONValue { .optional(value) }
    func integer(_ value: Int?) -> JSONValue { .optional(value) }
    func ids(_ values: [Int]) -> JSONValue { .array(values.map(JSONValue.int)) }
    let pairs: [(String, JSONValue, JSONValue)] =
      [
        ("prompt_id", .int(first.run.promptID), .int(second.run.promptID)),
        ("template", text(first.run.snapshot?.template), text(second.run.snapshot?.template)),
        ("model", .string(first.model), .string(second.model)),
        ("provider_credential_id", integer(first.credentialID), integer(second.credentialID)),
        ("scoring", .string(first.run.scoring.rawValue), .string(second.run.scoring.rawValue)),
        ("judge_model", text(first.run.judgeModel), text(second.run.judgeModel)),
        ("metric_ids", ids(first.run.metricIDs), ids(second.run.metricIDs)),
      ]
      + RequestSetting.all.map { ($0.name, first.settings[$0] ?? .null, second.settings[$0] ?? .null) }
      + RequestSetting.all(of: .plan).filter { ![.pace, .limits, .trust].contains($0.effect) }.map {
        ($0.name, first.run.plan.shown($0), second.run.plan.shown($0))
      }
    var object = JSONObject()
    for (name, one, other) in pairs where one != other { object[name] = .array(clipped(one, other)) }
    return object
  }

  private static func clipped(_ one: JSONValue, _ other: JSONValue) -> [JSONValue] {
    let texts = [one, other].map { $0.stringValue ?? $0.text }
    let clipped = Clipping.clip(texts[0], texts[1], to: 200)
    return [
      clipped.one == texts[0] ? one : .string(clipped.one), clipped.other == texts[1] ? other : .string(clipped.other),
    ]
  }
}
