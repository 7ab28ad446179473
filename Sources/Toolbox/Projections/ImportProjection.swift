import Evaluation
import JSONCoding
import Store

/// The result of an import: what was made, what was there, what was left out and which runs are next.
struct ImportProjection {
  let plan: ImportPlan
  let records: ImportedRecords
  let isDryRun: Bool

  /// The longest list of what was left out.
  private static let mostSkipped = 100
  /// The longest list of lines with the same reason.
  private static let mostLines = 20
  /// The longest list of suggested runs.
  private static let mostRuns = 16

  var object: JSONObject {
    var object: JSONObject = ["format": .string(plan.format), "dry_run": .bool(isDryRun)]
    object["prompt_ids"] = ids(records.prompts)
    object["dataset_ids"] = ids(records.datasets)
    object["metric_ids"] = ids(records.metrics)
    object["new"] = counts { $0 }
    object["existing"] = counts { !$0 }
    object["prompts"] = .array(
      records.prompts.map { entry in
        self.entry(
          entry,
          [
            "name": .string(entry.record.name), "llm_model": .string(entry.record.llmModel),
            "version_number": .int(entry.record.versionNumber),
          ])
      })
    object["datasets"] = .array(
      zip(records.datasets, plan.datasets).map { entry, planned in
        self.entry(
          entry,
          [
            "name": .string(entry.record.name), "row_count": .int(entry.record.rowCount),
            "columns": .array(entry.record.columns.map(JSONValue.string)),
            "metrics": .array(planned.metrics.map { .string(records.metrics[$0].record.name) }),
          ])
      })
    object["metrics"] = .array(
      records.metrics.map { entry in
        var members: JSONObject = ["name": .string(entry.record.name)]
        if let check = entry.record.check { members["check"] = .object(check) }
        if let instruction = entry.record.instruction { members["instruction"] = .string(instruction) }
        return self.entry(entry, members)
      })
    if let judge = plan.judgeModel, plan.metrics.contains(where: { $0.check == nil }) {
      object["judge_model"] = .string(judge)
    }
    let skipped = skipped
    object["skipped"] = .array(skipped.prefix(Self.mostSkipped).map(JSONValue.object))
    if plan.skipped.count > skipped.count || skipped.count > Self.mostSkipped {
      object["skipped_total"] = .int(plan.skipped.count)
    }
    let runs = runs
    if !isDryRun { object["runs"] = .array(runs.prefix(Self.mostRuns).map(JSONValue.object)) }
    let more = runs.count - Self.mostRuns
    let rest =
      more > 0 && !isDryRun
      ? "\(more) more runs are not listed: every prompt on every dataset, with the metrics of the dataset." : nil
    let drafts = records.prompts.filter { $0.isNew && $0.record.versionNumber > 1 }.map { "\"\($0.record.name)\"" }
    let versions =
      drafts.isEmpty
      ? nil
      : "\(drafts.joined(separator: ", ")) was there with another text: a draft version of it \(isDryRun ? "would be" : "was") "
        + "made, which prompts_publish makes the current one."
    object["note"] = .string(
      (plan.notes + ([versions, next] + archived + [rest]).compactMap(\.self)).joined(separator: " "))
    return object
  }

  /// What was left out, once for each kind and reason, in the order of the first lines.
  private var skipped: [JSONObject] {
    struct Reason: Hashable { let what, why: String }
    var lines: [Reason: [Int]] = [:]
    var reasons: [Reason] = []
    for skip in plan.skipped {
      let reason = Reason(what: skip.what, why: skip.why)
      if lines[reason] == nil { reasons.append(reason) }
      lines[reason, default: []].append(skip.line)
    }
    return reasons.map { reason in
      let places = lines[reason] ?? []
      var object: JSONObject = ["line": .int(places[0]), "what": .string(reason.what), "why": .string(reason.why)]
      if places.count > 1 {
        object["count"] = .int(places.count)
        object["lines"] = .array(places.prefix(Self.mostLines).map(JSONValue.int))
      }
      return object
    }
  }

  /// The ids of records; those of new ones only once they are stored.
  private func ids<Row: Record>(_ entries: [ImportedRecords.Entry<Row>]) -> JSONValue {
    .array(entries.filter { !isDryRun || !$0.isNew }.map { .int($0.record.id) })
  }

  private func entry<Row: Record>(_ entry: ImportedRecords.Entry<Row>, _ members: JSONObject) -> JSONValue {
    let id = isDryRun && entry.isNew ? [] : [JSONObject.Member(key: "id", value: .int(entry.record.id))]
    return .object(JSONObject(id + members.members))
  }

  private func counts(_ counted: (Bool) -> Bool) -> JSONValue {
    [
      "prompts": .int(records.prompts.count { counted($0.isNew) }),
      "datasets": .int(records.datasets.count { counted($0.isNew) }),
      "metrics": .int(records.metrics.count { counted($0.isNew) }),
    ]
  }

  /// What is there and archived, and how to bring it back.
  private var archived: [String?] {
    [Self.archived(records.prompts), Self.archived(records.datasets), Self.archived(records.metrics)]
  }

  private static func archived<Row: TaggedRecord>(_ entries: [ImportedRecords.Entry<Row>]) -> String? {
    let ids = entries.filter { !$0.isNew && $0.record.isArchived }.map(\.record.id)
    guard !ids.isEmpty else { return nil }
    let list = Set(ids).sorted().map(String.init).joined(separator: ", ")
    return "Of what was there, \(Row.kind.rawValue) \(list) \(ids.count == 1 ? "is" : "are") archived, which hides "
      + "\(ids.count == 1 ? "it" : "them") from lists: archive with kind \(Row.kind.rawValue), ids [\(list)] and restore true "
      + "brings \(ids.count == 1 ? "it" : "them") back."
  }

  private var next: String {
    if isDryRun { return "Nothing was stored: dry_run false imports it." }
    let areKnown =
      !records.prompts.contains { $0.isNew } && !records.datasets.contains { $0.isNew }
      && !records.metrics.contains { $0.isNew }
    let start = areKnown ? "Everything was there already, and nothing was made. " : ""
    if records.prompts.isEmpty {
      let isAsked = records.datasets.allSatisfy { $0.record.columns.contains(ImportedColumns.input) }
      return start
        + "runs has arguments for runs_create; add the prompt_id of a prompt\(isAsked ? ", or a model" : "")."
    }
    return start + "runs has arguments for runs_create."
  }

  /// Arguments for `runs_create`: every prompt on every dataset, with the metrics of its rows.
  private var runs: [JSONObject] {
    let prompts: [Int?] = records.prompts.isEmpty ? [nil] : records.prompts.map(\.record.id)
    return zip(records.datasets, plan.datasets).flatMap { dataset, planned in
      prompts.map { arguments(prompt: $0, dataset.record.id, planned.metrics.map { records.metrics[$0].record }) }
    }
  }

  private func arguments(prompt: Int?, _ dataset: Int, _ metrics: [MetricRecord]) -> JSONObject {
    var arguments: JSONObject = [:]
    if let prompt { arguments["prompt_id"] = .int(prompt) }
    arguments["dataset_id"] = .int(dataset)
    if !metrics.isEmpty {
      arguments["metric_ids"] = .array(metrics.map { .int($0.id) })
      arguments["scoring"] = metrics.contains { $0.check != nil } ? "Checks" : "LlmJudge"
      if let judge = plan.judgeModel, metrics.contains(where: { $0.check == nil }) {
        arguments["judge_model"] = .string(judge)
      }
    } else if plan.isUnscored {
      // Without it a column expected_output would be compared with.
      arguments["scoring"] = .string(Scoring.none.rawValue)
    }
    if let repeats = plan.repeats { arguments["repeats"] = .int(repeats) }
    return arguments
  }
}
