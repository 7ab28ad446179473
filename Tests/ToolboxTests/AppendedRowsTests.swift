import JSONCoding
import Testing

@testable import Toolbox

/// Runs that go on after rows were appended to their dataset.
@Suite struct AppendedRowsTests {
  private let server = TestServer()

  private static func csv(_ prefix: String, _ count: Int, end: String = "\n") -> String {
    "text,expected_output\n" + (0..<count).map { "\(prefix)\($0),\(prefix)\($0)" }.joined(separator: "\n") + end
  }

  /// A completed run of 40 rows of which more answers are wanted, after its dataset has changed.
  private func run(rows: String, end: String = "\n", then change: JSONObject) async throws -> JSONValue {
    let run = JSONValue.int(
      try await server.generatedRun(["rows": .string(rows)], csv: Self.csv("a", 40, end: end)))
    try await server.call("datasets_update", JSONObject([.init(key: "id", value: 1)] + change.members))
    try await server.call("runs_update", ["id": run, "repeats": 2])
    return run
  }

  /// The inputs of the answers of a run, by row.
  private func inputs(of run: JSONValue) async throws -> [Int: [JSONValue]] {
    let page = try await server.call(
      "responses_list", ["run_id": run, "limit": 500, "fields": ["row_index", "input_data"]])
    return (page["responses"]?.arrayValue ?? []).reduce(into: [:]) { rows, response in
      if let row = response["row_index"]?.intValue { rows[row, default: []].append(response["input_data"] ?? .null) }
    }
  }

  @Test(arguments: ["5", "train", "all"], ["\n", "", "\r\n"])
  func `a run goes on with the rows that it was started with`(selection: String, end: String) async throws {
    let run = try await run(rows: selection, end: end, then: ["append_csv": .string(Self.csv("b", 30))])
    let before = try await inputs(of: run)
    #expect(!before.isEmpty && before.keys.allSatisfy { (0..<40).contains($0) })
    let done = try await server.call("runs_generate", ["id": run, "wait_seconds": 600])
    #expect(done["status"] == "completed" && done["responses_count"] == .int(2 * before.count))
    #expect(try await inputs(of: run) == before.mapValues { $0 + $0 })
    let warnings = (done["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(
      warnings.contains {
        $0.hasPrefix("Rows were appended") && $0.contains("(40 rows then, 70 now)")
          && $0.contains("like_run 1 and reuse true")
      }, "\(warnings)")
    // What is appended later is counted, and what was appended before is not told twice.
    try await server.call("datasets_update", ["id": 1, "append_csv": "text,expected_output\nlast,last\n"])
    let later = try await server.call("runs_get", ["id": run])["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(
      later.filter { $0.contains("appended") }.map { $0.contains("(40 rows then, 71 now)") } == [true], "\(later)")
  }

  @Test func `a restart answers the appended rows, too`() async throws {
    let run = try await run(rows: "all", then: ["append_csv": .string(Self.csv("b", 30))])
    let done = try await server.call("runs_generate", ["id": run, "restart": true, "wait_seconds": 600])
    #expect(done["responses_count"] == 140)
    let warnings = (done["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(!warnings.contains { $0.contains("appended") }, "\(warnings)")
  }

  @Test func `answers are compared with another column after an append`() async throws {
    let run = JSONValue.int(
      try await server.generatedRun(
        ["scoring": "ExactMatch"], csv: "text,expected_output,other\na,Say a.,x\nb,x,Say b.\n"))
    try await server.call("datasets_update", ["id": 1, "append_csv": "text,expected_output,other\nc,x,x\n"])
    #expect(try await server.call("runs_update", ["id": run, "expected_column": "other"])["avg_score"] == 0.5)
    let rows = try await server.call("responses_list", ["run_id": run])["responses"]?.arrayValue
    #expect(rows?.map { $0["score"] } == [0.0, 1.0])
  }

  @Test func `other rows in place of the old ones are no appended rows`() async throws {
    let run = try await run(rows: "5", then: ["csv_data": .string(Self.csv("b", 70))])
    let refusal = try await server.refusal("runs_generate", ["id": run])
    #expect(refusal.hasPrefix("The dataset has changed") && refusal.contains("mix two datasets"), "\(refusal)")
  }

  @Test func `a run that is begun after rows were appended draws its sample from all of them`() async throws {
    let run = JSONValue.int(try await server.run(["rows": "5"], csv: Self.csv("a", 40)))
    try await server.call("datasets_update", ["id": 1, "append_csv": .string(Self.csv("b", 30))])
    let done = try await server.call("runs_generate", ["id": run, "wait_seconds": 600])
    #expect(done["status"] == "completed" && done["responses_count"] == 5)
  }
}
