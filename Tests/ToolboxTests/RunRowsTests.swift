import Evaluation
import JSONCoding
import Testing

@testable import Toolbox

/// `rows` of `runs_create` and `runs_update`.
@Suite struct RunRowsTests {
  private let server = TestServer()
  private static let csv = "text,expected_output\n" + (0..<60).map { "word \($0),Say word \($0).\n" }.joined()

  @Test(arguments: ["train", "validation", "test", 20, "20"] as [JSONValue])
  func `a run on some rows answers and counts those`(rows: JSONValue) async throws {
    let run = try await server.run(["rows": rows], csv: Self.csv)
    let text = rows.stringValue ?? rows.text
    let selected = try #require(try RowSelection(text)?.rows(of: CSVTable(Self.csv)))
    let created = try await server.call("runs_get", ["id": .int(run)])
    #expect(created["rows"] == .string(text) && created["total"] == .int(selected.count))
    let listed = try await server.call("runs_list", ["fields": ["progress_total"]])["runs"]?.arrayValue?.first
    #expect(listed?["progress_total"] == .int(selected.count))
    let done = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(done["responses_count"] == .int(selected.count))
    #expect(done["progress_total"] == .int(selected.count) && done["total"] == .int(selected.count))
    #expect(done["avg_score"]?.doubleValue == 1)
    let page = try await server.call("responses_list", ["run_id": .int(run), "limit": 100])
    #expect(page["responses"]?.arrayValue?.compactMap { $0["row_index"]?.intValue }.sorted() == selected)
  }

  @Test func `two versions of a prompt get the same rows`() async throws {
    let first = try await server.generatedRun(["rows": "test"], csv: Self.csv)
    let draft = try await server.id("prompts_update", ["id": 1, "template": "Answer: {{ text }}"])
    let second = try await server.id(
      "runs_create", ["prompt_id": .int(draft), "dataset_id": 1, "rows": "test"])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    var indices: [[Int]] = []
    for run in [first, second] {
      let page = try await server.call("responses_list", ["run_id": .int(run), "limit": 100])
      indices.append((page["responses"]?.arrayValue ?? []).compactMap { $0["row_index"]?.intValue }.sorted())
    }
    #expect(indices[0] == indices[1] && !indices[0].isEmpty)
  }

  @Test func `with under 30 rows a part is refused, a number is not`() async throws {
    let refusal = "rows is test. The dataset has 3 rows, and a split needs at least 30"
    try await server.prompt()
    try await server.dataset()
    #expect(
      try await server.refusal("runs_create", ["prompt_id": 1, "dataset_id": 1, "rows": "test"]).hasPrefix(refusal))
    let run = try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1, "rows": 2])
    #expect(run["progress_total"] == 2)
    #expect(try await server.refusal("runs_update", ["id": 1, "rows": "test"]).hasPrefix(refusal))
    #expect(try await server.call("runs_update", ["id": 1, "rows": "all"])["rows"] == "all")
  }

  @Test(arguments: ["dev", "0", -1, 2.5] as [JSONValue])
  func `an unknown selection is refused`(rows: JSONValue) async throws {
    try await server.prompt()
    try await server.dataset()
    let refusal = try await server.refusal("runs_create", ["prompt_id": 1, "dataset_id": 1, "rows": rows])
    #expect(refusal.contains("rows must be one of \"all\", \"train\", \"validation\", \"test\", or a number"))
  }

  @Test func `rows need a dataset`() async throws {
    try await server.prompt(template: "Tell a joke.")
    #expect(try await server.refusal("runs_create", ["prompt_id": 1, "rows": "test"]).contains("set dataset_id"))
  }
}
