import Evaluation
import JSONCoding
import Store

/// The records of an experiment; its figures are computed from them outside the store.
struct ExperimentView: Sendable {
  private let experiment: ExperimentRecord
  private let entries: [GenerationEntry]
  private let prompts: Table<PromptRecord>

  init(_ experiment: ExperimentRecord, in tables: borrowing Tables) {
    self.experiment = experiment
    entries = tables.generations.entries(of: experiment.id)
    prompts = tables.prompts
  }

  /// The members that every view of an experiment begins with.
  var summary: JSONObject { object(ExperimentStatistics(experiment, entries: entries)) }

  /// The experiment with a comparison of its versions.
  var object: JSONObject {
    var statistics = ExperimentStatistics(experiment, entries: entries)
    statistics.compareArms()
    let lead = ExperimentLead(statistics)
    let title = { (id: Int) in "\(prompts[id]?.displayName ?? "") (prompt \(id))" }
    let failures = statistics.failureRemark(title)
    let verdict = ExperimentVerdict(
      lead, of: statistics, allocation: experiment.allocation, drift: OutcomeDrift(experiment, entries: entries),
      failures: failures, name: { prompts[$0]?.displayName ?? "" }, isPublished: { prompts[$0]?.current ?? false })
    var object = object(statistics)
    object["versions"] = .array(
      (statistics.arms + statistics.formerArms).map { arm in
        var version = self.version(arm)
        version["beside_leader"] = lead?.rival(arm.promptID).map { .object($0.object) } ?? .null
        return .object(version)
      })
    object["leader"] = .optional(lead?.leader.promptID)
    object["expected_loss"] = .optional(lead?.expectedLoss.rounded(toDigits: 6))
    object["evidence_needed"] = .optional(lead?.threshold)
    let needed = lead.map(\.needed) ?? OutcomesNeeded(without: statistics)
    object["least_outcomes_needed"] = .optional(needed?.fewest)
    object["outcomes_needed"] = .optional(needed?.likely)
    object["verdict_word"] = .string(verdict.word.rawValue)
    object["verdict"] = .string(verdict.sentence)
    let adaptive = experiment.allocation == .adaptive ? ExperimentVerdict.adaptiveWarning : nil
    let remarks = [
      statistics.oneSidedRemark(title), failures, statistics.retryRemark(title), statistics.changeRemark,
      statistics.seedRemark, statistics.spending.remark(on: "the experiment"), statistics.openCallRemark,
      statistics.serverErrorRemark, adaptive,
    ]
    object["warnings"] = .array(remarks.compactMap(\.self).map(JSONValue.string))
    return object
  }

  private func object(_ statistics: ExperimentStatistics) -> JSONObject {
    let arms = statistics.arms + statistics.formerArms
    func sum(_ count: (ExperimentStatistics.Arm) -> Int) -> JSONValue { .int(arms.reduce(0) { $0 + count($1) }) }
    let spending = statistics.spending
    let wasCalled = spending.isAny || arms.contains { $0.samples > 0 }
    return [
      "id": .int(experiment.id), "name": .string(experiment.name), "status": .string(experiment.status.rawValue),
      "allocation": .string(experiment.allocation.rawValue),
      "prompt_ids": .array(experiment.arms.map { .int($0.promptID) }),
      "weights": .array(experiment.arms.map { .double($0.weight) }), "created_at": experiment.createdAt.json,
      "updated_at": experiment.updatedAt.json, "samples": sum(\.samples), "failed": sum(\.failed),
      "outcomes": ["positive": sum(\.positive), "negative": sum(\.negative), "none": sum(\.withoutOutcome)],
      "total_cost": .optional(wasCalled ? spending.total?.rounded(toDigits: 6) : nil),
      "uncounted_calls": .int(spending.uncountedCalls),
    ]
  }

  /// The numbers of one version.
  private func version(_ arm: ExperimentStatistics.Arm) -> JSONObject {
    let prompt = prompts[arm.promptID]
    let latencies = arm.latencyQuantiles([0.5, 0.95])
    return [
      "prompt_id": .int(arm.promptID), "name": .optional(prompt?.displayName),
      "current": .bool(prompt?.current ?? false), "weight": .optional(arm.weight), "samples": .int(arm.samples),
      "failed": .int(arm.failed), "failed_counted": .int(arm.countedFailures), "outcomes": .object(arm.outcomesObject),
      "rate": .optional(arm.rate?.rounded(toPlaces: 4)),
      "interval": arm.interval.map { $0.json(places: 4) } ?? .null,
      "probability_best": .optional(arm.probabilityOfBest?.rounded(toPlaces: 6)),
      "usage": [
        "prompt_tokens": .int(arm.promptTokens), "generation_tokens": .int(arm.completionTokens),
        "total_tokens": .int(arm.promptTokens + arm.completionTokens), "reasoning_tokens": .int(arm.reasoningTokens),
      ],
      "total_cost": .optional(arm.totalCost?.rounded(toDigits: 6)),
      "mean_cost": .optional(arm.meanCost?.rounded(toDigits: 6)),
      "uncounted_calls": .int(arm.spending.uncountedCalls),
      "latency": .latency(latencies[0], latencies[1]),
    ]
  }
}

extension ExperimentStatistics.Arm {
  var outcomesObject: JSONObject {
    ["positive": .int(positive), "negative": .int(negative), "none": .int(withoutOutcome)]
  }
}

extension ExperimentLead.Rival {
  /// The pairs won and lost by the leader, and the highest evidence so far.
  var object: JSONObject {
    var object: JSONObject = [
      "pairs": .int(pairs), "won_by_leader": .int(wins), "lost_by_leader": .int(losses),
      "evidence": .double(highest.evidence.rounded(toDigits: 6)), "evidence_after_pairs": .int(highest.pairs),
    ]
    // More is not told apart.
    if highest.evidence >= Evidence.most { object["evidence_is_least"] = true }
    return object
  }
}
