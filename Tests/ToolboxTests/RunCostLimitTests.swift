import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// What can take a run beyond its `max_cost`, and how far.
@Suite struct RunCostLimitTests {
  private static let rows = "text,expected_output\n" + (0..<10).map { "\($0),ok\n" }.joined()

  private static func warnings(_ run: JSONObject) -> [String] {
    run.strings("warnings").filter { $0.contains("beyond max_cost") }
  }

  @Test func `what has no limit beside max_cost is named with its setting and the rows at once`() async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    let metric = try await server.metric()
    let run = try await server.run(
      [
        "model": "gpt-6-luna", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "max_cost": 5,
        "concurrency": 3,
      ], csv: Self.rows)
    let open = Self.warnings(try await server.call("runs_get", ["id": .int(run)]))
    #expect(open.count == 1 && open[0].hasPrefix("max_tokens and judge_max_tokens are not set"), "\(open)")
    #expect(open[0].contains("up to 3 rows at once"))
    // Judgements can be long as well.
    let judged = Self.warnings(try await server.call("runs_update", ["id": .int(run), "max_tokens": 50]))
    #expect(judged.count == 1 && judged[0].hasPrefix("judge_max_tokens is not set"), "\(judged)")
    #expect(Self.warnings(try await server.call("runs_update", ["id": .int(run), "judge_max_tokens": 300])).isEmpty)
  }

  /// Before, it was told to submit nothing and to stop after a number of rows.
  @Test(arguments: [0.0002, 0.0009])
  func `of batches one thing is said about max_cost`(limit: Double) async throws {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    let run = try await server.run(
      ["model": "gpt-6-luna", "scoring": "Contains", "batch": true, "max_tokens": 4000, "max_cost": .double(limit)],
      csv: "text,expected_output\n" + (0..<100).map { "\($0),ok\n" }.joined())
    let told = try await server.call("runs_get", ["id": .int(run)]).strings("warnings").filter {
      $0.contains("max_cost")
    }
    #expect(told.count == 1 && told[0].contains("be submitted"), "\(told)")
  }

  @Test func `a row whose answers are cut off is not tried again beyond max_cost`() async throws {
    let cutOff: JSONValue = [
      "id": "c", "object": "chat.completion", "created": 1, "model": "m",
      "choices": [["index": 0, "finish_reason": "length", "message": ["role": "assistant", "content": ""]]],
      "usage": ["prompt_tokens": 10, "completion_tokens": 200],
    ]
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { _ in HTTPResponse(status: 200, body: cutOff.encoded) })
    // An attempt costs 0.000101 dollars.
    let run = try await server.run(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_tokens": 200, "max_cost": 0.00035, "concurrency": 1],
      csv: Self.rows)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let cost = try #require(stopped["total_cost"]?.doubleValue)
    #expect(cost > 0.0001 && cost <= 0.00035, "\(stopped)")
    #expect(stopped["status"] == "failed")
  }

  @Test func `a refused restart tells what the rows cost by the answers that it would discard`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { _ in
        ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": 4_000])
      })
    let run = try await server.run(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_cost": 0.011, "concurrency": 1], csv: Self.rows)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(stopped["status"] == "failed")
    // An answer costs 0.002 dollars.
    let told = try await server.refusal("runs_generate", ["id": .int(run), "restart": true, "confirm": true])
    let match = try #require(told.firstMatch(of: /cost about \$([0-9.]*[0-9]) more/), "\(told)")
    #expect(abs((Double(match.output.1) ?? 0) - 0.02) < 0.002, "\(told)")
  }
}
