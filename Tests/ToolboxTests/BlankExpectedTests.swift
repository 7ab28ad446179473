import JSONCoding
import Testing

@testable import Toolbox

/// An answer to a row without an expected output is neither right nor wrong, whatever compares with it.
@Suite struct BlankExpectedTests {
  private static let csv = "text,expected_output\na,Say a.\nb, \nc,Say c.\n"

  private func check(_ run: JSONObject, _ server: TestServer) async throws {
    #expect(run["avg_score"] == 1.0 && run["scored"] == 2 && run["failed"] == 0)
    let row = try await server.call("responses_list", ["run_id": 1])["responses"]?.arrayValue?.first {
      $0["row_index"] == 1
    }
    #expect(row?["score"] ?? .null == .null && row?["status"] == "completed", "\(row ?? .null)")
    let warnings = run.strings("warnings")
    #expect(warnings.contains { $0.contains("expected output is empty in 1 row (row_index 1)") }, "\(warnings)")
  }

  @Test(arguments: ["ExactMatch", "Contains"]) func `a scoring that compares texts`(scoring: String) async throws {
    let server = TestServer()
    try await server.generatedRun(["scoring": .string(scoring)], csv: Self.csv)
    try await check(try await server.call("runs_get", ["id": 1]), server)
    let junit = try await server.server.text("runs/1/junit.xml")
    #expect(junit.contains(#"failures="0" errors="0" skipped="1""#), "\(junit)")
  }

  @Test(arguments: ["equals", "similarity", "contains", "starts_with", "contains_all"])
  func `a check that compares with it`(kind: String) async throws {
    let server = TestServer()
    try await server.call("metrics_create", ["name": "m", "check": ["kind": .string(kind)]])
    try await server.generatedRun(["metric_ids": [1]], csv: Self.csv)
    let run = try await server.call("runs_get", ["id": 1])
    try await check(run, server)
    #expect(run.strings("warnings").contains { $0.hasPrefix("1 of 3 answers has no score") })
    let review = try await server.call("responses_get", ["run_id": 1, "id": 2])["reviews"]?.arrayValue?.first
    #expect(review?["ai_feedback"]?.stringValue?.contains("nothing to compare with") == true, "\(review ?? .null)")
  }

  @Test func `a column that a check compares with is no different, a text that was given is`() async throws {
    let server = TestServer()
    let check: JSONObject = ["kind": "json_path", "path": "a", "check": ["kind": "equals", "column": "other"]]
    try await server.call("metrics_create", ["name": "column", "check": .object(check)])
    try await server.call("metrics_create", ["name": "value", "check": ["kind": "equals", "value": ""]])
    let csv = "text,other\n\"{\"\"a\"\": 1}\",1\n\"{\"\"a\"\": 2}\",\n"
    let prompt = try await server.prompt("plain", template: "{{ text }}")
    let run = try await server.id(
      "runs_create",
      ["prompt_id": .int(prompt), "dataset_id": .int(try await server.dataset(csv)), "metric_ids": [1, 2]])
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let averages = try await server.call("runs_get", ["id": .int(run)])["metric_averages"]?.arrayValue ?? []
    // They are in the order in which the first answers name them.
    let counts = averages.sorted { ($0["metric_id"]?.intValue ?? 0) < ($1["metric_id"]?.intValue ?? 0) }
    #expect(counts.map { $0["count"] } == [1, 2] && counts.map { $0["avg"] } == [1.0, 0.0], "\(averages)")
  }

  @Test func `answers that are scored later say so too`() async throws {
    let server = TestServer()
    try await server.generatedRun(["scoring": "None"], csv: Self.csv)
    let run = try await server.call("runs_update", ["id": 1, "scoring": "ExactMatch"])
    #expect(run["avg_score"] == 1.0 && run["scored"] == 2)
    let warnings = try await server.call("runs_get", ["id": 1]).strings("warnings")
    #expect(
      warnings.contains { $0.contains("1 of 3 answers has no score, because the expected output of its row is empty") },
      "\(warnings)")
  }

  @Test(arguments: [("ExactMatch", "Contains"), ("Contains", "ExactMatch"), ("None", "ExactMatch")])
  func `a row that failed is no wrong answer either`(first: String, then: String) async throws {
    let server = TestServer(
      transport: ChatTransport { $0 == "Say b." ? ChatTransport.refusal("No") : ChatTransport.answer($0) })
    try await server.credential()
    try await server.generatedRun(["scoring": .string(first), "model": "ollama/m"], csv: Self.csv)
    for scoring in [first, then] where scoring != "None" {
      if scoring == then { try await server.call("runs_update", ["id": 1, "scoring": .string(scoring)]) }
      let run = try await server.call("runs_get", ["id": 1, "gate": ["min_score": 1, "max_failed": 1]])
      #expect(run["avg_score"] == 1.0 && run["failed"] == 1 && run["score_with_failures_as_zero"] == 1.0, "\(run)")
      #expect(run["gate"]?["passed"] == true, "\(run["gate"] ?? .null)")
      #expect(!run.strings("warnings").contains { $0.contains("score_with_failures_as_zero counts") })
    }
  }

  @Test func `a run whose checks could score no answer does not start`() async throws {
    let server = TestServer()
    try await server.call("metrics_create", ["name": "m", "check": ["kind": "equals"]])
    let run = try await server.run(["metric_ids": [1]], csv: "text,expected_output\na,\nb, \n")
    let refusal = try await server.refusal("runs_generate", ["id": .int(run)])
    #expect(refusal.contains("No check of the run applies to any row") && refusal.contains("expected output is empty"))
  }

  @Test func `a comparison leaves the row out and says so`() async throws {
    let server = TestServer()
    try await server.generatedRun(["scoring": "ExactMatch"], csv: Self.csv)
    let prompt = try await server.prompt("again")
    let other = try await server.id("runs_create", ["like_run": 1, "prompt_id": .int(prompt)])
    try await server.call("runs_generate", ["id": .int(other), "wait_seconds": 600])
    let found = try await server.call("runs_compare", ["run_ids": [1, .int(other)]])["statistics"]?.arrayValue?.first
    #expect(found?["pairs"] == 2)
    #expect(found?["verdict"]?.stringValue?.contains("1 row without an expected output is left out") == true)
  }
}
