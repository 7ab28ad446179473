import Evaluation
import JSONCoding
import Store
import Testing

@testable import Toolbox

/// A restart discards responses, not what they cost.
@Suite struct RunRestartTests {
  private let server = TestServer(
    environment: ["OPENAI_API_KEY": "sk-1"],
    transport: ChatTransport { _ in
      ChatTransport.answer("ok", usage: ["prompt_tokens": 1000, "completion_tokens": 1000])
    })

  private func run(_ settings: JSONObject = [:]) async throws -> JSONValue {
    var settings = settings
    settings["model"] = "gpt-6-luna"
    settings["max_tokens"] = 1000
    return .int(try await server.generatedRun(settings))
  }

  private func warnings(_ object: JSONObject) -> [String] {
    (object["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  @Test func `a run says what its earlier starts cost`() async throws {
    let run = try await run()
    let first = try await server.call("runs_get", ["id": run])
    let cost = try #require(first["total_cost"]?.doubleValue)
    #expect(cost > 0 && first["earlier_cost"] == nil)
    try await server.call("runs_generate", ["id": run, "restart": true, "wait_seconds": 600])
    let third = try await server.call("runs_generate", ["id": run, "restart": true, "wait_seconds": 600])
    #expect(third["total_cost"]?.doubleValue == cost)
    #expect(abs((third["earlier_cost"]?.doubleValue ?? 0) - 2 * cost) < 1e-9)
    #expect(warnings(third).contains { $0.hasPrefix("The run was restarted") && $0.contains("earlier_cost") })
    #expect(try await server.call("runs_list", ["fields": ["earlier_cost"]])["total"] == 1)
  }

  @Test func `max_cost counts earlier starts, and a restart that it would stop discards nothing`() async throws {
    let run = try await run()
    let cost = try #require(try await server.call("runs_get", ["id": run])["total_cost"]?.doubleValue)
    try await server.call("runs_update", ["id": run, "max_cost": .double(2.5 * cost)])
    let second = try await server.call("runs_generate", ["id": run, "restart": true, "wait_seconds": 600])
    #expect(second["status"] == "completed")
    let third = try await server.call("runs_generate", ["id": run, "restart": true, "wait_seconds": 600])
    #expect(third["status"] == "failed")
    #expect(third["error_message"]?.stringValue?.hasPrefix("Stopped at max_cost") == true)
    try await server.call("runs_update", ["id": run, "max_cost": .double(2 * cost)])
    let before = try await server.call("runs_get", ["id": run])
    let refusal = try await server.refusal("runs_generate", ["id": run, "restart": true, "wait_seconds": 600])
    #expect(refusal.contains("was not restarted") && refusal.contains("Set max_cost to"))
    #expect(try await server.call("runs_get", ["id": run])["responses_count"] == before["responses_count"])
  }

  @Test func `a restart that discards paid answers needs confirm if the user cannot be asked`() async throws {
    let server = TestServer(
      environment: ["OPENROUTER_API_KEY": "sk-1"],
      transport: ChatTransport { _ in
        ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": 2, "cost": 0.1])
      })
    let run = JSONValue.int(try await server.generatedRun(["model": "openrouter/a/b"]))
    let call: JSONObject = ["id": run, "restart": true, "wait_seconds": 600]
    let refusal = try await server.refusal("runs_generate", call)
    #expect(refusal.contains("3 responses") && refusal.contains("$0.3") && refusal.contains("confirm: true"))
    #expect(try await server.call("runs_get", ["id": run])["earlier_cost"] == nil)
    // The process that made the run was killed, so that it is still recorded as running.
    try await server.interrupt(run: 1)
    #expect(try await server.refusal("runs_generate", call).contains("confirm: true"))
    var confirmed = call
    confirmed["confirm"] = true
    #expect(try await server.call("runs_generate", confirmed)["earlier_cost"] == 0.3)
  }
}
