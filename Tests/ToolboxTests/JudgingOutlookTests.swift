import JSONCoding
import Testing

@testable import Toolbox

/// What `runs_judge` says with `dry_run`, and what it asks and costs then.
@Suite struct JudgingOutlookTests {
  private static func csv(_ rows: Int) -> String {
    "text,expected_output\n" + (0..<rows).map { "row \($0),answer \($0)\n" }.joined()
  }

  /// A server that counts the calls of its judge.
  private static func server() async throws -> (TestServer, calls: Counter) {
    let (calls, answers) = (Counter(), Counter())
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        let isPairwise = prompt.contains("Compare the two responses")
        guard isPairwise || prompt.contains("Judge the response") else {
          return ChatTransport.answer("Answer \(answers.add()).")
        }
        _ = calls.add()
        return ChatTransport.answer(
          #"{"reasons":"As it is.","score":\#(isPairwise ? 3 : 4)}"#,
          usage: ["prompt_tokens": .int(prompt.utf8.count / 4), "completion_tokens": 40])
      })
    return (server, calls)
  }

  @Test(arguments: [1, 3])
  func `the calls and the cost of a judge are told without asking it`(samples: Int) async throws {
    let (server, calls) = try await Self.server()
    let run = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: Self.csv(40))
    let before = try await server.call("runs_get", ["id": .int(run)])
    let metric = try await server.metric()
    let settings: JSONObject = [
      "id": .int(run), "metric_ids": [.int(metric)], "judge_model": "gpt-6-luna", "judge_samples": .int(samples),
    ]
    var dry = settings
    dry["dry_run"] = true
    let outlook = try await server.call("runs_judge", dry)
    #expect(calls.value == 0 && outlook["dry_run"] == true && outlook["judge_model"] == "gpt-6-luna")
    // Three calls test the judge.
    #expect(outlook["judging"]?["calls"] == .int(40 * samples + 3))
    #expect(try await server.call("runs_get", ["id": .int(run)]) == before)
    let range = try #require(outlook["judging"]?["estimated_cost_range"]?.arrayValue).compactMap(\.doubleValue)
    var real = settings
    real["wait_seconds"] = 600
    let judged = try await server.call("runs_judge", real)
    #expect(calls.value == 40 * samples + 3)
    let cost = try #require(judged["total_cost"]?.doubleValue) - (before["total_cost"]?.doubleValue ?? 0)
    #expect(range[0] <= cost && cost <= range[1], "\(cost) \(outlook)")
    let again = try await server.call("runs_judge", dry)
    #expect(again["judging"]?["calls"] == 0 && again["judging"]?["estimated_cost"] == 0.0)
    #expect(again.strings("warnings")[0].hasPrefix("There is nothing to judge"), "\(again)")
  }

  @Test func `both orders of a comparison are told`() async throws {
    let (server, calls) = try await Self.server()
    let first = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: Self.csv(12))
    let second = try await server.id("runs_create", ["like_run": .int(first), "temperature": 0.5])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    let settings: JSONObject = ["id": .int(second), "against": .int(first), "judge_model": "gpt-6-luna"]
    var dry = settings
    dry["dry_run"] = true
    let outlook = try await server.call("runs_judge", dry)
    #expect(outlook["judging"]?["calls"] == 24 && calls.value == 0)
    #expect(outlook["judging"]?["estimated_cost"]?.doubleValue ?? 0 > 0, "\(outlook)")
    #expect(try await server.call("runs_get", ["id": .int(second)])["pairwise"] == nil)
  }

  @Test func `a judging that max_cost would stop is told, and one without a price has no cost`() async throws {
    let (server, _) = try await Self.server()
    let metric = try await server.metric()
    let run = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: Self.csv(12))
    let settings: JSONObject = ["id": .int(run), "metric_ids": [.int(metric)], "dry_run": true]
    var unpriced = settings
    unpriced["judge_model"] = "openai/house-model"
    let unknown = try await server.call("runs_judge", unpriced)
    #expect(unknown["judging"]?["estimated_cost"] == .null && unknown["judging"]?["calls"] == 12)
    #expect(unknown.strings("warnings").contains { $0.contains("house-model has no known price") }, "\(unknown)")
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0.0001])
    var priced = settings
    priced["judge_model"] = "gpt-6-luna"
    let stopped = try await server.call("runs_judge", priced)
    #expect(stopped.strings("warnings").contains { $0.contains("it will stop before its end") }, "\(stopped)")
    let spent = try #require(stopped["known_cost"]?.doubleValue)
    let likely = try #require(stopped["judging"]?["estimated_cost"]?.doubleValue)
    let high = try #require(stopped["judging"]?["estimated_cost_range"]?.arrayValue?.last?.doubleValue)
    try await server.call("runs_update", ["id": .int(run), "max_cost": .double(spent + (likely + high) / 2)])
    let doubtful = try await server.call("runs_judge", priced).strings("warnings")
    #expect(doubtful.contains { $0.contains("may cost up to ") && $0.contains(" of 12 calls.") }, "\(doubtful)")
    try await server.call("runs_update", ["id": .int(run), "max_cost": .double(spent + 2 * high)])
    #expect(try await !server.call("runs_judge", priced).strings("warnings").contains { $0.contains("max_cost") })
  }
}
