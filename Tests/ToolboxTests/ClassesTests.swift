import JSONCoding
import Testing

@testable import Toolbox

/// The confusion table of runs_get and of the report.
@Suite struct ClassesTests {
  /// Twelve rows of two classes: yes is answered as it is, no half of the time by something else.
  private static let rows =
    Array(repeating: "yes,yes", count: 6) + Array(repeating: "no,no", count: 3) + ["yes,no", "No,no", "???,no"]
  /// Each row is evidence of its own, although texts are equal.
  private static let csv =
    "text,expected_output,__cluster\n" + rows.enumerated().map { "\($1),\($0)\n" }.joined()

  private func server(_ template: String = "{{ text }}") async throws -> TestServer {
    let server = TestServer()
    let prompt = try await server.prompt(template: template)
    let dataset = try await server.dataset(Self.csv)
    try await server.call("runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset)])
    return server
  }

  @Test func `runs_get shows the classes of an ended run`() async throws {
    let server = try await server()
    #expect(try await server.call("runs_get", ["id": 1])["classes"] == nil)
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let classes = try #require(try await server.call("runs_get", ["id": 1])["classes"])
    #expect(classes["by"] == "ExactMatch" && classes["columns"] == ["no", "yes", "(other)", "(no answer)"])
    let no = try #require(classes["classes"]?.arrayValue?.first)
    #expect(no["expected"] == "no" && no["rows"] == 6 && no["answers"] == [3, 1, 2, 0])
    #expect(no["precision"] == 1.0 && no["recall"] == 0.5 && no["f1"] == 0.6667)
    #expect(no["recall_interval"] == [0.1876, 0.8124])
    #expect(no["near_misses"] == ["case": 1])
    // Lists stay short.
    let listed = try await server.call("runs_list", [:])
    #expect(listed["runs"]?.arrayValue?.first?["classes"] == nil)
  }

  @Test func `rates of equal rows have no intervals, and say why`() async throws {
    let server = TestServer()
    let csv = "text,expected_output\n" + Self.rows.joined(separator: "\n")
    let run = JSONValue.int(try await server.generatedRun(["scoring": "ExactMatch"], csv: csv))
    let classes = try #require(try await server.call("runs_get", ["id": run])["classes"])
    let rates = classes["classes"]?.arrayValue ?? []
    #expect(rates.count == 2 && rates.allSatisfy { $0["recall_interval"] == .null && $0["f1_interval"] == .null })
    #expect(classes["note"]?.stringValue?.contains("4 pieces of evidence") == true)
    #expect(try await server.server.text("runs/1/report.md").contains("4 pieces of evidence"))
  }

  @Test func `a value that was never answered has null as its precision`() async throws {
    let server = try await server("maybe {{ text }}")
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let run = try await server.call("runs_get", ["id": 1])
    let found = try #require(run["classes"]?["classes"]?.arrayValue)
    #expect(found.allSatisfy { $0["precision"] == .null && $0["precision_interval"] == .null && $0["f1"] == 0.0 })
    #expect(try await server.server.text("runs/1/report.md").contains("no answer"))
  }

  @Test func `the report has both tables`() async throws {
    let server = try await server()
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let report = try await server.server.text("runs/1/report.md")
    #expect(report.contains("## Classes"))
    #expect(report.contains("| expected | no | yes | (other) | (no answer) |"))
    #expect(report.contains("| no | 3 | 1 | 2 | 0 |"))
    #expect(report.contains("| no | 6 | 1.00 (0.44 to 1.00) | 0.50 (0.19 to 0.81) | 0.67 (0.32 to 0.90) | case 1 |"))
  }

  @Test func `texts of any kind have no classes`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun()
    #expect(try await server.call("runs_get", ["id": .int(run)])["classes"] == nil)
    #expect(try await !server.server.text("runs/\(run)/report.md").contains("## Classes"))
  }
}
