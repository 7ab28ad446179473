import Evaluation
import JSONCoding
import MCP
import Store

/// `runs_compare`.
struct RunComparisonTool {
  let kit: Kit

  private enum Only: String, CaseIterable, Sendable {
    case all, changed
  }

  private static let runIDs = Field<[Int]>.required(
    "run_ids", .array(of: .integer(1...)), "2 to 4 runs of one dataset; the first is the baseline.")
  private static let only = Field<String>.defaulted(
    "only", .choice(of: Only.allCases.map(\.rawValue)), default: Only.all.rawValue,
    "changed: only rows whose scores differ.")
  private static let limit = Field<Int>.defaulted("limit", .integer(0...500), default: 20, "Most rows to return.")

  var compare: Tool {
    Tool(
      name: "runs_compare", title: "Compare runs",
      description: """
        Compare 2 to 4 runs (evals) of one dataset row by row, with a confidence interval, a test and a verdict on whether the \
        difference is real.
        """,
      toolset: "runs", annotations: .reading,
      fields: [
        Self.runIDs.declaration, Self.only.declaration, Self.limit.declaration, Paging.cursor.declaration,
      ]
    ) { [store = kit.store] arguments, _ in
      try await store.read { try Self.comparison(arguments, in: $0) }
    }
  }

  /// One run with its responses by row.
  private struct Side {
    let run: RunRecord
    let entries: [Int: ResponseEntry]
    let statistics: RunStatistics
  }

  private static func comparison(_ arguments: Arguments, in tables: Tables) throws -> JSONObject {
    let sides = try sides(arguments[runIDs], in: tables)
    let rows = Set(sides.flatMap { $0.entries.keys }).sorted()
    let shown =
      arguments[only] == Only.changed.rawValue
      ? rows.filter { row in Set(sides.map { $0.entries[row]?.score }).count > 1 } : rows

    var page: [JSONValue] = []
    var result: JSONObject = [
      "dataset_id": .optional(sides[0].run.datasetID), "runs": .array(sides.map { .object(summary($0)) }),
      "comparisons": .array([]), "total": .int(shown.count), "statistics": .array(statistics(sides, rows: rows)),
    ]
    var room = Clipping.resultLimit - Clipping.size(of: result)
    let start = try self.start(arguments[Paging.cursor], in: shown)
    var end = start
    while end < shown.count, end - start < arguments[limit] {
      let object = Clipping.listItem(try comparison(ofRow: shown[end], sides))
      room -= Clipping.size(of: object) + 1
      if room < 0, !page.isEmpty { break }
      page.append(.object(object))
      end += 1
    }
    result["comparisons"] = .array(page)
    if end < shown.count, end > start { result["next_cursor"] = .string("\(shown[end - 1])") }
    return result
  }

  private static func sides(_ ids: [Int], in tables: Tables) throws(ToolError) -> [Side] {
    guard (2...4).contains(ids.count), Set(ids).count == ids.count else {
      throw ToolError("run_ids must name 2 to 4 different runs, the baseline first.")
    }
    var sides: [Side] = []
    for id in ids {
      let run = try tables.find(RunRecord.self, id)
      let entries = tables.responses.entries(ofRun: id)
      guard !entries.isEmpty else {
        throw ToolError("Run \(id) \"\(run.name)\" has no responses yet. runs_generate makes them.")
      }
      sides.append(
        Side(
          run: run, entries: Dictionary(entries.map { ($0.rowIndex, $0) }) { _, last in last },
          statistics: RunStatistics(entries)))
    }
    for side in sides where side.run.datasetID != sides[0].run.datasetID {
      let (first, other) = (sides[0].run, side.run)
      throw ToolError(
        "Run \(other.id) is of dataset \(other.datasetID.map(String.init) ?? "none"), run \(first.id) of dataset "
          + "\(first.datasetID.map(String.init) ?? "none"). Only runs of one dataset can be compared.")
    }
    for side in sides where side.run.snapshot?.datasetHash != sides[0].run.snapshot?.datasetHash {
      throw ToolError(
        "The dataset was changed between run \(sides[0].run.id) and run \(side.run.id), so their rows are not the same. "
          + "runs_generate with restart: true runs one of them again.")
    }
    return sides
  }

  private static func start(_ cursor: String?, in rows: [Int]) throws(ToolError) -> Int {
    guard let cursor, !cursor.isEmpty else { return 0 }
    guard let row = Int(cursor), let index = rows.firstIndex(of: row) else {
      throw ToolError("cursor \"\(cursor)\" is not a next_cursor of this comparison. Leave it out to begin anew.")
    }
    return index + 1
  }

  // MARK: Projections

  private static func summary(_ side: Side) -> JSONObject {
    let latencies = side.statistics.latencyQuantiles([0.5, 0.95])
    return [
      "id": .int(side.run.id), "name": .string(side.run.name), "status": .string(side.run.status.rawValue),
      "prompt_id": .int(side.run.promptID), "scoring": .string(side.run.scoring.rawValue),
      "avg_score": .optional(side.statistics.averageScore?.rounded(toPlaces: 4)),
      "scored": .int(side.statistics.scoreCount), "failed": .int(side.statistics.failed),
      "total_cost": .optional(side.statistics.totalCost),
      "latency": ["p50_ms": .optional(latencies.first), "p95_ms": .optional(latencies.last)],
    ]
  }

  private static func comparison(ofRow row: Int, _ sides: [Side]) throws -> JSONObject {
    let records = try sides.map { try $0.entries[row]?.decoded() }
    let known = records.compactMap { $0 }.first
    return [
      "row_index": .int(row), "input": .object(known?.input ?? [:]), "expected": .optional(known?.expectedOutput),
      "results": .array(
        zip(sides, records).map { side, record in
          [
            "run_id": .int(side.run.id), "output": .optional(record?.responseText), "score": .optional(record?.score),
            "latency_ms": .optional(record?.latency), "cost": .optional(side.entries[row]?.cost),
          ]
        }),
    ]
  }

  private static func statistics(_ sides: [Side], rows: [Int]) -> [JSONValue] {
    let baseline = sides[0]
    return sides.dropFirst().map { side in
      let comparison = PairedComparison(
        baseline: rows.map { baseline.entries[$0]?.score }, candidate: rows.map { side.entries[$0]?.score })
      let verdict =
        side.run.scoring == baseline.run.scoring
        ? Verdict.sentence(
          comparison, baseline: "\"\(baseline.run.name)\"", candidate: "\"\(side.run.name)\"",
          comparisons: sides.count - 1) + judging(baseline.run, side.run)
        : "The runs are scored differently (\(baseline.run.scoring.rawValue), \(side.run.scoring.rawValue)), so their "
          + "scores say nothing about each other."
      return [
        "run_id": .int(side.run.id), "baseline_id": .int(baseline.run.id), "pairs": .int(comparison.pairs),
        "wins": .int(comparison.wins), "ties": .int(comparison.ties), "losses": .int(comparison.losses),
        "mean_difference": .optional(comparison.meanDifference?.rounded(toPlaces: 6)),
        "interval": comparison.interval.map {
          [.double($0.lowerBound.rounded(toPlaces: 6)), .double($0.upperBound.rounded(toPlaces: 6))]
        } ?? .null,
        "test": .string(comparison.test.rawValue), "p_value": .optional(comparison.pValue),
        "verdict": .string(verdict),
      ]
    }
  }

  /// What makes scores of judges hard to compare, as a sentence to add; empty for runs that were judged alike.
  private static func judging(_ baseline: RunRecord, _ other: RunRecord) -> String {
    guard baseline.scoring == .llmJudge else { return "" }
    let differences = [
      baseline.judgeModel == other.judgeModel ? nil : "models",
      Set(baseline.metricIDs) == Set(other.metricIDs) ? nil : "metrics",
    ].compactMap { $0 }
    if differences.isEmpty { return "" }
    return " But they were judged by different \(differences.joined(separator: " and ")), which alone can make a "
      + "difference: judge both alike with runs_judge."
  }
}
