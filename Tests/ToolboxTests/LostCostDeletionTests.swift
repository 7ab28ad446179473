import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// A deletion does not give a part of a cost as the cost.
@Suite struct LostCostDeletionTests {
  private static let lost = HTTPResponse(status: 200, body: Array(#"{"choices":[{"mess"#.utf8))

  /// An answer of 12 tokens costs $0.012.
  private func server() async throws -> TestServer {
    let server = TestServer(
      transport: ChatTransport { $0.contains("lost") ? Self.lost : ChatTransport.answer("Well.") })
    _ = try await server.id(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
        "input_price": 1_000, "output_price": 1_000,
      ])
    return server
  }

  @Test func `a run with calls of unknown cost`() async throws {
    let server = try await server()
    let run = try await server.generatedRun(["model": "own/m"], csv: "text\nwell\nlost\n")
    let words = "which cost at least $0.012 (the cost of 1 call is not known)"
    #expect(try await server.refusal("runs_delete", ["id": .int(run)]).contains(words))
    #expect(try await server.refusal("runs_generate", ["id": .int(run), "restart": true]).contains(words))
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect((dry["cost"], dry["known_cost"], dry["uncounted_calls"]) == (.null, 0.012, 1))
    let done = try await server.call("datasets_delete", ["id": 1, "confirm": true])
    #expect((done["cost"], done["known_cost"], done["uncounted_calls"]) == (.null, 0.012, 1))
  }

  @Test func `a run whose server was killed with calls under way`() async throws {
    let server = try await server()
    let run = try await server.generatedRun(["model": "own/m", "concurrency": 3], csv: "text\nwell\n")
    try await server.interrupt(run: run)
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect((dry["cost"], dry["known_cost"], dry["uncounted_calls"]) == (.null, 0.012, 3))
  }

  @Test func `a run whose answers all failed without a cost, and whose server was killed`() async throws {
    let server = TestServer(transport: ChatTransport { _ in ChatTransport.refusal("No.") })
    try await server.credential()
    let run = try await server.generatedRun(["model": "ollama/m", "concurrency": 3], csv: "text\nwell\n")
    try await server.interrupt(run: run)
    let shown = try await server.call("runs_get", ["id": .int(run)])
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect(shown["uncounted_calls"] == 3 && dry["uncounted_calls"] == 3)
    let anew = try await server.call(
      "runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(anew["earlier_uncounted_calls"] == 3)
  }

  @Test func `an experiment with lost calls`() async throws {
    let server = try await server()
    for template in ["Say {{ text }}.", "Never say {{ text }}."] {
      try await server.call("prompts_create", ["name": "p", "template": .string(template), "llm_model": "own/m"])
    }
    let id = try await server.id("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    func generate(_ text: String, _ count: Int) -> JSONObject {
      ["experiment_id": .int(id), "inputs": ["text": .string(text)], "num_samples": .int(count)]
    }
    try await server.call("experiments_generate", generate("well", 2))
    let refusal = try await server.refusal("experiments_generate", generate("lost", 3))
    #expect(refusal.contains("The cost of 3 calls is unknown"), "\(refusal)")
    let dry = try await server.call("experiments_delete", ["id": .int(id), "dry_run": true])
    #expect((dry["cost"], dry["known_cost"], dry["uncounted_calls"]) == (.null, 0.024, 3))
  }

  @Test func `what costs nothing is not said to be unknown`() async throws {
    let server = try await server()
    let run = try await server.generatedRun(csv: "text\nwell\n")
    let done = try await server.call("runs_delete", ["id": .int(run)])
    #expect(done["cost"] == nil && done["uncounted_calls"] == nil)
  }
}
