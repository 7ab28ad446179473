import Evaluation
import JSONCoding
import Providers
import Store

/// Everything that a run was asked and by what it was scored, as JSON, so that others can repeat or audit it.
///
/// The hash covers what determines requests and scores: the template, the settings, the model and its address, the rows'
/// values and expected outputs, and the rule of the scores. It leaves out names, ids, times, prices and results, so runs
/// with equal hashes were asked and scored alike.
struct RunManifest: Sendable {
  /// Where the run's requests went, as far as it is still known.
  struct Destination: Sendable {
    var provider: String?
    /// Nil for a built-in model.
    var address: String?
    /// Why it is not known where the requests went.
    var gap: String?
  }

  let view: RunView
  let destination: Destination
  /// The run's metrics as its judge reads them; empty without a judge.
  let criteria: [Criterion]
  /// The same, also where the run names no judge.
  let allCriteria: [Criterion]
  /// The checks of the run's metrics, by metric.
  let checks: [Int: JSONObject]
  /// The version of the program that describes the run.
  let version: String
  /// The judges of the run that are not trusted.
  private let findings: JudgeFindings
  private let rowDigest: String
  /// Whether requests have images, of which a run records only the addresses or the names of files.
  private let hasImages: Bool

  init(
    _ view: RunView, _ destination: Destination, criteria: [Criterion], allCriteria: [Criterion],
    checks: [Int: JSONObject], findings: JudgeFindings, version: String
  ) throws(StoreError) {
    self.view = view
    self.destination = destination
    self.criteria = criteria
    self.allCriteria = allCriteria
    self.checks = checks
    self.findings = findings
    self.version = version
    let messages = view.sent.messages
    let hasColumns = messages.contains { $0["placeholder"] != nil }
    var hasImages = messages.contains { message in
      message["content"]?.arrayValue?.contains { $0["type"] != "text" } == true
    }
    var digest = SHA256()
    for entry in view.entries.sorted(by: { ($0.rowIndex, $0.id) < ($1.rowIndex, $1.id) }) {
      let response = try entry.decoded()
      // Turns in a column are JSON text.
      hasImages =
        hasImages
        || hasColumns && response.input.members.contains { $0.value.stringValue?.contains("\"image") == true }
      let row: JSONValue = [
        .int(response.rowIndex), .object(response.input), .optional(response.expectedOutput),
      ]
      digest.combine(row.canonical.text.utf8)
      digest.combine("\n".utf8)
    }
    rowDigest = digest.hex
    self.hasImages = hasImages
  }

  /// Why there is no hash; nil if there is one.
  private var hashGap: String? {
    if let gap = destination.gap { return gap }
    if hasImages { return "The turns have images, and a run records only where they were." }
    if !view.deletedMetricIDs.isEmpty { return "Metrics of the run were deleted, and their wording with them." }
    return nil
  }

  /// The SHA-256 of the canonical JSON of the request, the rows and the scoring; nil if some of it is no longer known.
  var hash: String? {
    guard hashGap == nil else { return nil }
    let basis: JSONObject = [
      "request": .object(request), "rows": .string(rowDigest), "scoring": .object(scoring(isDescribed: false)),
    ]
    return SHA256.hex(JSONValue.object(basis).canonical.text)
  }

  var object: JSONObject {
    var object: JSONObject = ["hash": .optional(hash)]
    object["hash_missing"] = hashGap.map(JSONValue.string)
    let rest: JSONObject = [
      "run": .object(run), "prompt": .object(prompt), "request": .object(request), "dataset": .object(dataset),
      "rows": .object(rows), "scoring": .object(scoring(isDescribed: true)), "results": .object(results),
      "versions": ["program": .string(version), "store_format": .int(StoreFormat.current.version)],
    ]
    for member in rest.members { object.append(member.key, member.value) }
    return object
  }
}

// MARK: Parts

extension RunManifest {
  private var run: JSONObject {
    [
      "id": .int(view.run.id), "name": .string(view.run.name), "status": .string(view.status.rawValue),
      "incomplete": .optional(view.incompleteness), "created_at": view.run.createdAt.json,
      "started_at": view.run.startedAt?.json ?? .null, "finished_at": view.run.finishedAt?.json ?? .null,
    ]
  }

  private var prompt: JSONObject {
    [
      "id": .int(view.run.promptID), "name": .optional(view.run.snapshot?.promptName ?? view.prompt?.name),
      "version_number": .optional(view.run.snapshot?.promptVersion ?? view.prompt?.versionNumber),
    ]
  }

  /// What every request consists of, besides the values of the rows.
  private var request: JSONObject {
    [
      "template": .string(view.run.snapshot?.template ?? view.prompt?.template ?? ""),
      "settings": .object(view.sent.values), "repeats": .int(view.run.repeats),
      "model": .string(view.run.snapshot?.model ?? view.model),
      "provider": .optional(destination.provider), "api_endpoint": .optional(destination.address),
    ]
  }

  private var dataset: JSONObject {
    let recorded = view.run.snapshot?.datasetHash
    let unchanged = view.dataset.flatMap { $0.isData(of: view.run) ? $0 : nil }
    return [
      "id": .optional(view.run.datasetID), "name": .optional(view.dataset?.name), "fingerprint": .optional(recorded),
      "sha256": .optional(unchanged.map { SHA256.hex($0.csvData) }),
    ]
  }

  private var rows: JSONObject {
    [
      "selection": .string(view.run.rows ?? "all"),
      "count": .int(view.progress.generated.total / view.run.repeats), "answers": .int(view.entries.count),
      "order_seed": .optional(view.run.snapshot?.orderSeed), "stop_against": .optional(view.run.stopAgainst),
      "reuse": .bool(view.run.reuse), "reused": .int(view.statistics.copied), "sha256": .string(rowDigest),
    ]
  }

  /// The rule of the scores.
  ///
  /// - Parameter isDescribed: whether metrics have their ids and wordings besides their fingerprints.
  private func scoring(isDescribed: Bool) -> JSONObject {
    let rule = view.scoring
    // The order of metrics changes no score.
    let metrics =
      isDescribed
      ? rule.allMetrics.map(description)
      : rule.allMetrics.map(\.fingerprint).sorted().map { ["fingerprint": .string($0)] }
    let judge: JSONObject? = rule.judgeModel.map { model in
      [
        "model": .string(model), "samples": .int(rule.judgeSamples), "effort": .optional(rule.judgeEffort),
        "max_tokens": .int(rule.judgeMaxTokens), "shown_besides_texts": .optional(rule.judgeMaterial),
      ]
    }
    return [
      "name": .string(rule.scoring.rawValue),
      "expected_column": .string(rule.expectedColumn ?? RunRows.standardExpectedColumn),
      "compared_as": .string(rule.comparedForm ?? "text"), "metrics": .array(metrics.map(JSONValue.object)),
      "judge": judge.map(JSONValue.object) ?? .null,
    ]
  }

  private func description(of metric: RunScoring.Metric) -> JSONObject {
    var object: JSONObject = [
      "id": metric.id == 0 ? .null : .int(metric.id), "name": .string(metric.name),
      "fingerprint": .string(metric.fingerprint),
    ]
    if let check = checks[metric.id] { object.append("check", .object(check)) }
    if let criterion = criteria.first(where: { ($0.metricID ?? 0) == metric.id }) {
      object.append("instruction", .string(criterion.instruction))
      object.append(
        "rubric_bands",
        .array(
          criterion.rubric.bands.map { ["stars": .int($0.stars), "description": .string($0.description)] }))
    }
    return object
  }

  private var results: JSONObject {
    let score = ScoreEstimate.score(of: view, findings)
    return [
      "scored": .int(view.statistics.scoreCount), "failed": .int(view.failedRows),
      "avg_score": .optional(score?.mean.rounded(toPlaces: 4)),
      "score_doubt": .optional(score?.doubt), "interval": score?.interval.map { $0.json(places: 4) } ?? .null,
      "interval_method": .optional(score?.interval.map { _ in score?.method.rawValue } ?? nil),
      "total_cost": .optional(view.statistics.totalCost?.rounded(toDigits: 6)),
      "uncounted_calls": .int(view.statistics.uncountedCalls),
      "stopped_early": view.run.stoppedEarly?.json(against: view.run.stopAgainst, by: view.scoring) ?? .null,
      "usage": view.statistics.usage.map { .object(RunRecord.object(TokenCounts($0))) } ?? .null,
    ]
  }
}

extension Services {
  func manifest(ofRun id: Int) async throws -> RunManifest {
    let view = try await view(ofRun: id)
    let (criteria, allCriteria, checks, records) = try await store.read { tables in
      let checks = view.run.metricIDs.compactMap { id in tables.metrics[id]?.check.map { (id, $0) } }
      return (
        tables.criteria(of: view.run), tables.judgeMetrics(of: view.run).map(Criterion.init),
        Dictionary(checks) { check, _ in check }, tables.providerCredentials.newestFirst
      )
    }
    return try RunManifest(
      view, destination(of: view, records), criteria: criteria,
      allCriteria: criteria.isEmpty ? allCriteria : criteria, checks: checks, findings: JudgeFindings(view),
      version: version)
  }

  /// Where the run's requests went.
  ///
  /// A run of an earlier version records its model and credential but no address, so a credential that was changed since
  /// its start tells nothing.
  private func destination(of view: RunView, _ records: [ProviderCredentialRecord]) -> RunManifest.Destination {
    if let place = view.run.snapshot?.destination { return .init(provider: place.provider, address: place.address) }
    do {
      let found = try client.destination(
        of: view.run.snapshot?.model ?? view.model,
        credentialID: view.run.snapshot?.providerCredentialID,
        credentials: records.compactMap(ProviderCredential.init))
      let record = found.credential.flatMap { credential in records.first { $0.id == credential.id } }
      if let record, let start = view.run.startedAt, record.updatedAt > start {
        return .init(
          provider: found.provider,
          gap: "Credential \(record.id) was changed after the run's start, so its address is not known.")
      }
      return .init(provider: found.provider, address: found.address)
    } catch {
      return .init(gap: "It is no longer known where the model was: \(error)")
    }
  }
}
