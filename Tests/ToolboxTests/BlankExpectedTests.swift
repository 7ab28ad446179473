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
    #expect(run.strings("warnings").contains { $0.hasPrefix("1 of 3 answers have no score") })
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
    #expect(averages.map { $0["count"] } == [1, 2] && averages.map { $0["avg"] } == [1.0, 0.0], "\(averages)")
  }

  @Test func `answers that are scored later say so too`() async throws {
    let server = TestServer()
    try await server.generatedRun(["scoring": "None"], csv: Self.csv)
    let run = try await server.call("runs_update", ["id": 1, "scoring": "ExactMatch"])
    #expect(run["avg_score"] == 1.0 && run["scored"] == 2)
    let warnings = try await server.call("runs_get", ["id": 1]).strings("warnings")
    #expect(
      warnings.contains { $0.contains("1 of 3 answers have no score, because the expected output") }, "\(warnings)")
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
