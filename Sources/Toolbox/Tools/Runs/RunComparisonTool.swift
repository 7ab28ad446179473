import Evaluation
import JSONCoding
import MCP
import Store

/// `runs_compare`.
struct RunComparisonTool {
  let services: Services

  /// How many runs can be compared at once.
  static let runCounts = 2...4

  private enum Only: String, CaseIterable, Sendable {
    case all, changed
  }

  private static let runIDs = Field<[Int]>.required(
    "run_ids", .array(of: .id), "2 to 4 runs; the first is the baseline.")
  private static let only = Field<String>.defaulted(
    "only", .choice(of: Only.allCases.map(\.rawValue)), default: Only.all.rawValue,
    "changed: only rows whose scores differ.")
  private static let margin = Field<Double?>.optional(
    "margin", .number(0...4), "Loss of score that counts as not worse; else 5 % of the scale.")
  private static let limit = Field<Int>.defaulted("limit", .integer(0...500), default: 20, "Rows per page.")

  var compare: Tool {
    Tool(
      name: "runs_compare", title: "Compare runs",
      description: """
        Compare 2 to 4 runs of one dataset row by row (A/B, eval): verdict_word better, worse, same, not_worse, unclear or \
        not_comparable, the sentence, interval, rows needed (80 % power), cost ratio.
        """,
      toolset: "runs", annotations: .reading,
      fields: [
        Self.runIDs, Self.only, Self.margin, ComparisonGate.field, Self.limit,
        Paging.cursor,
      ], hasLongResults: true, app: ReportApp.app
    ) { [services] arguments, _ in
      let ids = arguments[Self.runIDs]
      try Self.check(ids)
      let abandoned = try await services.abandonedRuns(of: ids)
      let (sources, dataset, peers) = try await services.store.read { tables in
        let (sides, dataset) = try Self.gather(ids, abandoned: abandoned, in: tables)
        return (sides, dataset, tables.figures(besides: sides[0].run))
      }
      let sides = sources.map(ComparedRun.init)
      let gate = try ComparisonGate(arguments)
      let margin = try Self.margin(arguments, gate, sides)
      try Self.check(margin, sides)
      let comparisons = try Self.comparisons(sides, dataset, margin: margin)
      let page = try Self.page(
        arguments, sides, dataset, comparisons, try gate?.outcome(of: comparisons),
        comparisons.allSatisfy { $0.verdict == .notComparable }
          ? nil : RowSeparation(peers, like: sides[0], rows: Set(sides.flatMap { $0.entries.keys })))
      let rows = Set(page["comparisons"]?.arrayValue?.compactMap { $0["row_index"]?.intValue } ?? [])
      for side in sides {
        let shown = side.entries.values.filter { rows.contains($0.rowIndex) }.flatMap(\.answers)
        await services.recordDisplay(.scored, of: shown.map(\.id), ofRun: side.run.id)
      }
      return page
    }
  }

  static func check(_ ids: [Int]) throws(ToolError) {
    guard runCounts.contains(ids.count), Set(ids).count == ids.count else {
      throw ToolError("run_ids must name 2 to 4 different runs, the baseline first.")
    }
  }

  /// Each other run compared with the first.
  static func comparisons(
    _ sides: [ComparedRun], _ dataset: DatasetRecord?, margin: Double? = nil
  ) throws -> [RunComparison] {
    let table = try dataset?.table(of: sides[0].run)
    return try sides.dropFirst().map { side in
      try RunComparison(
        baseline: sides[0], candidate: side,
        copies: [.init(side, table, isOfCandidate: true), .init(sides[0], table, isOfCandidate: false)]
          .compactMap(\.self),
        groups: RowGroups([sides[0], side], table: table, columns: dataset?.columns ?? []),
        comparisons: sides.count - 1, margin: margin)
    }
  }

  /// The margin of the call, which its gate can give as well; nil where neither does and no gate asks for not_worse.
  ///
  /// A gate that asks for one without a margin means the usual margin, as if it were given: the verdict and the number of
  /// rows are those of the question that the gate asks.
  private static func margin(
    _ arguments: Arguments, _ gate: ComparisonGate?, _ sides: [ComparedRun]
  ) throws(ToolError) -> Double? {
    guard let given = arguments[margin] else {
      let scale = sides.lazy.compactMap(\.scoring.scale).first
      return gate?.margin ?? (gate?.asksForNotWorse == true ? scale?.usualMargin : nil)
    }
    guard gate?.margin.isNilOr(given) ?? true else {
      throw ToolError("margin and gate.margin are one argument, but were given two values. Give one of them.")
    }
    return given
  }

  /// Nothing could be worse by a margin as wide as the scale.
  private static func check(_ margin: Double?, _ sides: [ComparedRun]) throws(ToolError) {
    guard let margin, let scale = sides.compactMap(\.scoring.scale).first(where: { margin >= $0.range })
    else { return }
    throw ToolError(
      "margin \(margin) is as much as scores of \(scale) can differ, so nothing would be worse. "
        + "Give the loss that you would accept, such as \(scale.usualMargin).")
  }

  static func gather(
    _ ids: [Int], abandoned: Set<Int>, in tables: Tables
  ) throws -> (sides: [ComparedRun.Source], dataset: DatasetRecord?) {
    var sides: [ComparedRun.Source] = []
    for id in ids {
      let side = ComparedRun.Source(
        try tables.find(RunRecord.self, id), comparedWith: sides.first?.run, isAbandoned: abandoned.contains(id),
        in: tables)
      guard side.hasResponses else {
        throw ToolError("Run \(id) \"\(side.run.name)\" has no responses yet. runs_generate makes them.")
      }
      sides.append(side)
    }
    for side in sides where side.run.datasetID != sides[0].run.datasetID {
      let (first, other) = (sides[0].run, side.run)
      throw ToolError(
        "Run \(other.id) is of dataset \(other.datasetID.map(String.init) ?? "none"), run \(first.id) of dataset "
          + "\(first.datasetID.map(String.init) ?? "none"). Only runs of one dataset can be compared.")
    }
    let dataset = sides[0].run.datasetID.flatMap { tables.datasets[$0] }
    for side in sides where side.run.snapshot?.datasetHash != sides[0].run.snapshot?.datasetHash {
      throw ToolError(ChangedDataset.sentence(sides[0].run, side.run, dataset))
    }
    return (sides, dataset)
  }

  // MARK: The page

  private static func page(
    _ arguments: Arguments, _ sides: [ComparedRun], _ dataset: DatasetRecord?, _ comparisons: [RunComparison],
    _ gate: GateOutcome?, _ separation: RowSeparation?
  ) throws -> JSONObject {
    let rows = Set(sides.flatMap { $0.entries.keys }).sorted()
    let shown =
      arguments[only] == Only.changed.rawValue
      ? rows.filter { row in hasChanged(sides.map { $0.score(ofRow: row) }) } : rows
    let faults = try sides.map { try $0.judgeFaults(of: dataset).first }
    let runs = try zip(sides, faults).map { side, fault in
      JSONValue.object(
        summary(side, doubt: try fault?.note ?? side.untestedJudge(of: dataset)?.note))
    }
    var result: JSONObject = [
      "dataset_id": .optional(sides[0].run.datasetID), "runs": .array(runs),
      "statistics": .array(ComparisonProjection.statistics(comparisons, remarks: try nearMisses(sides))),
      "comparisons": .array([]),
      "total": .int(shown.count),
    ]
    result["gate"] = gate?.json
    result["never_differed"] = separation?.json(sides, faults.lazy.compactMap(\.self).first)
    let start = try Paging.start(of: shown, arguments) { cursor in Int(cursor).map { row in { $0 > row } } }
    let page = try Paging.items(
      of: shown[start...].prefix(arguments[limit]), room: Clipping.resultLimit - Clipping.size(of: result)
    ) { try comparison(ofRow: $0, sides) }
    result["comparisons"] = .array(page)
    let end = start + page.count
    if end < shown.count, end > start { result["next_cursor"] = .string("\(shown[end - 1])") }
    return result
  }

  /// Whether scores of a row differ by more than rounding.
  private static func hasChanged(_ scores: [Double?]) -> Bool {
    let known = scores.compactMap(\.self)
    guard known.count == scores.count, let first = known.first else { return !known.isEmpty }
    return !known.allSatisfy({ $0.isNearly(first) })
  }

  /// How many wrong answers differ only in form, by run: a gain can be one of form alone.
  private static func nearMisses(_ sides: [ComparedRun]) throws -> [Int: [String]] {
    var found: [Int: [String]] = [:]
    for side in sides {
      let answers = side.entries.keys.sorted().flatMap { side.entries[$0]?.answers ?? [] }
      found[side.run.id] = try NearMisses(answers, side.scoring).sentences.map { "Run \(side.run.id): \($0)" }
    }
    return found
  }

  /// - Parameter doubt: that its judge is not trusted, or was not tested; nil where nothing speaks against it.
  private static func summary(_ side: ComparedRun, doubt: String?) -> JSONObject {
    let latencies = side.statistics.latencyQuantiles([0.5, 0.95])
    var object: JSONObject = [
      "id": .int(side.run.id), "name": .string(side.run.name), "status": .string(side.status.rawValue),
      "prompt_id": .int(side.run.promptID), "model": .string(side.model), "scoring": .string(side.run.scoring.rawValue),
      "avg_score": .optional(side.statistics.averageScore?.rounded(toPlaces: 4)),
      "scored": .int(side.statistics.scoreCount), "failed": .int(side.statistics.failed),
      "total_cost": .optional(side.statistics.totalCost?.rounded(toDigits: 6)),
      "latency": .latency(latencies.first, latencies.last),
    ]
    if let doubt { object.append("score_doubt", .string(doubt)) }
    if side.statistics.copied > 0 { object.append("reused", .int(side.statistics.copied)) }
    return object
  }

  /// A row as every run answered it.
  static func comparison(ofRow row: Int, _ sides: [ComparedRun]) throws -> JSONObject {
    let records = try sides.map { try $0.entries[row]?.decoded() }
    let known = records.compactMap { $0 }.first
    return [
      "row_index": .int(row), "datapoint_id": .int(row), "input": .object(known?.input ?? [:]),
      "expected": .optional(known?.expectedOutput),
      "results": .array(
        zip(sides, records).map { side, record in
          var result: JSONObject = [
            "run_id": .int(side.run.id), "output": .optional(record?.responseText),
            "score": .optional(side.score(ofRow: row)), "latency_ms": .optional(record?.latency),
            "cost": .optional(side.entries[row]?.cost?.rounded(toDigits: 6)),
          ]
          // The score, the latency and the cost are means of so many answers; the output is the first.
          if side.run.repeats > 1 { result.append("answers", .int(side.entries[row]?.answers.count ?? 0)) }
          if let source = record?.reusedFrom { result.append("reused_from", .int(source)) }
          return .object(result)
        }),
    ]
  }
}

extension Services {
  /// The runs of a comparison, the baseline first, and their dataset.
  func comparedRuns(_ ids: [Int]) async throws -> (sides: [ComparedRun], dataset: DatasetRecord?) {
    try RunComparisonTool.check(ids)
    let abandoned = try await abandonedRuns(of: ids)
    let (sources, dataset) = try await store.read {
      try RunComparisonTool.gather(ids, abandoned: abandoned, in: $0)
    }
    return (sources.map(ComparedRun.init), dataset)
  }
}
