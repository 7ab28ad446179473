import JSONCoding
import Providers
import TestSupport
import Testing

@testable import Toolbox

/// `stop_against` and what it leaves for comparisons.
@Suite struct RunStopToolTests {
  /// A dataset of 60 rows, and runs that answer it with a wrong word and with the right one.
  private func server() async throws -> TestServer {
    let server = TestServer()
    try await server.dataset("word,expected_output\n" + (0..<60).map { "a\($0),a\($0)\n" }.joined())
    try await server.prompt("wrong", template: "no {{ word }}")
    try await server.prompt("right", template: "{{ word }}")
    try await run(server, prompt: 1)
    return server
  }

  @discardableResult
  private func run(_ server: TestServer, prompt: Int, _ more: JSONObject = [:]) async throws -> JSONObject {
    var arguments: JSONObject = ["prompt_id": .int(prompt), "dataset_id": 1, "scoring": "ExactMatch"]
    for member in more.members { arguments[member.key] = member.value }
    let id = try #require(try await server.call("runs_create", arguments)["id"])
    return try await server.call("runs_generate", ["id": id, "wait_seconds": 600])
  }

  private func compare(_ server: TestServer, _ first: Int, _ second: Int) async throws -> JSONObject {
    try await server.call("runs_compare", ["run_ids": [.int(first), .int(second)]])["statistics"]?
      .arrayValue?.first?.objectValue ?? [:]
  }

  @Test func `a run that stops says so, and its comparison is decided by evidence`() async throws {
    let server = try await server()
    let run = try await run(server, prompt: 2, ["stop_against": 1])
    let stop = try #require(run["stopped_early"]?.objectValue)
    #expect(run["status"] == "completed" && run["total"] == run["responses_count"] && run["stop_against"] == 1)
    #expect(stop["decision"] == "better" && stop["rows"] == 8 && stop["e_value"] == 28.44)
    let saved = 60 - (run["responses_count"]?.intValue ?? 0)
    #expect(stop["saved_calls"] == .int(saved) && saved > 30)
    #expect(stop["sentence"]?.stringValue?.contains("saved \(saved) of 60 calls") == true)
    let warnings = run["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.contains { $0.contains("avg_score is probably too high") })

    let statistics = try await compare(server, 1, 2)
    #expect(statistics["verdict_word"] == "better" && statistics["pairs"] == 8 && statistics["evidence"] == 28.44)
    #expect(statistics["interval"] == .null && statistics["p_value"] == .null)
    #expect(statistics["verdict"]?.stringValue?.contains("run 2 stopped early (8 rows in both") == true)
    #expect(try await compare(server, 2, 1)["verdict_word"] == "worse")
  }

  @Test func `the average of a run that stopped passes no gate and has no place in the frontier`() async throws {
    let server = try await server()
    try await run(server, prompt: 2, ["stop_against": 1])
    let mean = try await server.call("runs_get", ["id": 2, "gate": ["min_score": 0.5]])["gate"]?.objectValue
    #expect(mean?["passed"] == false && mean?.strings("reasons").first?.contains("stopped early") == true)
    let pair = try await server.call("runs_compare", ["run_ids": [1, 2], "gate": ["verdict": "better"]])["gate"]?
      .objectValue
    #expect(pair?["passed"] == true)
    let report = try await server.server.text("runs/2/report.md")
    #expect(report.contains("Better than run 1 by 8 rows") && !report.contains("Wilson"))
    let frontier = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    let reasons = frontier["left_out"]?.arrayValue?.compactMap { $0["why"]?.stringValue } ?? []
    #expect(reasons.contains { $0.contains("stopped early") })
  }

  @Test func `a comparison with another run warns of the rows`() async throws {
    let server = try await server()
    try await run(server, prompt: 2, ["stop_against": 1])
    try await run(server, prompt: 1, ["system_prompt": "s"])
    let statistics = try await compare(server, 3, 2)
    let sentence = statistics["verdict"]?.stringValue ?? ""
    #expect(sentence.contains("Run 2 answered only a random part of the rows") && !sentence.contains("If you stop now"))
    #expect(statistics["p_value"] == .null && statistics["interval"] == .null)
    let gate = try await server.call("runs_compare", ["run_ids": [3, 2], "gate": ["min_lower_bound": 0.3]])["gate"]
    #expect(gate?["passed"] == false)
  }

  @Test func `a run that was not stopped is decided by evidence too`() async throws {
    let server = try await server()
    try await run(server, prompt: 1, ["stop_against": 1])
    let statistics = try await compare(server, 1, 2)
    #expect(statistics["verdict_word"] == "unclear" && statistics["pairs"] == 60 && statistics["interval"] == .null)
    #expect(statistics["verdict"]?.stringValue?.contains("only the evidence decides") == true)
  }

  @Test func `runs that can never be compared are refused at once`() async throws {
    let server = try await server()
    try await server.dataset("word,expected_output\nb,b\n")
    func refusal(_ more: JSONObject) async throws -> String {
      var arguments: JSONObject = ["prompt_id": 2, "dataset_id": 1, "scoring": "ExactMatch", "stop_against": 1]
      for member in more.members { arguments[member.key] = member.value }
      return try await server.refusal("runs_create", arguments)
    }
    #expect(try await refusal(["stop_against": 9]).contains("No run 9"))
    #expect(try await refusal(["dataset_id": 2]).contains("Only runs of one dataset"))
    #expect(try await refusal(["scoring": "Contains"]).contains("scored by ExactMatch"))
    try await server.call(
      "runs_create", ["prompt_id": 2, "dataset_id": 1, "scoring": "ExactMatch", "stop_against": 1])
    // It cannot change once there are responses.
    let run = try await run(server, prompt: 2)
    let fixed = try await server.refusal("runs_update", ["id": run["id"] ?? .null, "stop_against": 1])
    #expect(fixed.contains("stop_against cannot change"))
  }
}
