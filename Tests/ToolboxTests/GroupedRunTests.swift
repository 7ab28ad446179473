import JSONCoding
import Testing

@testable import Toolbox

/// The mean of one run whose rows form groups.
@Suite struct GroupedRunTests {
  /// 40 rows of which 31 differ, or whose column names groups; the second run is right where the first is not.
  private func statistics(_ column: String) async throws -> JSONValue? {
    let server = TestServer()
    let csv =
      "first,second,expected_output\(column)\n"
      + (0..<40).map { row in
        let isCopy = row < 10
        let right = isCopy || row % 3 == 0
        return "\(isCopy ? "a" : "x\(row)"),\(right ? "y" : "z\(row)"),y\(column.isEmpty ? "" : ",g\(row / 4)")\n"
      }.joined()
    let dataset = try await server.dataset(csv)
    for (name, template) in [("one", "{{ first }}"), ("two", "{{ second }}")] {
      let prompt = try await server.prompt(name, template: template)
      let run = try await server.id(
        "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "scoring": "ExactMatch"])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    }
    let result = try await server.call("runs_compare", ["run_ids": [1, 2], "limit": 0])
    return result["statistics"]?.arrayValue?.first
  }

  private func sentence(_ column: String) async throws -> String {
    try await statistics(column)?["verdict"]?.stringValue ?? ""
  }

  @Test func `counts say whether they are of rows or of groups`() async throws {
    let found = try #require(try await statistics(""))
    let sentence = found["verdict"]?.stringValue ?? ""
    #expect(found["counts_of"] == "rows" && found["groups"] == 31)
    #expect(["wins", "ties", "losses"].compactMap { found[$0]?.intValue }.reduce(0, +) == 40)
    let groups = ["group_wins", "group_ties", "group_losses"].compactMap { found[$0]?.intValue }
    #expect(groups.count == 3 && groups.reduce(0, +) == 31)
    #expect(sentence.contains("\(groups[0]) prompts won, \(groups[2]) lost, \(groups[1]) tied"), "\(sentence)")
  }

  @Test func `rows with equal prompts are counted as one, and the sentence says so`() async throws {
    let told = try await sentence("")
    // 10 rows of 31 prompts are won by the copies alone: over all rows the average is larger.
    for part in ["40 rows with 31 different prompts", "over all rows", "prompts won"] {
      #expect(told.contains(part), "\(part): \(told)")
    }
    #expect(!told.contains("group"), "\(told)")
    let named = try await sentence(",__cluster")
    #expect(named.contains("40 rows in 10 groups") && !named.contains("prompts"), "\(named)")
  }

  @Test func `the interval and the gate of a run go by groups`() async throws {
    let server = TestServer()
    // 10 groups of 10 rows; a group is right or wrong as a whole.
    let csv =
      "text,expected_output,__cluster\n"
      + (0..<100).map { "row \($0),\($0 / 10 % 2 == 0 ? "Say row \($0)." : "no"),group \($0 / 10)\n" }.joined()
    let id = try await server.generatedRun(csv: csv)
    let run = try await server.call("runs_get", ["id": .int(id), "gate": ["min_lower_bound": 0.38]])
    #expect(run["avg_score"] == 0.5)
    let interval = run["avg_score_interval"]
    #expect(interval?["groups"] == 10 && interval?["rows"] == 100 && interval?["method"] == "grouped")
    let bounds = interval?["interval"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(bounds.count == 2 && bounds[0] < 0.25 && bounds[1] > 0.75)
    #expect(run["gate"]?["passed"] == false)
    #expect(run["gate"]?.objectValue?.strings("reasons").first?.contains("100 rows in 10 groups") == true)
    #expect(try await server.server.text("runs/\(id)/report.md").contains("100 in 10 groups"))
    let manifest = try JSONValue(parsing: try await server.server.text("runs/\(id)/manifest.json"))
    #expect(manifest["results"]?["interval_method"] == "grouped")
  }
}
