import JSONCoding
import JSONRPC
import Providers
import TestSupport
import Testing

@testable import Toolbox

@Suite struct RunGenerationToolTests {
  private let server = TestServer()

  @Test func `echo answers every row, and the run says how it went`() async throws {
    let run = try await server.run(["scoring": "ExactMatch"])
    let object = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(object["status"] == "completed")
    #expect(object["responses_count"] == 3)
    #expect(object["avg_score"] == 0.6667)
    #expect(object["progress_current"] == 3)
    #expect(object["progress_total"] == 3)
    #expect(object["steps"]?["generated"] == ["done": 3, "total": 3, "failed": 0])
    #expect(object["usage"] == ["prompt_tokens": 6, "completion_tokens": 6, "total_tokens": 12])
    #expect(object["total_cost"] == 0.0)
    #expect(object["failed_response_ids"] == [])
    #expect(object["failure_summary"] == .some(.null))
    #expect(object["error_message"] == .some(.null))
    #expect(object["started_at"]?.stringValue != nil)
    #expect(object["finished_at"]?.stringValue != nil)
    #expect(object["latency"]?["p50_ms"]?.doubleValue != nil)
    #expect(object["latency"]?["p95_ms"]?.doubleValue != nil)
  }

  @Test(arguments: [("ExactMatch", [1.0, 1, 0]), ("Contains", [1, 1, 1]), ("None", [])])
  func `scoring decides what the score is`(scoring: String, scores: [Double]) async throws {
    let run = try await server.generatedRun(
      ["scoring": .string(scoring)], csv: "text,expected_output\na, Say a. \nb,Say b.\nc,Say c")
    let page = try await server.call("responses_list", ["run_id": .int(run)])
    #expect(page["responses"]?.arrayValue?.compactMap { $0["score"]?.doubleValue } == scores)
    let average = try await server.call("runs_get", ["id": .int(run)])["avg_score"]?.doubleValue
    #expect(average == (scores.isEmpty ? nil : (scores.reduce(0, +) / 3 * 10_000).rounded() / 10_000))
  }

  @Test func `the expected output can be in another column`() async throws {
    let run = try await server.generatedRun(
      ["scoring": "ExactMatch", "expected_column": "answer"], csv: "text,answer\na,Say a.")
    let response = try await server.call("responses_list", ["run_id": .int(run)])["responses"]?.arrayValue?.first
    #expect(response?["expected_output"] == "Say a.")
    #expect(response?["score"] == 1.0)
    #expect(response?["input_data"] == ["text": "a"])
  }

  @Test func `a completed run is returned unchanged`() async throws {
    let run = try await server.generatedRun()
    let before = try await server.call("runs_get", ["id": .int(run)])
    #expect(try await server.call("runs_generate", ["id": .int(run)]) == before)
    let again = try await server.call("runs_generate", ["id": .int(run), "restart": true, "wait_seconds": 600])
    #expect(again["status"] == "completed")
    #expect(again["started_at"] != before["started_at"])
    #expect(try await server.ids("responses_list", ["run_id": .int(run)]) == [4, 5, 6])
  }

  @Test func `a resume with a changed dataset is refused and suggests restart`() async throws {
    let transport = ChatTransport { prompt in
      prompt == "Say b." ? ChatTransport.refusal("Bad.") : ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    let run = try await server.generatedRun(["model": "ollama/m"])
    try await server.call("datasets_update", ["id": 1, "csv_data": "text\nnew"])
    let refusal = try await server.refusal("runs_generate", ["id": .int(run), "retry_failed": true])
    #expect(refusal.contains("restart: true") && refusal.contains("reuse true"))
  }

  @Test func `a run that cannot start says why and stays unchanged`() async throws {
    let run = try await server.run(["model": "gpt-4.1"])
    let refusal = try await server.refusal("runs_generate", ["id": .int(run)])
    #expect(refusal.contains("OPENAI_API_KEY"))
    #expect(try await server.call("runs_get", ["id": .int(run)])["status"] == "pending")
  }

  @Test func `failed rows are counted, listed and summarized, and stop no other`() async throws {
    let transport = ChatTransport { prompt in
      prompt == "Say b." ? ChatTransport.refusal("The prompt is too rude.") : ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    let run = try await server.generatedRun(["model": "ollama/m", "scoring": "ExactMatch", "concurrency": 1])
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["status"] == "completed")
    #expect(object["steps"]?["generated"] == ["done": 2, "total": 3, "failed": 1])
    #expect(object.ints("failed_response_ids") == [2])
    #expect(object["failure_summary"]?.stringValue?.hasPrefix("1 of 3 rows failed: ") == true)
    #expect(object["failure_summary"]?.stringValue?.contains("The prompt is too rude.") == true)
    #expect(object["avg_score"] == 0.5)
    let failed = try await server.call("responses_list", ["run_id": .int(run), "status": "failed"])
    #expect(failed["total"] == 1)
    #expect(failed["responses"]?.arrayValue?.first?["error"]?.stringValue?.contains("too rude") == true)
  }

  @Test func `a judge's reviews make the score`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    for name in ["Tone", "Length"] { try await server.metric(name) }
    let run = try await server.generatedRun(["metric_ids": [2, 1], "judge_model": "ollama/judge"])
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["avg_score"] == 4.0)
    #expect(
      object["metric_averages"] == [
        ["metric_id": 2, "name": "Length", "avg": 4.0, "count": 3],
        ["metric_id": 1, "name": "Tone", "avg": 4.0, "count": 3],
      ])
    #expect(object["steps"]?["judged"] == ["done": 6, "total": 6, "failed": 0])
    #expect(object["progress_current"] == 9)
  }

  @Test func `an unknown cost is null, whether tokens were counted or not`() async throws {
    for usage in [JSONValue?.none, ["prompt_tokens": 10, "completion_tokens": 2]] {
      let transport = ChatTransport { ChatTransport.answer($0, usage: usage) }
      let server = TestServer(transport: transport)
      try await server.call(
        "provider_credentials_create", ["provider": "openai", "api_endpoint": "https://models.example"])
      let run = try await server.generatedRun(["model": "unheard-of"])
      #expect(try await server.call("runs_get", ["id": .int(run)])["total_cost"] == .some(.null))
      let response = try await server.call("responses_get", ["run_id": .int(run), "id": 1])
      #expect(response["cost"] == .some(.null))
      #expect((response["usage"] == .some(.null)) == (usage == nil))
    }
  }

  // MARK: Waiting

  @Test func `a run continues after the wait, and can be waited for again`() async throws {
    let gate = Gate()
    let (server, _, run) = try await gatedServer(gate)
    let begun = try await server.call("runs_generate", ["id": run, "wait_seconds": 0])
    #expect(begun["status"] == "running")
    #expect(begun["progress_total"] == 3)
    #expect(try await server.call("runs_get", ["id": run])["status"] == "running")
    #expect(try await server.ids("runs_list", ["status": "running"]) == [1])
    #expect(
      try await server.refusal("runs_update", ["id": run, "model": "echo"])
        .hasPrefix("Run 1 is being generated, so model cannot change now."))
    gate.open()
    let ended = try await server.call("runs_get", ["id": run, "wait_seconds": 600])
    #expect(ended["status"] == "completed")
    #expect(ended["responses_count"] == 3)
  }

  @Test func `retry_failed for a run under way says that it had no effect`() async throws {
    let gate = Gate()
    let (server, _, run) = try await gatedServer(gate)
    let begun = try await server.call("runs_generate", ["id": run, "wait_seconds": 0, "retry_failed": true])
    #expect(!begun.strings("warnings").contains { $0.contains("retry_failed") })
    let again = try await server.call("runs_generate", ["id": run, "wait_seconds": 0, "retry_failed": true])
    #expect(again.strings("warnings").first?.hasPrefix("retry_failed had no effect") == true)
    let plain = try await server.call("runs_generate", ["id": run, "wait_seconds": 0])
    #expect(!plain.strings("warnings").contains { $0.contains("retry_failed") })
    gate.open()
    let ended = try await server.call("runs_generate", ["id": run, "wait_seconds": 600])
    #expect(ended["status"] == "completed" && !ended.strings("warnings").contains { $0.contains("retry_failed") })
  }

  @Test func `a run deleted during generation is gone with all later results`() async throws {
    let gate = Gate()
    let (server, _, run) = try await gatedServer(gate)
    try await server.call("runs_generate", ["id": run, "wait_seconds": 0])
    #expect(try await server.call("runs_delete", ["id": run, "dry_run": true])["deleted"] == false)
    #expect(try await server.call("runs_get", ["id": run])["status"] == "running")
    #expect(
      try await server.call("datasets_delete", ["id": 1, "confirm": true])["removed"]
        == ["datasets": 1, "runs": 1, "responses": 0])
    gate.open()
    let next = try await server.generatedRun()
    #expect(try await server.ids("runs_list") == [next])
    #expect(try await server.call("runs_get", ["id": .int(next)])["responses_count"] == 3)
  }

  /// A server whose models answer once the gate is open, with a run that processes one row at a time.
  private func gatedServer(_ gate: Gate) async throws -> (server: TestServer, transport: ChatTransport, run: JSONValue)
  {
    let transport = ChatTransport { prompt in
      await gate.pass()
      return ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    try await server.credential()
    return (server, transport, .int(try await server.run(["model": "ollama/m", "concurrency": 1])))
  }

  @Test func `cancelling the call that started a run ends it and keeps calls in progress`() async throws {
    let gate = Gate()
    let (server, transport, run) = try await gatedServer(gate)
    let starter = Task { try await server.call("runs_generate", ["id": run, "wait_seconds": 600]) }
    while transport.sent.isEmpty { await Task.yield() }
    starter.cancel()
    _ = await starter.result
    gate.open()
    let ended = try await server.call("runs_get", ["id": run, "wait_seconds": 600])
    #expect(ended["status"] == "cancelled")
    #expect(ended["responses_count"] == 1)
    let resumed = try await server.call("runs_generate", ["id": run, "wait_seconds": 600])
    #expect(resumed["status"] == "completed")
    #expect(transport.sent.count == 3)
  }

  @Test(arguments: ["runs_get", "runs_generate"])
  func `cancelling a call that only watches a run leaves it running`(tool: String) async throws {
    let gate = Gate()
    let (server, transport, run) = try await gatedServer(gate)
    try await server.call("runs_generate", ["id": run, "wait_seconds": 0])
    let watcher = Task {
      try await server.call(tool, ["id": run, "wait_seconds": 600], meta: ["progressToken": 1])
    }
    while transport.sent.isEmpty || server.sent.isEmpty { await Task.yield() }
    watcher.cancel()
    _ = await watcher.result
    gate.open()
    #expect(try await server.call("runs_get", ["id": run, "wait_seconds": 600])["status"] == "completed")
  }

  @Test func `progress grows to the total and carries its token`() async throws {
    let run = try await server.run(csv: "text\n" + (0..<50).map { "row \($0)" }.joined(separator: "\n"))
    try await server.call(
      "runs_generate", ["id": .int(run), "wait_seconds": 600], meta: ["progressToken": "token"])
    let sent = server.sent
    #expect(!sent.isEmpty)
    #expect(sent.allSatisfy { $0.method == "notifications/progress" && $0.params?["progressToken"] == "token" })
    #expect(sent.allSatisfy { $0.params?["total"] == 50 })
    let steps = sent.compactMap { $0.params?["progress"]?.doubleValue }
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
    #expect(steps.last == 50)
    #expect(sent.last?.params?["message"] == "generated 50/50")
  }

  @Test func `without a token there is no progress`() async throws {
    try await server.generatedRun()
    #expect(server.sent.isEmpty)
  }

  @Test(arguments: [-1, 601]) func `no call waits longer than ten minutes`(seconds: Int) async throws {
    let run = try await server.run()
    for tool in ["runs_generate", "runs_get"] {
      #expect(
        try await server.refusal(tool, ["id": .int(run), "wait_seconds": .int(seconds)])
          == "\(tool): wait_seconds must be a number from 0 to 600, not \(seconds).")
    }
    #expect(try await server.call("runs_get", ["id": .int(run)])["status"] == "pending")
  }
}
