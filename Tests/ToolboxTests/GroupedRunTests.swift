import JSONCoding
import Testing

@testable import Toolbox

/// The mean of one run whose rows form groups.
@Suite struct GroupedRunTests {
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
