import JSONCoding
import Testing

@testable import Toolbox

/// A gate on a cost that is not known: what it advises leads to a run whose cost is.
@Suite struct UnknownCostGateTests {
  private static let csv = "text,expected_output\n" + (0..<12).map { "row \($0),Say row \($0).\n" }.joined()

  private func server(usage: JSONValue? = ["prompt_tokens": 10, "completion_tokens": 5]) async throws -> TestServer {
    let server = TestServer(transport: ChatTransport { ChatTransport.answer($0, usage: usage) })
    _ = try await server.id(
      "provider_credentials_create",
      ["provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1"])
    return server
  }

  private func gate(_ server: TestServer, _ run: Int) async throws -> JSONValue {
    try #require(try await server.call("runs_get", ["id": .int(run), "gate": ["max_cost": 1]])["gate"])
  }

  private func again(_ server: TestServer, like run: Int) async throws -> Int {
    let id = try await server.id("runs_create", ["like_run": .int(run), "reuse": false])
    try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
    return id
  }

  private func reason(_ gate: JSONValue) throws -> String {
    #expect(gate["passed"] == false)
    return try #require(gate["reasons"]?.arrayValue?.first?.stringValue)
  }

  @Test func `a price for later calls and a run like the finished one`() async throws {
    let server = try await server()
    let first = try await server.generatedRun(["model": "own/model"], csv: Self.csv)
    let told = try reason(try await gate(server, first))
    for part in ["provider_credentials_update", "input_price", "like_run \(first) and reuse: false"] {
      #expect(told.contains(part), "\(part): \(told)")
    }
    try await server.call("provider_credentials_update", ["id": 1, "input_price": 1, "output_price": 2])
    #expect(try await gate(server, first)["passed"] == false)
    let second = try await again(server, like: first)
    #expect(try await gate(server, second)["passed"] == true)
    let third = try await again(server, like: second)
    let unknown = try reason(try await ratio(server, [first, second]))
    #expect(unknown.contains("like_run \(first) and") && !unknown.contains("like_run \(second)"), "\(unknown)")
    #expect(try await ratio(server, [second, third])["passed"] == true)
  }

  @Test func `a server without token counts is free if its prices are 0`() async throws {
    let server = try await server(usage: nil)
    let first = try await server.generatedRun(["model": "own/model"], csv: Self.csv)
    #expect(try reason(try await gate(server, first)).contains("input_price 0 and output_price 0"))
    try await server.call("provider_credentials_update", ["id": 1, "input_price": 0, "output_price": 0])
    #expect(try await gate(server, try await again(server, like: first))["passed"] == true)
  }

  @Test func `a restart does not make the cost of what it discarded known`() async throws {
    let server = try await server()
    let run = try await server.generatedRun(["model": "own/model"], csv: Self.csv)
    try await server.call("provider_credentials_update", ["id": 1, "input_price": 1, "output_price": 2])
    let restarted = try await server.call(
      "runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(restarted["total_cost"]?.doubleValue ?? 0 > 0 && restarted["earlier_uncounted_calls"] == 12)
    let told = try reason(try await gate(server, run))
    #expect(told.contains("like_run \(run)") && told.contains("lost or discarded"), "\(told)")
  }

  @Test func `copies of answers without a price need a price and answers of their own`() async throws {
    let server = try await server()
    let source = try await server.generatedRun(["model": "own/model"], csv: Self.csv)
    let copied = try await server.id("runs_create", ["like_run": .int(source), "reuse": true])
    let made = try await server.call("runs_generate", ["id": .int(copied), "wait_seconds": 600])
    #expect(made["reused"]?["answers"] == 12 || made["reused"] == 12, "\(made)")
    try await server.call(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "priced", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
        "input_price": 1, "output_price": 2,
      ])
    let priced = try await server.id(
      "runs_create", ["like_run": .int(source), "reuse": false, "model": "priced/model"])
    try await server.call("runs_generate", ["id": .int(priced), "wait_seconds": 600])
    let told = try reason(try await ratio(server, [priced, copied]))
    for part in ["input_price and output_price", "the model's credential", "like_run \(copied) and reuse: false"] {
      #expect(told.contains(part), "\(part): \(told)")
    }
    #expect(!told.contains("lost") && !told.contains("judge"), "\(told)")
    // Only with a price does the run that is advised have a cost.
    #expect(try await ratio(server, [priced, try await again(server, like: copied)])["passed"] == false)
    try await server.call("provider_credentials_update", ["id": 1, "input_price": 1, "output_price": 2])
    #expect(try await ratio(server, [priced, try await again(server, like: copied)])["passed"] == true)
  }

  @Test func `the judge's server without token counts is told of, and not the model's price`() async throws {
    let transport = ChatTransport { prompt in
      prompt.contains("Judge the response")
        ? ChatTransport.answer(#"{"reasons":"As it is.","score":4}"#, usage: nil) : ChatTransport.answer(prompt)
    }
    let server = TestServer(transport: transport)
    for name in ["own", "court"] {
      _ = try await server.id(
        "provider_credentials_create",
        [
          "provider": "openai", "name": .string(name), "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
          "input_price": 1, "output_price": 2,
        ])
    }
    let metric = try await server.id("metrics_create", ["name": "Tone", "instruction": "Is it kind?"])
    let run = try await server.generatedRun(
      ["model": "own/model", "judge_model": "court/judge", "metric_ids": [.int(metric)], "probe": false], csv: Self.csv)
    let told = try reason(try await gate(server, run))
    for part in ["The judge's server counts no tokens", "output_price 0 of the judge's credential"] {
      #expect(told.contains(part), "\(part): \(told)")
    }
    #expect(!told.contains("the model's credential"), "\(told)")
    try await server.call("provider_credentials_update", ["id": 2, "input_price": 0, "output_price": 0])
    #expect(try await gate(server, try await again(server, like: run))["passed"] == true)
  }

  @Test func `an unpriced judge needs a price of its own credential`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    for (name, price) in [("own", 1), ("court", nil)] {
      var fields: JSONObject = [
        "provider": "openai", "name": .string(name), "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
      ]
      if let price { (fields["input_price"], fields["output_price"]) = (.int(price), .int(price)) }
      _ = try await server.id("provider_credentials_create", fields)
    }
    let metric = try await server.id("metrics_create", ["name": "Tone", "instruction": "Is it kind?"])
    let run = try await server.generatedRun(
      ["model": "own/model", "judge_model": "court/judge", "metric_ids": [.int(metric)]], csv: Self.csv)
    let told = try reason(try await gate(server, run))
    #expect(told.contains("output_price of the judge's credential (provider"), "\(told)")
    try await server.call("provider_credentials_update", ["id": 2, "input_price": 1, "output_price": 2])
    #expect(try await gate(server, try await again(server, like: run))["passed"] == true)
  }

  private func ratio(_ server: TestServer, _ runs: [Int]) async throws -> JSONValue {
    let compared = try await server.call(
      "runs_compare", ["run_ids": .array(runs.map(JSONValue.int)), "gate": ["max_cost_ratio": 2]])
    return try #require(compared["gate"])
  }
}
