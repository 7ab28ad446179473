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
    func ratio(_ runs: [Int]) async throws -> JSONValue {
      try #require(
        try await server.call(
          "runs_compare", ["run_ids": .array(runs.map(JSONValue.int)), "gate": ["max_cost_ratio": 2]])["gate"])
    }
    let unknown = try reason(try await ratio([first, second]))
    #expect(unknown.contains("like_run \(first) and") && !unknown.contains("like_run \(second)"), "\(unknown)")
    #expect(try await ratio([second, third])["passed"] == true)
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
    #expect(try reason(try await gate(server, run)).contains("like_run \(run)"))
  }
}
