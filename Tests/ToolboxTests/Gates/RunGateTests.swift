import JSONCoding
import Testing

@testable import Toolbox

@Suite struct RunGateTests {
  /// Twenty rows, of which the first ones are answered wrongly.
  private func csv(wrong: Int) -> String {
    "text,expected_output\n" + (0..<20).map { "\($0),\($0 < wrong ? "no" : "Say \($0).")\n" }.joined()
  }

  private func gate(_ server: TestServer, _ run: Int, _ limits: JSONObject) async throws -> JSONValue {
    try #require(try await server.call("runs_get", ["id": .int(run), "gate": .object(limits)])["gate"])
  }

  private func reasons(_ gate: JSONValue) -> [String] {
    gate["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  @Test func `a limit on the lower bound is not kept by a mean that only seems good enough`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["scoring": "ExactMatch"], csv: csv(wrong: 1))
    #expect(try await gate(server, run, ["min_score": 0.9]) == ["passed": true, "reasons": []])
    // Wilson's interval of 19 of 20 begins at 0.764.
    #expect(try await gate(server, run, ["min_lower_bound": 0.76])["passed"] == true)
    let open = try await gate(server, run, ["min_lower_bound": 0.77])
    #expect(open["passed"] == false)
    let reason = try #require(reasons(open).first)
    #expect(reason.contains("as low as 0.76, below min_lower_bound 0.77") && reason.contains("More rows"), "\(reason)")
  }

  @Test func `every limit that is not kept has a reason, and the limit itself passes`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["scoring": "ExactMatch"], csv: csv(wrong: 2))
    #expect(try await gate(server, run, ["min_score": 0.9, "max_cost": 0, "max_failed": 0])["passed"] == true)
    let closed = reasons(try await gate(server, run, ["min_score": 0.9001, "min_lower_bound": 0.95]))
    #expect(closed.count == 2)
    #expect(closed.first?.contains("is 0.9000, below min_score 0.9001") == true, "\(closed)")
  }

  @Test func `the outcome is there whatever fields the call asks for`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["scoring": "ExactMatch"])
    let result = try await server.call(
      "runs_get", ["id": .int(run), "gate": ["min_score": 1], "fields": ["status"], "results": false])
    #expect(result["gate"]?["passed"] == false && result["status"] == "completed" && result["name"] == nil)
    #expect(try await server.call("runs_get", ["id": .int(run)])["gate"] == nil)
  }

  @Test func `a run that has not ended does not pass`() async throws {
    let server = TestServer()
    let run = try await server.run(["scoring": "ExactMatch"])
    let gate = try await gate(server, run, ["max_failed": 100])
    #expect(gate["passed"] == false && reasons(gate).first?.contains("runs_generate starts it") == true)
  }

  @Test func `a run without scores keeps no limit on scores`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun(["scoring": "None"])
    let gate = try await gate(server, run, ["min_score": 0.1, "min_lower_bound": 0.1])
    #expect(reasons(gate).count == 1 && reasons(gate)[0].contains("no score"), "\(gate)")
    #expect(try await self.gate(server, run, ["max_cost": 1])["passed"] == true)
  }

  @Test func `failed rows close a gate unless it allows them`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        prompt.contains("a") && !prompt.contains("b.")
          ? ChatTransport.answer(prompt) : ChatTransport.refusal("no such thing")
      })
    let run = try await server.generatedRun(
      ["scoring": "ExactMatch", "model": "gpt-6-luna"], csv: "text,expected_output\na,Say a.\nb,Say b.\n")
    #expect(try await server.call("runs_get", ["id": .int(run)])["avg_score"] == 1.0)
    let closed = try await gate(server, run, ["min_score": 0.9])
    #expect(closed["passed"] == false)
    let reason = reasons(closed).first ?? ""
    #expect(reason.hasPrefix("Failed rows: 1") && reason.contains("max_failed: 1 allows"), "\(closed)")
    #expect(try await gate(server, run, ["min_score": 0.5, "max_failed": 1])["passed"] == true)
    #expect(try await gate(server, run, ["min_score": 0.9, "max_failed": 1])["passed"] == false)
  }

  @Test func `an answer without the judge's review is not left out of the mean`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    let metric = try await server.metric()
    let run = try await server.generatedRun(["metric_ids": [.int(metric)], "judge_model": "ollama/judge"])
    #expect(try await gate(server, run, ["min_score": 3.5])["passed"] == true)
    try await server.call("metrics_update", ["id": .int(metric), "instruction": "Anew"])
    let gate = try await gate(server, run, ["min_score": 3.5])
    #expect(reasons(gate).first?.contains("lacks reviews (3)") == true, "\(gate)")
  }

  @Test func `a limit that no score or every score keeps is refused`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 1))
    try await server.credential()
    let metric = try await server.metric()
    let run = try await server.generatedRun(["metric_ids": [.int(metric)], "judge_model": "ollama/judge"])
    for (limits, text) in [
      (["min_score": 0.8] as JSONObject, "scores are 1 to 5, so everything would pass"),
      (["min_lower_bound": 80], "nothing could pass"), ([:], "gate has no limit"), (["min_score": .null], "no limit"),
      (["min_score": ""], "no limit"),
      (["min_mean": 3], "min_mean"),
    ] {
      let refusal = try await server.refusal("runs_get", ["id": .int(run), "gate": .object(limits)])
      #expect(refusal.contains(text), "\(refusal)")
    }
  }
}
