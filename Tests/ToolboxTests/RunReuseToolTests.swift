import JSONCoding
import Testing

@testable import Toolbox

/// `reuse` of `runs_create`, and how copied answers are shown.
@Suite struct RunReuseToolTests {
  @Test func `a run tells how many answers it copied, and each copy its source`() async throws {
    let server = TestServer()
    let first = try await server.generatedRun(["max_tokens": 50])
    #expect(try await server.call("runs_get", ["id": .int(first)])["reused"] == nil)
    let created = try await server.call("runs_create", ["like_run": .int(first), "reuse": true])
    #expect(created["reuse"] == true && created["reused"] == 0)
    #expect(created.strings("warnings").contains { $0.contains("3 of 3 answers are there already") })
    #expect(created.strings("warnings").contains { $0.contains("from the newest run that has them: 3 of run 1.") })
    let run = try await server.call("runs_generate", ["id": created["id"] ?? .null, "wait_seconds": 600])
    #expect(run["reused"] == 3 && run["total_cost"] == 0.0 && run["usage"] == .null)
    #expect(run["latency"]?["p50_ms"] == .null)
    #expect(run.strings("warnings").contains { $0.contains("3 of 3 answers were copied") })
    let page = try await server.call("responses_list", ["run_id": 2])
    let responses = page["responses"]?.arrayValue ?? []
    #expect(responses.compactMap { $0["reused_from"]?.intValue } == [1, 2, 3])
    let whole = try await server.call("responses_get", ["run_id": 2, "id": 4])
    #expect(whole["cost"] == 0.0 && whole["usage"] == .null && whole["reused_from"] == 1)
    let table = try await server.server.text("runs/2/responses.csv")
    #expect(table.split(separator: "\n").first?.hasSuffix(",cost,reused_from") == true)
    #expect(try await !server.server.text("runs/1/responses.csv").contains("reused_from"))
    let manifest = try JSONValue(parsing: try await server.server.text("runs/2/manifest.json"))
    #expect(manifest["rows"]?["reuse"] == true && manifest["rows"]?["reused"] == 3)
    let source = try JSONValue(parsing: try await server.server.text("runs/1/manifest.json"))
    #expect(manifest["hash"] == source["hash"] && manifest["hash"] != .null)
    // The source is still named when it is gone.
    try await server.call("runs_delete", ["id": 1, "confirm": true])
    #expect(try await server.call("responses_get", ["run_id": 2, "id": 4])["reused_from"] == 1)
  }

  /// Before, the run that was named seemed to be the source.
  @Test func `answers of another run than the named one are told before they are copied`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    try await server.call("runs_create", ["like_run": 1, "reuse": false])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 600])
    let created = try await server.call("runs_create", ["like_run": 1, "reuse": true])
    #expect(
      created.strings("warnings").contains { $0.contains("from the newest run that has them: 3 of run 2.") },
      "\(created.strings("warnings"))")
  }

  @Test func `a comparison marks copies`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    try await server.call("runs_create", ["like_run": 1, "reuse": true])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 600])
    let comparison = try await server.call("runs_compare", ["run_ids": [1, 2]])
    #expect(comparison["runs"]?.arrayValue?.map { $0["reused"] } == [nil, 3])
    let results = comparison["comparisons"]?.arrayValue?.first?["results"]?.arrayValue
    #expect(results?.map { $0["reused_from"] } == [nil, 1])
    let statistics = comparison["statistics"]?.arrayValue?.first
    #expect(statistics?["verdict"]?.stringValue?.contains("very same answers") == true)
    #expect(statistics?["verdict_word"] == "same")
    for (gate, passes) in [
      (["verdict": "not_worse"], true), (["min_lower_bound": -0.01], true), (["min_lower_bound": 0.01], false),
      (["verdict": "better"], false),
    ] as [(JSONValue, Bool)] {
      let gated = try await server.call("runs_compare", ["run_ids": [1, 2], "gate": gate])["gate"]
      #expect(gated?["passed"] == .bool(passes), "\(gated ?? .null)")
    }
    #expect(statistics?["latency_ratio"] == .null && statistics?["latency_ratio_rows"]?["unknown"] == 3)
  }

  @Test func `nothing to copy is said before the start`() async throws {
    let server = TestServer()
    let run = try await server.run(["reuse": true])
    let warnings = try await server.call("runs_get", ["id": .int(run)]).strings("warnings")
    #expect(warnings.contains { $0.hasPrefix("reuse finds no answer") })
  }

  @Test func `a comparison across added rows leads to a run that copies`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output\na,a\nb,b\nc,c\nd,d\n"])
    try await server.call("runs_create", ["like_run": 1, "temperature": 0.5])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 600])
    let refusal = try await server.refusal("runs_compare", ["run_ids": [1, 2]])
    #expect(refusal.contains("runs_create with like_run 1 and reuse true") && !refusal.contains("like_run 2"))
    let resumed = try await server.refusal("runs_compare", ["run_ids": [2, 1]])
    #expect(resumed.contains("like_run 1 and reuse true"))
    // The run that the advice names is not warned of itself, and the settings alone repeat nothing.
    let new = try await server.call("runs_create", ["like_run": 1, "reuse": true])
    #expect(!new.strings("warnings").contains { $0.contains("cannot be compared") })
    let plain = try await server.call("runs_create", ["like_run": 1])
    #expect(plain["status"] == "pending" && plain.strings("warnings").contains { $0.contains("cannot be compared") })
  }

  /// Before, the advice was to make the run that is being compared.
  @Test func `a run that copies is not advised to be made again`() async throws {
    let server = TestServer()
    try await server.generatedRun()
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output\na,a\nb,b\nc,c\nd,d\n"])
    try await server.call("runs_create", ["like_run": 1, "reuse": true])
    try await server.call("runs_generate", ["id": 2, "wait_seconds": 600])
    for runs in [[1, 2], [2, 1]] as [JSONValue] {
      let refusal = try await server.refusal("runs_compare", ["run_ids": runs])
      #expect(refusal.contains("Run 2 is run 1 again") && refusal.contains("Compare run 2 with"), "\(refusal)")
      #expect(!refusal.contains("runs_create"), "\(refusal)")
    }
  }
}
