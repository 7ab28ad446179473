import Evaluation
import JSONCoding
import Testing

@testable import Toolbox

/// What a judge is expected to cost where answers are judged that are there already.
@Suite struct JudgeForecastTests {
  private static let csv = "text,expected_output\n" + (0..<20).map { "row \($0),Say row \($0).\n" }.joined()

  /// A server whose judges write a number of tokens, by the number of the call.
  private static func server(judgement: @escaping @Sendable (_ call: Int) -> Int) async throws -> TestServer {
    let calls = Counter()
    let server = TestServer(
      transport: ChatTransport { prompt in
        guard prompt.contains("Judge the response") else { return ChatTransport.answer(prompt) }
        let usage: JSONValue = ["prompt_tokens": 600, "completion_tokens": .int(judgement(calls.add()))]
        return ChatTransport.answer(#"{"reasons":"As it is.","score":4}"#, usage: usage)
      })
    try await server.call(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
        "input_price": 1000, "output_price": 2000,
      ])
    return server
  }

  private static func judged(_ server: TestServer, by judge: String) async throws -> Int {
    let metric = try await server.metric()
    return try await server.generatedRun(
      ["model": "own/m", "judge_model": .string(judge), "metric_ids": [.int(metric)], "probe": false], csv: csv)
  }

  /// Makes a run like another, and compares what it was expected to cost with what it costs.
  private static func check(_ server: TestServer, like run: Int, _ settings: JSONObject) async throws {
    var arguments = settings
    arguments["like_run"] = .int(run)
    let new = try await server.call("runs_create", arguments)
    let done = try await server.call("runs_generate", ["id": new["id"] ?? .null, "wait_seconds": 600])
    let (likely, cost) = (new["estimated_cost"]?.doubleValue ?? 0, done["total_cost"]?.doubleValue ?? -1)
    #expect(abs(likely / cost - 1) < 0.05, "\(likely) \(cost)")
    let range = new["estimated_cost_range"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    #expect(range.count == 2 && range[0] <= cost && cost <= range[1], "\(range) \(cost)")
    #expect(new["estimated_cost_basis"]?.stringValue?.contains("a guess") == false, "\(new)")
  }

  @Test func `copied answers cost a new judge what they say, not what an earlier judge wrote about them`() async throws
  {
    let server = try await Self.server { _ in 300 }
    let first = try await Self.judged(server, by: "own/a")
    let second = try await server.call("runs_create", ["like_run": .int(first), "judge_model": "own/b"])
    try await server.call("runs_generate", ["id": second["id"] ?? .null, "wait_seconds": 600])
    try await Self.check(server, like: first, ["judge_model": "own/b", "reuse": true])
  }

  @Test func `what a judge wrote is known after another one has judged`() async throws {
    let server = try await Self.server { call in (21...40).contains(call) ? 50 : 300 }
    let run = try await Self.judged(server, by: "own/a")
    try await server.call("runs_judge", ["id": .int(run), "judge_model": "own/b", "wait_seconds": 600])
    try await Self.check(server, like: run, ["judge_model": "own/a", "temperature": 0.5])
  }

  @Test func `a report tells what a run was expected to cost at its first start`() async throws {
    let server = try await Self.server { _ in 300 }
    let metric = try await server.metric()
    let run = try await server.run(
      [
        "model": "own/m", "judge_model": "own/a", "metric_ids": [.int(metric)], "probe": false, "concurrency": 1,
        "max_cost": 5,
      ], csv: Self.csv)
    let expected = try #require(try await server.call("runs_get", ["id": .int(run)])["estimated_cost"]?.doubleValue)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(stopped["status"] == "failed")
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0])
    let done = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let cost = try #require(done["total_cost"]?.doubleValue)
    #expect(done["status"] == "completed" && abs(expected / cost - 1) > 0.1, "\(expected) \(cost)")
    let report = try await server.server.text("runs/\(run)/report.md")
    let line = report.split(separator: "\n").first { $0.contains("expected at the start") } ?? ""
    let told = line.split { !$0.isNumber && $0 != "." }.compactMap { Double($0) }.first ?? 0
    #expect(abs(told / expected - 1) < 0.02, "\(line) \(expected) \(cost)")
  }
}
