import Evaluation
import JSONCoding
import Providers
import Store

extension RunView {
  /// Members that only some runs have, and their rows.
  static let optionalMembers =
    [
      "estimated_cost_range", "estimated_cost_basis", "estimated_cost_parts", "schema", "classes", "result_items",
      "earlier_cost",
      "earlier_uncounted_calls", "known_cost", "cost_at_current_prices", "stopped_early", "judge_probe", "pairwise",
      "agreement", "reused",
      "avg_score_interval", "score_doubt", "cache_saving", "refusals", "batches", "progress_message",
    ] + RepeatFigures.members + sentBeside.map(\.name)

  /// What a run sends of its prompt and cannot set itself.
  private static let sentBeside = RequestSetting.all(of: .prompt).filter { !$0.holders.contains(.run) }

  /// A run as the client sees it.
  ///
  /// - Parameters:
  ///   - readsAnswers: whether wrong answers are examined for near misses.
  ///   - hasForecast: whether it has what the run costs in the end.
  func object(readsAnswers: Bool = false, hasForecast: Bool = true) throws -> JSONObject {
    let (progress, statistics) = (progress, statistics)
    let answers = readsAnswers ? try answerFindings(statistics) : nil
    let trust = answers?.trust ?? []
    let failed = statistics.hasFailures ? entries.filter { scoring.status(of: $0) == .failed } : []
    let latencies = statistics.latencyQuantiles([0.5, 0.95]).map { $0.rounded(toPlaces: 1) }
    let settings = sent.object(of: .run)
    var object: JSONObject = [
      "id": .int(run.id), "name": .string(run.name), "status": .string(status.rawValue),
      "prompt_id": .int(run.promptID), "dataset_id": .optional(run.datasetID),
      "judge_model": .optional(run.judgeModel),
      "temperature": settings["temperature"] ?? .null, "created_at": run.createdAt.json,
      "updated_at": run.updatedAt.json,
      "responses_count": .int(entries.count), "avg_score": .optional(statistics.averageScore?.rounded(toPlaces: 4)),
      "scored": .int(statistics.scoreCount), "failed": .int(failed.count),
      "score_with_failures_as_zero": .optional(
        scoring.scorer.countsFailuresAsZero ? statistics.averageWithFailuresAsZero?.rounded(toPlaces: 4) : nil),
      "progress_current": .int(progress.current), "progress_total": .int(progress.total),
      "progress": .int(finishedAnswers), "total": .int(progress.generated.total),
      "steps": .object(Self.steps(progress)),
      "failed_response_ids": .array(failed.prefix(Self.failuresRead).map { .int($0.id) }),
      "failure_summary": .optional(try failureSummary(statistics)), "error_message": .optional(error),
      "metric_ids": .array(metricIDs.map(JSONValue.int)), "tags": tagNames,
      "metric_averages": .array(
        statistics.metricAverages.map { $0.json(trust.filter { $0.target != scoring.scoreTarget }) }),
      "scoring": .string(run.scoring.rawValue),
      "model": .string(run.model ?? prompt?.llmModel ?? ""),
      "provider_credential_id": .optional(run.answeringCredentialID(of: prompt)),
      "system_prompt": .optional(sent.systemPrompt), "config": .object(config),
    ]
    for member in settings.members where object[member.key] == nil { object.append(member.key, member.value) }
    for setting in Self.sentBeside {
      if let value = sent.values[setting.name] { object.append(setting.name, value) }
    }
    for member in run.plan.object(of: .plan).members { object.append(member.key, member.value) }
    let rest: JSONObject = [
      "usage": statistics.usage.map {
        .object(RunRecord.object(TokenCounts($0)))
      } ?? .null,
      "total_cost": .optional(entries.isEmpty ? nil : statistics.totalCost?.rounded(toDigits: 6)),
      "uncounted_calls": .int(statistics.uncountedCalls),
      "latency": .latency(latencies.first, latencies.last),
      "started_at": run.startedAt?.json ?? .null, "finished_at": run.finishedAt?.json ?? .null,
      "warnings": .array(try warnings(statistics, answers).map(JSONValue.string)),
    ]
    for member in rest.members { object.append(member.key, member.value) }
    if hasForecast {
      object.append("estimated_cost", .optional(estimatedCost?.rounded(toDigits: 3)))
      object.append("highest_cost", .optional(highestCost?.rounded(toDigits: 3)))
    }
    if !entries.isEmpty, statistics.totalCost == nil, statistics.knownCost > 0 {
      object["known_cost"] = .double(statistics.knownCost.rounded(toDigits: 6))
    }
    object["cost_at_current_prices"] = costAtCurrentPrices.map { .double($0.rounded(toDigits: 6)) }
    if statistics.refusals > 0 { object["refusals"] = .int(statistics.refusals) }
    object["cache_saving"] = statistics.cacheSaving.map { .double($0.rounded(toDigits: 6)) }
    object["earlier_cost"] = run.spentBefore.map { .double($0.rounded(toDigits: 6)) }
    if let cost = outlook.cost, let basis = cost.basis {
      let low = max(cost.range.lowerBound, knownCost)
      if let range = Self.range(low...max(cost.range.upperBound, low)) { object["estimated_cost_range"] = range }
      object["estimated_cost_basis"] = .string(basis)
      object["estimated_cost_parts"] = costParts(cost)
    }
    if run.uncountedBefore > 0 { object["earlier_uncounted_calls"] = .int(run.uncountedBefore) }
    if run.reuse || statistics.copied > 0 { object["reused"] = .int(statistics.copied) }
    object["schema"] = answers?.schema?.json
    if readsAnswers {
      object["classes"] = try confusion?.json
      repeatFigures?.add(to: &object)
    }
    // The mean of a run that stopped early depends on when it stopped.
    if readsAnswers, run.stoppedEarly == nil {
      object["avg_score_interval"] = ScoreEstimate.score(of: self, nil)?.intervalJSON
    }
    object["agreement"] = trust.first { $0.target == scoring.scoreTarget }?.json
    object["score_doubt"] = try scoreDoubt(answers?.trust).map(JSONValue.string)
    let probes = run.currentProbes(scoring)
    if !pairwise.isEmpty { object["pairwise"] = .array(pairwise.map(\.brief)) }
    if !probes.isEmpty {
      object["judge_probe"] = .array(probes.map { $0.json(overruledBy: $0.overruling(trust, scoring)) })
    }
    if status == .waiting { object["progress_message"] = .string(progress.sentence) }
    if !run.batches.isEmpty { object["batches"] = .array(run.batches.map(\.json)) }
    object["stopped_early"] = run.stoppedEarly.map { $0.json(against: run.stopAgainst, by: scoring) }
    return object.marked(run)
  }
}

extension RunView {
  private static func steps(_ progress: RunProgress) -> JSONObject {
    var steps: JSONObject = ["generated": progress.generated.json, "judged": progress.judged.json]
    if progress.compared.total > 0 { steps.append("compared", progress.compared.json) }
    return steps
  }

  /// The `config` of a run: its settings under the names of the configuration object in `runs_create`.
  private var config: JSONObject {
    [
      "connection_id": .optional(run.providerCredentialID), "model": .string(model),
      "system_prompt": .optional(sent.systemPrompt),
      "temperature": sent.object(of: .run)["temperature"] ?? .null,
    ]
  }
}

extension RunStatistics.MetricAverage {
  /// - Parameter trust: what people's verdicts say of the run's judges, without what `agreement` of the run has.
  fileprivate func json(_ trust: [JudgeTrust]) -> JSONValue {
    var object: JSONObject = [
      "metric_id": .optional(metricID), "name": .string(name), "avg": .optional(average?.rounded(toPlaces: 4)),
      "count": .int(count),
    ]
    object["agreement"] = metricID.flatMap { id in trust.first { $0.target.metricID == id }?.json }
    return .object(object)
  }
}

extension SchemaCheck {
  fileprivate var json: JSONValue {
    let reasons = SchemaFault.Reason.allCases.compactMap { reason in
      self.reasons[reason].map { JSONObject.Member(key: reason.rawValue, value: .int($0)) }
    }
    var object: JSONObject = [
      "valid": .int(valid), "invalid": .int(invalid), "reasons": .object(JSONObject(reasons)),
    ]
    if unchecked > 0 { object.append("unchecked", .int(unchecked)) }
    return .object(object)
  }
}

extension ProbeRecord {
  /// How the judge scored answers whose scores are known in advance.
  ///
  /// - Parameter trust: what counts in its place.
  fileprivate func json(overruledBy trust: JudgeTrust?) -> JSONValue {
    let results = results.map { result in
      var object: JSONObject = ["answer": .string(result.kind.rawValue), "row_index": .int(result.rowIndex)]
      if let other = result.otherRowIndex { object.append("answer_of", .int(other)) }
      object.append("score", .optional(result.score))
      if let error = result.error { object.append("error", .string(error)) }
      return JSONValue.object(object)
    }
    var object: JSONObject = [
      "metric_id": .optional(metricID), "metric": .string(metricName), "judge_model": .string(judgeModel),
      "trusted": isTrusted.map(JSONValue.bool) ?? .null, "results": .array(results),
      "cost": .optional(cost?.rounded(toDigits: 6)),
    ]
    // Any other sentence is one of the run's warnings.
    if warning ?? remark == nil { object.append("sentence", .string(sentence)) }
    if let trust {
      let word = trust.decision.word.rawValue
      object.append(
        "overruled", .string("\(trust.rated.verdicts) verdicts of people count in its place: \(word), see agreement."))
    }
    if let sourceRunID { object.append("from_run", .int(sourceRunID)) }
    return .object(object)
  }
}

extension StopRecord {
  /// - Parameters:
  ///   - other: the id of the run that was compared with.
  ///   - scoring: the rule of the run's scores; the decision is null if it is not that of the stop any more.
  func json(against other: Int?, by scoring: RunScoring) -> JSONValue {
    let isCurrent = isDecided(by: scoring)
    return [
      "decision": .optional(isCurrent ? decision.rawValue : nil),
      "e_value": .optional(isCurrent ? eValue.rounded(toDigits: 4) : nil), "rows": .int(rows),
      "saved_calls": .int(savedCalls), "saved_cost": .optional(savedCost?.rounded(toDigits: 3)),
      "sentence": .string(sentence(against: other, by: scoring)),
    ]
  }
}

extension RunProgress.Count {
  var json: JSONValue { ["done": .int(done), "total": .int(total), "failed": .int(failed)] }
}
