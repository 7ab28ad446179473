import JSONCoding
import Providers
import Store
import Testing

@testable import Toolbox

/// Metrics that apply only to some rows.
@Suite struct RowMetricTests {
  /// Rows with a text to contain, a form, both and neither.
  private static let csv = """
    text,word,form
    a,Say,
    b,no,^Say b
    c,,^no
    d,,
    """

  private func checks(_ server: TestServer) async throws -> JSONValue {
    .array([
      .int(
        try await server.id(
          "metrics_create",
          ["name": "word", "check": ["kind": "contains", "value": "{{ word }}", "when": "word"]])),
      .int(
        try await server.id(
          "metrics_create", ["name": "form", "check": ["kind": "regex", "pattern": "{{ form }}", "when": "form"]])),
    ])
  }

  private func statuses(_ server: TestServer, run: Int) async throws -> [[String]] {
    let page = try await server.call(
      "responses_list", ["run_id": .int(run), "order": "row", "fields": ["reviews", "score", "status"]])
    return (page["responses"]?.arrayValue ?? []).map { response in
      (response["reviews"]?.arrayValue ?? []).compactMap { $0["status"]?.stringValue }
    }
  }

  @Test func `a row's score is the mean of the checks that apply to it`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["metric_ids": try await checks(server)], csv: Self.csv)
    #expect(
      try await statuses(server, run: run) == [
        ["completed", "skipped"], ["completed", "completed"], ["skipped", "completed"], ["skipped", "skipped"],
      ])
    let result = try await server.call("runs_get", ["id": .int(run)])
    // 1, the mean of 0 and 1, and 0.
    #expect(result["avg_score"] == 0.5 && result["scored"] == 3)
    #expect(result["status"] == "completed" && result["failed"] == 0)
    let averages = result["metric_averages"]?.arrayValue ?? []
    #expect(averages.map { $0["count"] } == [2, 2] && averages.map { $0["avg"] } == [0.5, 0.5])
    #expect(result.strings("warnings").contains { $0.hasPrefix("1 of 4 answers has no score") })
    let scores = try await server.call("responses_list", ["run_id": .int(run), "order": "row", "fields": ["score"]])
    #expect((scores["responses"]?.arrayValue ?? []).map { $0["score"] ?? .null } == [1.0, 0.5, 0.0, .null])
  }

  @Test func `a list shows a skipped review by its metric alone, and a single response the reason`() async throws {
    let server = TestServer()
    let run = JSONValue.int(try await server.generatedRun(["metric_ids": try await checks(server)], csv: Self.csv))
    let page = try await server.call("responses_list", ["run_id": run, "order": "row", "limit": 1])
    let reviews = try #require(page["responses"]?.arrayValue?.first?["reviews"]?.arrayValue)
    #expect(reviews[1].objectValue?.keys == ["metric_id", "metric_name", "status"])
    #expect(reviews[1]["status"] == "skipped")
    #expect(reviews[0]["ai_score"] == 1.0)
    let whole = try await server.call("responses_get", ["run_id": run, "id": 1])
    #expect(whole["reviews"]?.arrayValue?[1]["ai_feedback"]?.stringValue?.contains("(when)") == true)
  }

  @Test func `rows without an applicable metric are left out of a comparison`() async throws {
    let server = TestServer()
    let metrics = try await checks(server)
    let rows = (0..<24).map { "t\($0),\($0 % 2 == 0 ? "right" : ""),\($0 % 3 == 0 ? "right" : "")" }
    let dataset = try await server.dataset("text,word,form\n" + rows.joined(separator: "\n"))
    for template in ["wrong {{ text }}", "right {{ text }}"] {
      let prompt = try await server.prompt(template, template: template)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "metric_ids": metrics])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let comparison = try await server.call("runs_compare", ["run_ids": [1, 2]])
    let statistics = try #require(comparison["statistics"]?.arrayValue?.first)
    #expect(statistics["verdict_word"] == "better")
    #expect(statistics["wins"] == 16 && statistics["losses"] == 0)
    #expect(statistics["verdict"]?.stringValue?.contains("8 rows to which no metric applies are left out") == true)
  }

  @Test func `a judge is not asked where the instruction is empty`() async throws {
    let transport = ChatTransport.judge(score: 4)
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    let metric = try await server.id("metrics_create", ["name": "rubric", "instruction": " {{ rubric }}\n"])
    let run = try await server.generatedRun(
      ["model": "echo", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)]],
      csv: "text,rubric\na,Is it polite?\nb,\nc,Is it short?\nd,  \n")
    let asked = transport.sent.count
    #expect(asked == 2)
    let result = try await server.call("runs_get", ["id": .int(run)])
    #expect(result["avg_score"] == 4.0 && result["scored"] == 2 && result["failed"] == 0)
    #expect(result["progress_current"] == result["progress_total"])
    #expect(try await statuses(server, run: run) == [["completed"], ["skipped"], ["completed"], ["skipped"]])
    #expect(result.strings("warnings").contains { $0.hasPrefix("2 of 4 answers have no score") })
    // What was skipped is not tried again.
    try await server.call("runs_generate", ["id": .int(run), "retry_failed": true, "wait_seconds": 600])
    #expect(transport.sent.count == asked)
  }

  @Test func `a judge is tested in a row to which the metric applies`() async throws {
    let transport = ChatTransport.judge(score: 4)
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    let metric = try await server.id("metrics_create", ["name": "rubric", "instruction": "{{ rubric }}"])
    try await server.generatedRun(
      ["model": "echo", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "probe": true],
      csv: "text,rubric,expected_output\nfirst,,one\nsecond,Is it polite?,two\nthird,,three\n")
    let texts = transport.sent.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(texts.count > 1 && texts.allSatisfy { $0.contains("Is it polite?") })
  }

  @Test func `a check that applies to rows needs its column, and a part of a check cannot apply alone`() async throws {
    let server = TestServer()
    let metrics = try await checks(server)
    let sentence = try await server.refusal(
      "runs_create",
      [
        "prompt_id": .int(try await server.prompt()), "dataset_id": .int(try await server.dataset()),
        "metric_ids": metrics,
      ])
    #expect(sentence.contains("word"))
    #expect(
      try await server.refusal(
        "metrics_create",
        [
          "name": "x",
          "check": ["kind": "json_path", "path": "a", "check": ["kind": "equals", "value": "b", "when": "c"]],
        ]
      ).contains("check.check.when"))
  }

  @Test func `promptfoo gets an assertion with the rows to which it applies`() async throws {
    let server = TestServer()
    var metrics = try await checks(server).arrayValue ?? []
    metrics.append(.int(try await server.id("metrics_create", ["name": "rubric", "instruction": "Is it polite?"])))
    let run = try await server.generatedRun(["metric_ids": .array(metrics)], csv: Self.csv)
    let export = try await server.call("exports_create", ["what": "run", "ids": [.int(run)], "format": "promptfoo"])
    let text = try #require(export["text"]?.stringValue)
    // A rubric needs no judge of the run.
    #expect(text.contains("llm-rubric"))
    #expect(text.ranges(of: "type: \"contains\"").count == 2, "\(text)")
    let plan = try await server.call("imports_create", ["data": .string(text)])
    #expect(plan["datasets"]?.arrayValue?.count == 1)
    let checks = (plan["metrics"]?.arrayValue ?? []).compactMap { $0["check"] }
    #expect(checks.count == 2 && checks.allSatisfy { $0["when"]?.stringValue != nil }, "\(plan)")
  }
}
