import Evaluation
import JSONCoding
import Store
import TestSupport
import Testing

@testable import Toolbox

/// Runs with their rows as `result_items`.
@Suite struct ResultItemTests {
  private func items(_ run: JSONObject) -> [JSONValue] { run["result_items"]?.arrayValue ?? [] }

  @Test func `an ended run comes with its first rows, unless more or none are asked for`() async throws {
    let server = TestServer()
    let long = String(repeating: "word ", count: 300)
    let csv = "text\n" + Array(repeating: long, count: 7).joined(separator: "\n")
    let run = JSONValue.int(try await server.run([:], csv: csv))
    #expect(try await server.call("runs_get", ["id": run])["result_items"] == nil)
    let generated = try await server.call("runs_generate", ["id": run, "wait_seconds": 600])
    #expect(items(generated).map { $0["datapoint_id"] } == [0, 1, 2, 3, 4])
    #expect(items(generated).allSatisfy { ($0["output"]?.stringValue?.count ?? 0) < 500 })
    #expect(try await items(server.call("runs_get", ["id": run])) == items(generated))
    #expect(try await items(server.call("runs_get", ["id": run, "results": true])).count == 7)
    #expect(try await server.call("runs_get", ["id": run, "results": false])["result_items"] == nil)
  }

  @Test func `scores that come with a run are recorded, and a judge's come when asked for`() async throws {
    let server = TestServer(
      transport: ChatTransport { prompt in
        ChatTransport.answer(prompt.hasPrefix("Say ") ? prompt : #"{"reasons":"As it is.","score":4}"#)
      })
    try await server.credential()
    try await server.metric("Tone")
    let compared = try await server.generatedRun(["scoring": "ExactMatch"])
    let judged = try await server.generatedRun(
      ["model": "ollama/m", "metric_ids": 1, "judge_model": "ollama/judge"])
    func areRecorded(_ run: Int) async throws -> Bool {
      let ids = try await Set(server.ids("responses_list", ["run_id": .int(run), "hide_scores": true]))
      return try await server.services.store.read { $0.isRecorded(.scored, of: ids, ofRun: run) }
    }
    #expect(try await areRecorded(compared))
    for tool in ["runs_get", "runs_generate"] {
      let items = try await items(server.call(tool, ["id": .int(judged)]))
      #expect(items.count == 3 && items.allSatisfy { $0.objectValue?.keys.contains("score") == false })
    }
    #expect(try await !areRecorded(judged))
    let asked = try await items(server.call("runs_get", ["id": .int(judged), "results": true]))
    #expect(asked.map { $0["score"] } == [4.0, 4.0, 4.0])
    #expect(try await areRecorded(judged))
  }

  @Test func `responses are listed by the words of the second document too`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun()
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    let first = try #require(page["responses"]?.arrayValue?.first)
    #expect((first["output"], first["expected"]) == (first["response_text"], first["expected_output"]))
    #expect(first["output"] == "Say a." && first["expected"] == "Say a.")
    let some = try await server.call("responses_list", ["run_id": .int(run), "fields": ["output"], "limit": 1])
    #expect(some["responses"] == [["id": 1, "output": "Say a."]])
  }

  @Test func `a run has its rows when they are asked for`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["scoring": "ExactMatch"])
    let object = try await server.call("runs_get", ["id": .int(run), "results": true])
    #expect((object["progress"], object["total"]) == (3, 3))
    let first = try #require(items(object).first?.objectValue)
    #expect(
      first.keys == [
        "datapoint_id", "output", "expected", "score", "latency_ms", "tokens", "cost", "status", "error",
      ])
    #expect((first["output"], first["expected"], first["score"]) == ("Say a.", "Say a.", 1.0))
    #expect((first["tokens"], first["status"], first["error"]) == (4, "completed", .some(.null)))
    #expect(items(object).map { $0["datapoint_id"] } == [0, 1, 2])
    let asked = try await server.call("runs_get", ["id": .int(run), "results": true, "fields": ["result_items"]])
    #expect(asked.keys == ["id", "result_items"])
  }

  @Test func `a run has as many rows as fit into a result`() async throws {
    let server = TestServer()
    let long = String(repeating: "word ", count: 300)
    let csv = "text\n" + Array(repeating: long, count: 300).joined(separator: "\n")
    let run = try await server.generatedRun(["concurrency": 8], csv: csv)
    let object = try await server.call("runs_get", ["id": .int(run), "results": true])
    #expect((1...50).contains(items(object).count))
    #expect(object["total"] == 300)
  }

  @Test func `a row without a judge's score has failed, and is judged again without a new answer`() async throws {
    let sober = Counter()
    let asked = Counter()
    let transport = ChatTransport { prompt in
      // The judge is also asked to repair its answer.
      if prompt.hasPrefix("Say ") {
        asked.add()
        return ChatTransport.answer(prompt)
      }
      return ChatTransport.answer(sober.value > 0 ? #"{"reasons":"As it is.","score":4}"# : "No idea.")
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    try await server.metric("Tone")
    let run = JSONValue.int(
      try await server.generatedRun(["model": "ollama/m", "metric_ids": 1, "judge_model": "ollama/judge"]))
    let failed = try await server.call("runs_get", ["id": run, "results": true])
    #expect(items(failed).map { $0["status"] } == ["failed", "failed", "failed"])
    #expect(items(failed).map { $0["output"] } == ["Say a.", "Say b.", "Say c."])
    #expect((failed["failed"], failed["failed_response_ids"]) == (3, [1, 2, 3]))
    #expect(failed["steps"]?["generated"] == ["done": 3, "total": 3, "failed": 0])
    #expect(try await server.ids("responses_list", ["run_id": run, "status": "failed"]) == [1, 2, 3])
    sober.add()
    let again = try await server.call("runs_generate", ["id": run, "retry_failed": true, "wait_seconds": 600])
    #expect((again["avg_score"], again["failed"]) == (4.0, 0))
    #expect(asked.value == 3)
    #expect(try await server.ids("responses_list", ["run_id": run, "status": "completed"]) == [1, 2, 3])
  }

  @Test func `a failed review does not fail a row with another scoring`() async throws {
    let server = TestServer(transport: ChatTransport { _ in ChatTransport.answer("No idea.") })
    try await server.credential()
    try await server.metric("Tone")
    let run = try await server.generatedRun(
      ["metric_ids": 1, "judge_model": "ollama/judge", "scoring": "ExactMatch"])
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    #expect(page["responses"]?.arrayValue?.map { $0["status"] } == ["completed", "completed", "completed"])
  }

  @Test func `waiting rows are listed only while the run is in progress`() async throws {
    let (gate, begun) = (Gate(), Gate())
    let transport = ChatTransport { prompt in
      if prompt == "Say b." {
        begun.open()
        await gate.pass()
      }
      return ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    let run = JSONValue.int(try await server.run(["model": "ollama/m", "concurrency": 1]))
    try await server.call("runs_generate", ["id": run, "wait_seconds": 0])
    await begun.pass()
    let page = try await server.call("responses_list", ["run_id": run])
    let rows = page["responses"]?.arrayValue ?? []
    #expect(rows.map { $0["status"] } == ["completed", "running", "pending"])
    #expect(rows.map { $0["datapoint_id"] } == [0, 1, 2])
    #expect(rows.last?["input_data"] == ["text": "c"] && rows.last?["id"] == nil)
    #expect(try await server.call("responses_list", ["run_id": run, "status": "pending"])["total"] == 1)
    let second = try await server.call("responses_list", ["run_id": run, "limit": 1, "cursor": "row1"])
    #expect(second["responses"]?.arrayValue?.map { $0["row_index"] } == [2])
    let object = try await server.call("runs_get", ["id": run, "results": true])
    #expect((object["progress"], object["total"]) == (1, 3))
    #expect(items(object).map { $0["status"] } == ["completed", "running", "pending"])
    try await server.call("runs_cancel", ["id": run])
    gate.open()
    let ended = try await server.call("runs_get", ["id": run, "wait_seconds": 600, "results": true])
    #expect(ended["status"] == "cancelled")
    #expect(items(ended).map { $0["status"] } == ["completed", "completed"])
  }
}
