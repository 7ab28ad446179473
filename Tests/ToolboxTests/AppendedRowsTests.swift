import JSONCoding
import Testing

@testable import Toolbox

/// Runs that go on after rows were appended to their dataset.
@Suite struct AppendedRowsTests {
  private let server = TestServer()

  private static func csv(_ prefix: String, _ count: Int, end: String = "\n") -> String {
    "text,expected_output\n" + (0..<count).map { "\(prefix)\($0),\(prefix)\($0)" }.joined(separator: "\n") + end
  }

  /// A completed run of 40 rows of which more answers are wanted, after its dataset has got others.
  private func refusal(rows: String, end: String = "\n", _ change: JSONObject) async throws -> String {
    let run = JSONValue.int(
      try await server.generatedRun(["rows": .string(rows)], csv: Self.csv("a", 40, end: end)))
    try await server.call("datasets_update", JSONObject([.init(key: "id", value: 1)] + change.members))
    try await server.call("runs_update", ["id": run, "repeats": 2])
    return try await server.refusal("runs_generate", ["id": run])
  }

  @Test(
    arguments: [("5", "sample of 5 rows"), ("train", "part train"), ("all", "not started with")], ["\n", "", "\r\n"])
  func `a run says that rows were appended, and what that means for its own`(
    selection: (rows: String, words: String), end: String
  ) async throws {
    let refusal = try await refusal(rows: selection.rows, end: end, ["append_csv": .string(Self.csv("b", 30))])
    #expect(refusal.hasPrefix("Rows were appended") && refusal.contains("(40 rows then, 70 now)"), "\(refusal)")
    #expect(refusal.contains(selection.words) && refusal.contains("like_run 1 and reuse true"), "\(refusal)")
    #expect(!refusal.contains("mix two datasets"))
  }

  @Test func `other rows in place of the old ones are no appended rows`() async throws {
    let refusal = try await refusal(rows: "5", ["csv_data": .string(Self.csv("b", 70))])
    #expect(refusal.hasPrefix("The dataset has changed") && refusal.contains("mix two datasets"), "\(refusal)")
  }

  @Test func `a run that is begun after rows were appended draws its sample from all of them`() async throws {
    let run = JSONValue.int(try await server.run(["rows": "5"], csv: Self.csv("a", 40)))
    try await server.call("datasets_update", ["id": 1, "append_csv": .string(Self.csv("b", 30))])
    let done = try await server.call("runs_generate", ["id": run, "wait_seconds": 600])
    #expect(done["status"] == "completed" && done["responses_count"] == 5)
  }
}
