import JSONCoding
import Providers
import TestSupport
import Testing

@testable import Toolbox

/// A deletion does not give a part of a cost as the cost.
@Suite struct LostCostDeletionTests {
  private static let lost = HTTPResponse(status: 200, body: Array(#"{"choices":[{"mess"#.utf8))

  private static let timeout = HTTPResponse(status: 504, body: [])

  private func server() async throws -> TestServer {
    try await server { prompt in
      if prompt.contains("broken") { return ChatTransport.refusal("Oh.", status: 500) }
      return prompt.contains("lost") ? Self.lost : ChatTransport.answer("Well.")
    }
  }

  /// An answer of 12 tokens costs $0.012, unless its price is given.
  ///
  /// - Parameter price: US dollars per million tokens.
  private func server(price: Double = 1_000, _ script: @escaping ChatTransport.Script) async throws -> TestServer {
    let server = TestServer(transport: ChatTransport(script))
    _ = try await server.id(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
        "input_price": .double(price), "output_price": .double(price),
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

  @Test(arguments: ["lost", "broken"]) func `lost calls are not discarded without asking`(row: String) async throws {
    let server = try await server()
    let run = try await server.generatedRun(["model": "own/m"], csv: "text\n\(row)\n")
    #expect(try await server.refusal("runs_generate", ["id": .int(run), "restart": true]).contains("confirm: true"))
    let refusal = try await server.refusal("runs_delete", ["id": .int(run)])
    #expect(refusal.contains("confirm: true"))
    #expect(refusal.contains("that ended in a server error, if they are billed") == (row == "broken"), "\(refusal)")
    #expect(try await server.call("runs_delete", ["id": .int(run), "confirm": true])["deleted"] == true)
  }

  @Test func `a lost call is taken for as dear as the dearest answer`() async throws {
    for (price, isCheap) in [(1.0, true), (1_000, false)] {
      let server = try await server(price: price) {
        $0.contains("lost") ? Self.lost : ChatTransport.answer("Well.")
      }
      let run = try await server.generatedRun(["model": "own/m"], csv: "text\nwell\nlost\n")
      if isCheap {
        #expect(try await server.call("runs_delete", ["id": .int(run)])["deleted"] == true)
      } else {
        #expect(try await server.refusal("runs_delete", ["id": .int(run)]).contains("confirm: true"))
      }
    }
  }

  /// Before, only the known cost of what a restart has discarded counted.
  @Test func `calls that were lost before a restart count too`() async throws {
    let calls = Counter()
    // An answer costs $0.006, and up to $0.01 is discarded without asking.
    let server = try await server(price: 500) { calls.add() == 1 ? Self.lost : ChatTransport.answer($0) }
    let run = try await server.generatedRun(["model": "own/m"], csv: "text\nwell\n")
    try await server.call("runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect(dry["earlier_uncounted_calls"] == 1, "\(dry)")
    #expect(try await server.refusal("runs_delete", ["id": .int(run)]).contains("confirm: true"))
  }

  @Test func `answers that only lack a price are discarded without asking`() async throws {
    let server = TestServer(transport: ChatTransport { _ in ChatTransport.answer("Well.") })
    try await server.call(
      "provider_credentials_create",
      ["provider": "openai", "name": "own", "api_key": "k", "api_endpoint": "https://own.example/v1"])
    let run = try await server.generatedRun(["model": "own/m"], csv: "text\nwell\n")
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect(dry["uncounted_calls"] == 1)
    // A restart discards one more of them.
    try await server.call("runs_generate", ["id": .int(run), "restart": true, "wait_seconds": 600])
    #expect(try await server.call("runs_delete", ["id": .int(run)])["deleted"] == true)
  }

  @Test func `a row whose one attempt was lost and another paid shows the known part`() async throws {
    let calls = Counter()
    let server = try await server { prompt in calls.add() == 1 ? Self.timeout : ChatTransport.answer(prompt) }
    let run = try await server.generatedRun(["model": "own/m"], csv: "text\nwell\n")
    let done = try await server.call("runs_get", ["id": .int(run)])
    #expect((done["total_cost"], done["known_cost"], done["uncounted_calls"]) == (.null, 0.012, 1))
    let page = try await server.call(
      "responses_list", ["run_id": .int(run), "fields": ["cost", "known_cost"]])
    let row = page["responses"]?.arrayValue?.first?.objectValue
    #expect((row?["cost"], row?["known_cost"]) == (.null, 0.012), "\(page)")
  }

  @Test func `the estimated cost of an ended run counts calls that were lost with a row and with a server alike`()
    async throws
  {
    let calls = Counter()
    let server = try await server { prompt in calls.add() == 2 ? Self.timeout : ChatTransport.answer(prompt) }
    let csv = "text\none\ntwo\nthree\n"
    let settings: JSONObject = ["model": "own/m", "concurrency": 1, "max_tokens": 20]
    let lost = try await server.generatedRun(settings, csv: csv)
    let killed = try await server.generatedRun(settings, csv: csv)
    try await server.interrupt(run: killed)
    func estimate(_ run: Int) async throws -> (Double, Double) {
      let run = try await server.call("runs_get", ["id": .int(run)])
      #expect(run["uncounted_calls"] == 1)
      return (run["known_cost"]?.doubleValue ?? 0, run["estimated_cost"]?.doubleValue ?? 0)
    }
    let (one, other) = (try await estimate(lost), try await estimate(killed))
    #expect(one.0 == other.0 && one.1 > one.0 && abs(one.1 / other.1 - 1) < 0.05, "\(one) \(other)")
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
