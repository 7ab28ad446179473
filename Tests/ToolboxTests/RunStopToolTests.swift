import Evaluation
import JSONCoding
import Providers
import Store
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
    #expect(statistics["interval"]?.arrayValue?.count == 2 && statistics["p_value"] == .null)
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
    #expect(statistics["verdict_word"] != "better" && statistics["verdict_word"] != "worse")
    #expect(statistics["pairs"] == 60 && statistics["interval"]?.arrayValue?.count == 2 && statistics["test"] == nil)
    #expect(statistics["verdict"]?.stringValue?.contains("the evidence alone decides") == true)
  }

  @Test func `an interval that reaches to 0 because the evidence is too small says so`() async throws {
    let server = TestServer()
    try await server.dataset(
      "word,answer,expected_output\n" + (0..<60).map { "n\($0),\($0 % 9 == 4 ? "a\($0)" : "n"),a\($0)\n" }.joined())
    try await server.prompt("wrong", template: "no {{ word }}")
    try await server.prompt("right", template: "{{ answer }} ")
    try await run(server, prompt: 1)
    try await run(server, prompt: 2, ["stop_against": 1])
    let statistics = try await compare(server, 1, 2)
    #expect(statistics["pairs"] == 60 && statistics["wins"] == 7 && statistics["losses"] == 0)
    #expect(statistics["interval"]?.arrayValue?.first?.doubleValue == 0)
    let told = statistics["verdict"]?.stringValue ?? ""
    #expect(told.contains("reaches to 0"), "\(told)")
  }

  @Test func `a row that failed after the decision closes no gate of the comparison`() async throws {
    let server = try await server()
    try await run(server, prompt: 2, ["stop_against": 1])
    let gate: JSONObject = ["run_ids": [1, 2], "gate": ["verdict": "better"]]
    func fail(_ isCounted: Bool) async throws {
      try await server.services.store.commit { transaction in
        let stop = try #require(try transaction.tables.find(RunRecord.self, 2).stoppedEarly)
        let counted = try #require(stop.rowIndices.first)
        let row = isCounted ? counted : try #require((0..<60).first { !stop.rowIndices.contains($0) })
        let entry = transaction.tables.responses.entries(ofRun: 2).first { $0.rowIndex == row }
        var response = try entry?.decoded() ?? ResponseRecord()
        (response.runID, response.rowIndex, response.status, response.error) = (2, row, .failed, "lost")
        _ = response.id == 0 ? transaction.insert(response) : transaction.put(response)
      }
    }
    try await fail(false)
    #expect(try await server.call("runs_compare", gate)["gate"]?["passed"] == true)
    try await fail(true)
    let closed = try await server.call("runs_compare", gate)["gate"]
    #expect(closed?["reasons"]?.arrayValue?.first?.stringValue?.contains("failed rows: 1") == true)
  }

  @Test func `stop_against can be removed, and evidence decides for good`() async throws {
    let server = try await server()
    try await run(server, prompt: 2, ["stop_against": 1])
    let raise = try await server.refusal("runs_update", ["id": 2, "repeats": 3])
    #expect(raise.contains("null removes it"))
    let lifted = try await server.call("runs_update", ["id": 2, "stop_against": .null])
    #expect(lifted["stop_against"] == .null && lifted["stopped_early"] == nil && lifted["total"] == 60)
    #expect(lifted.strings("warnings").contains { $0.contains("of 60 answers are still to be made") })
    let done = try await server.call("runs_generate", ["id": 2, "wait_seconds": 600])
    #expect(done["responses_count"] == 60 && done["status"] == "completed" && done["stopped_early"] == nil)
    #expect(!done.strings("warnings").contains { $0.contains("stop_against") })
    let statistics = try await compare(server, 1, 2)
    #expect(statistics["verdict_word"] == "better" && statistics["pairs"] == 60)
    #expect(statistics["interval"]?.arrayValue?.count == 2)
    #expect(statistics["evidence"]?.doubleValue ?? 0 > 1000)
    #expect(statistics["verdict"]?.stringValue?.contains("until stop_against was removed") == true)
    // Against any other run all its rows decide in the ordinary way.
    try await run(server, prompt: 1, ["system_prompt": "s"])
    let other = try await compare(server, 3, 2)
    #expect(other["interval"] != .null && other["evidence"] == nil)
  }

  @Test func `a stop does not speak of scores that were replaced`() async throws {
    let server = try await server()
    try await run(server, prompt: 2, ["stop_against": 1])
    try await server.call("runs_update", ["id": 1, "scoring": "Contains"])
    let run = try await server.call("runs_update", ["id": 2, "scoring": "Contains"])
    let stop = try #require(run["stopped_early"]?.objectValue)
    #expect(stop["decision"] == .null && stop["e_value"] == .null && stop["rows"] == 8)
    #expect(stop["sentence"]?.stringValue?.contains("replaced since") == true)
    #expect(run.strings("warnings").contains { $0.contains("earlier scores decided") })
    // Contains finds the word in the wrong answers, too.
    let statistics = try await compare(server, 1, 2)
    #expect(statistics["verdict_word"] == "unclear" && statistics["pairs"] == 8)
    #expect(statistics["verdict"]?.stringValue?.contains("earlier scores decided") == true)
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
