import Evaluation
import JSONCoding
import Providers
import Store
import Testing

@testable import Toolbox

/// Prices of a vendor's list that are assumed for another server: they are told wherever a cost is.
@Suite struct AssumedPriceTests {
  private static let csv = "text,expected_output\n" + (0..<12).map { "row \($0),Say row \($0).\n" }.joined()

  private func server(_ credential: JSONObject = [:]) async throws -> TestServer {
    let server = TestServer(transport: ChatTransport { ChatTransport.answer($0) })
    var arguments: JSONObject = [
      "provider": "openai", "name": "gateway", "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
    ]
    for member in credential.members { arguments[member.key] = member.value }
    _ = try await server.id("provider_credentials_create", arguments)
    return server
  }

  private func notes(_ object: JSONObject) -> [String] {
    object.strings("warnings").filter { $0.contains("OpenAI's list price") }
  }

  private func run(_ server: TestServer, _ model: String, like run: Int? = nil) async throws -> Int {
    guard let run else { return try await server.generatedRun(["model": .string(model)], csv: Self.csv) }
    let id = try await server.id("runs_create", ["like_run": .int(run), "model": .string(model)])
    try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
    return id
  }

  @Test func `estimate, finished run and a run that is judged later warn of it, once each`() async throws {
    let server = try await server()
    let (prompt, dataset) = (try await server.prompt(), try await server.dataset(Self.csv))
    let made = try await server.call(
      "runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": "gpt-4.1-mini"])
    let id = made["id"] ?? .null
    #expect(notes(made).count == 1)
    #expect(notes(try await server.call("runs_get", ["id": id])).count == 1)
    let done = try await server.call("runs_generate", ["id": id, "wait_seconds": 600])
    #expect(done["status"] == "completed" && notes(done).count == 1 && notes(done)[0].contains("gpt-4.1-mini at "))
    #expect(done["total_cost"]?.doubleValue ?? 0 > 0)
    try await server.metric("tone")
    let judged = try await server.call(
      "runs_judge", ["id": id, "metric_ids": [1], "judge_model": "echo", "wait_seconds": 600])
    #expect(notes(judged).count == 1)
  }

  @Test func `an assumed price stays with the answers that it has, and no longer`() async throws {
    let server = try await server()
    let id = try await run(server, "gpt-4.1-mini")
    func prices() async throws -> [AssumedPrice] {
      try await server.services.store.read { $0.runs[id]?.assumedPrices ?? [] }
    }
    #expect(try await prices().map(\.model) == ["gpt-4.1-mini"])
    try await server.call("provider_credentials_update", ["id": 1, "input_price": 1, "output_price": 2])
    try await server.metric("tone")
    try await server.call(
      "runs_judge", ["id": .int(id), "metric_ids": [1], "judge_model": "gateway/gpt-4.1", "wait_seconds": 600])
    #expect(try await prices().map(\.model) == ["gpt-4.1-mini"])
    let again = try await server.call(
      "runs_generate", ["id": .int(id), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(try await prices().isEmpty && notes(again).isEmpty)
  }

  @Test func `a price of the credential is not assumed`() async throws {
    let server = try await server(["input_price": 1, "output_price": 2])
    let id = try await run(server, "gpt-6-luna")
    #expect(notes(try await server.call("runs_get", ["id": .int(id)])).isEmpty)
    let other = try await run(server, "gpt-6-sol", like: id)
    let result = try await server.call("runs_compare", ["run_ids": [.int(id), .int(other)]])
    #expect(result["statistics"]?.arrayValue?.first?["warnings"] == nil)
  }

  @Test func `comparison, gates and frontier do not call such a cost certain`() async throws {
    let server = try await server()
    let first = try await run(server, "gpt-6-luna")
    let second = try await run(server, "gpt-6-sol", like: first)
    let result = try await server.call(
      "runs_compare",
      ["run_ids": [.int(first), .int(second)], "margin": 0.5, "gate": ["max_cost_ratio": 1_000]])
    let statistics = try #require(result["statistics"]?.arrayValue?.first?.objectValue)
    let doubts = statistics.strings("warnings").filter { $0.hasPrefix("The cost ratio is not certain") }
    #expect(doubts.count == 2 && doubts.allSatisfy { $0.contains("OpenAI's list price") })
    #expect(statistics["verdict"]?.stringValue?.contains("by an assumed list price") == true)
    #expect(result["gate"]?["passed"] == true)
    #expect(result["gate"]?["notes"]?.arrayValue?.count == 2)
    let gated = try await server.call("runs_get", ["id": .int(first), "gate": ["max_cost": 1]])
    #expect(gated["gate"]?["passed"] == true)
    #expect(
      gated["gate"]?["notes"]?.arrayValue?.compactMap(\.stringValue).contains { $0.contains("list price") } == true)
    let frontier = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    #expect(frontier["runs"]?.arrayValue?.allSatisfy { $0["cost_warning"]?.stringValue != nil } == true)
  }

  @Test func `a run of which some answers have no cost tells what the others cost`() async throws {
    let transport = ChatTransport { prompt in
      ChatTransport.answer(
        prompt, usage: prompt.contains("row 1") ? nil : ["prompt_tokens": 1_000, "completion_tokens": 1_000])
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    let run = try await server.call("runs_get", ["id": .int(try await run(server, "gpt-4.1"))])
    #expect(run["total_cost"] == .null)
    // Nine answers at $0.01 each, and three without a count.
    let price = try #require(Vendor.openai.price(of: "gpt-4.1"))
    let known = 9 * (price.cost(of: TokenUsage(promptTokens: 1_000, completionTokens: 1_000)) ?? 0)
    #expect(
      run.strings("warnings").contains {
        $0.hasPrefix("The cost of 3 answers") && $0.contains("The others cost \(Dollars.text(known))")
      })
  }
}
