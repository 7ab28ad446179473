import JSONCoding
import Store
import Testing

@testable import Toolbox

/// Metrics with checks, from their creation to the report.
@Suite struct CheckToolTests {
  private let server = TestServer()

  private func check(_ name: String, _ check: JSONObject) async throws -> Int {
    try await server.id("metrics_create", ["name": .string(name), "check": .object(check)])
  }

  private func averages(_ run: JSONObject) -> [String: JSONValue] {
    let all = run["metric_averages"]?.arrayValue ?? []
    return Dictionary(uniqueKeysWithValues: all.map { ($0["name"]?.stringValue ?? "", $0["avg"] ?? .null) })
  }

  @Test func `a check is made, shown with its defaults, and changed`() async throws {
    let id = try await check("short", ["kind": "length", "max": 6])
    let metric = try await server.call("metrics_get", ["id": .int(id)])
    #expect(
      metric["check"] == ["kind": "length", "unit": "chars", "max": 6, "not": false, "target": "response"])
    #expect(metric["rubric_bands"] == .some(.null))
    let changed = try await server.call(
      "metrics_update", ["id": .int(id), "check": ["kind": "length", "max": 5, "unit": "words"]])
    #expect(changed["check"]?["unit"] == "words")
  }

  @Test func `a metric is a judge's or a check`() async throws {
    let judge = try await server.metric()
    let id = try await check("short", ["kind": "length", "max": 6])
    #expect(
      try await server.refusal("metrics_create", ["name": "x", "instruction": "y", "check": ["kind": "finish"]])
        .contains("a judge's or a check"))
    #expect(
      try await server.refusal("metrics_update", ["id": .int(judge), "check": ["kind": "finish"]])
        .contains("cannot become a check"))
    #expect(
      try await server.refusal("metrics_update", ["id": .int(id), "instruction": "y"]).contains("has no instruction"))
    #expect(
      try await server.refusal("metrics_create", ["name": "x", "check": ["kind": "regex", "pattern": "("]])
        .contains("check.pattern"))
  }

  @Test func `checks are scored with the answers, and their mean is the score`() async throws {
    let metrics = [
      try await check("form", ["kind": "regex", "pattern": "^Say [ab]\\.$"]),
      try await check("column", ["kind": "contains", "value": "{{ text }}"]),
      try await check("right", ["kind": "equals"]),
    ]
    let id = try await server.generatedRun(["metric_ids": .array(metrics.map(JSONValue.int))])
    let run = try await server.call("runs_get", ["id": .int(id)])
    #expect(run["scoring"] == "Checks" && run["total_cost"] == 0.0 && run["judge_model"] == .some(.null))
    #expect(averages(run) == ["form": 0.6667, "column": 1.0, "right": 0.6667])
    #expect(run["avg_score"] == 0.7778 && run["warnings"] == [])
    let last = try await server.call("responses_get", ["run_id": .int(id), "id": 3])
    let reviews = last["reviews"]?.arrayValue ?? []
    #expect(reviews.map { $0["ai_score"] } == [0.0, 1.0, 0.0])
    #expect(reviews.allSatisfy { $0["status"] == "completed" && $0["ai_feedback"]?.stringValue?.isEmpty == false })
    #expect(reviews.map { $0["check"] } == ["regex", "contains", "equals"])
  }

  @Test func `checks are added to a finished run, and a changed one counts only anew`() async throws {
    let id = try await server.generatedRun()
    #expect(try await server.call("runs_get", ["id": .int(id)])["scoring"] == "ExactMatch")
    let metric = try await check("short", ["kind": "length", "max": 100])
    let run = try await server.call("runs_update", ["id": .int(id), "metric_ids": [.int(metric)]])
    #expect(run["scoring"] == "Checks" && run["avg_score"] == 1.0 && run["status"] == "completed")
    let changed = try await server.call("metrics_update", ["id": .int(metric), "check": ["kind": "length", "max": 1]])
    #expect(changed["outdated_run_ids"] == [.int(id)])
    #expect(changed["note"]?.stringValue?.contains("free of charge") == true)
    let outdated = try await server.call("runs_get", ["id": .int(id)])
    #expect(outdated["avg_score"] == .some(.null))
    #expect(outdated["warnings"]?.arrayValue?.contains { $0.stringValue?.contains("3 of 3 results") == true } == true)
    let again = try await server.call("runs_generate", ["id": .int(id)])
    #expect(again["avg_score"] == 0.0 && again["status"] == "completed" && again["scored"] == 3)
    // A new name changes no score.
    try await server.call("metrics_update", ["id": .int(metric), "name": "shorter"])
    #expect(try await server.call("runs_get", ["id": .int(id)])["avg_score"] == 0.0)
    let exact = try await server.call("runs_update", ["id": .int(id), "scoring": "ExactMatch"])
    #expect(exact["avg_score"] == 0.6667 && averages(exact) == ["shorter": 0.0])
  }

  @Test func `runs_judge scores by checks alone, without a judge`() async throws {
    let id = try await server.generatedRun()
    let metric = try await check("said", ["kind": "starts_with", "value": "Say"])
    let run = try await server.call("runs_judge", ["id": .int(id), "metric_ids": [.int(metric)]])
    #expect(run["scoring"] == "Checks" && run["avg_score"] == 1.0 && run["judge_model"] == .some(.null))
    #expect(averages(run) == ["said": 1.0])
  }

  @Test func `a judge's metrics and checks stand side by side, each on its scale`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    let judge = try await server.metric()
    let check = try await server.id("metrics_create", ["name": "short", "check": ["kind": "length", "max": 1]])
    let id = try await server.generatedRun([
      "metric_ids": [.int(check), .int(judge)], "judge_model": "ollama/j",
    ])
    let run = try await server.call("runs_get", ["id": .int(id)])
    #expect(run["scoring"] == "LlmJudge" && run["avg_score"] == 4.0)
    #expect(averages(run) == ["relevance": 4.0, "short": 0.0])
    #expect(run["steps"]?["judged"]?["total"] == 3)
    let exact = try await server.call("runs_update", ["id": .int(id), "scoring": "Checks"])
    #expect(exact["avg_score"] == 0.0)
  }

  @Test func `a check that needs a missing column is refused with the run`() async throws {
    let column = try await check("town", ["kind": "contains", "value": "{{ town }}"])
    #expect(
      try await server.refusal(
        "runs_create",
        [
          "prompt_id": .int(server.prompt()), "dataset_id": .int(server.dataset()),
          "metric_ids": [.int(column)],
        ]
      ).contains("needs the column \"town\""))
    #expect(
      try await server.refusal("runs_create", ["prompt_id": 1, "dataset_id": 1, "scoring": "Checks"])
        .contains("give metric_ids"))
  }

  @Test func `what a check cannot score has no score, and the run says so`() async throws {
    let metric = try await check("number", ["kind": "number", "expected": "{{ text }}"])
    let id = try await server.generatedRun(["metric_ids": [.int(metric)]], csv: "text\n1\nx")
    let run = try await server.call("runs_get", ["id": .int(id)])
    #expect(run["scored"] == 1 && run["avg_score"] == 0.0)
    #expect(
      run["warnings"]?.arrayValue?.contains { $0.stringValue?.contains("1 of 2 results of checks") == true } == true)
    let response = try await server.call("responses_get", ["run_id": .int(id), "id": 2])
    #expect(response["status"] == "failed" && response["error"]?.stringValue?.contains("no number") == true)
  }

  @Test func `a deleted check keeps its results`() async throws {
    let metric = try await check("said", ["kind": "starts_with", "value": "Say"])
    let id = try await server.generatedRun(["metric_ids": [.int(metric)]])
    try await server.call("metrics_delete", ["id": .int(metric)])
    let run = try await server.call("runs_get", ["id": .int(id)])
    #expect(run["avg_score"] == 1.0 && averages(run) == ["said": 1.0])
  }

  @Test func `reports show a check as a rate, and runs by the same checks are compared`() async throws {
    let metric = try await check("right", ["kind": "equals"])
    let first = try await server.generatedRun(["metric_ids": [.int(metric)]])
    let second = try await server.id(
      "runs_create", ["prompt_id": 1, "dataset_id": 1, "metric_ids": [.int(metric)]])
    try await server.call("runs_generate", ["id": .int(second)])
    let comparison = try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)]])
    let statistics = comparison["statistics"]?.arrayValue?.first
    #expect(statistics?["verdict_word"]?.stringValue != "not_comparable" && statistics?["ties"] == 3)
    let report = try await server.server.text("runs/\(first)/report.md")
    #expect(report.contains("| right | 0.67 | 0.21 to 0.94 | Wilson | 3 |"))
    #expect(report.contains("1.00 |") && report.contains("right gave 0.00"))
  }
}
