import JSONCoding
import Testing

@testable import Toolbox

/// The frontier of score and cost of `runs_list`.
@Suite struct FrontierTests {
  private static let rows = 40

  /// A server whose models answer by the model's name in the prompt: `good` repeats the row's word, `bad` says no.
  private func server() async throws -> TestServer {
    let transport = ChatTransport { prompt in
      let word = String(prompt.split(separator: " ").last ?? "")
      return ChatTransport.answer(prompt.hasPrefix("good") ? word : "no")
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    try await server.dataset("text,expected_output\n" + (0..<Self.rows).map { "w\($0),w\($0)\n" }.joined())
    return server
  }

  @discardableResult
  private func run(
    _ server: TestServer, _ template: String, model: String, _ settings: JSONObject = [:]
  ) async throws -> Int {
    let prompt = try await server.prompt(template, template: "\(template) {{ text }}")
    var arguments: JSONObject = ["prompt_id": .int(prompt), "dataset_id": 1, "model": .string(model)]
    for member in settings.members { arguments[member.key] = member.value }
    let run = try await server.id("runs_create", arguments)
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    return run
  }

  private func frontier(_ server: TestServer) async throws -> JSONObject {
    try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
  }

  private func standings(_ result: JSONObject) -> [String] {
    result["runs"]?.arrayValue?.map { "\($0["id"]?.intValue ?? 0) \($0["standing"]?.stringValue ?? "")" } ?? []
  }

  @Test func `a run that another beats in score and cost is not on the frontier`() async throws {
    let server = try await server()
    try await run(server, "good a", model: "gpt-6-sol")
    try await run(server, "bad", model: "gpt-6-luna")
    try await run(server, "bad b", model: "gpt-6-sol")
    let result = try await frontier(server)
    #expect(standings(result) == ["2 frontier", "1 frontier", "3 beaten"])
    let beaten = try #require(result["runs"]?.arrayValue?.last)
    // The cheaper bad run comes first and has the same score, shown on no row to differ.
    #expect(beaten["by"]?["run_id"]?.intValue.map { [1, 2].contains($0) } == true)
    #expect(beaten["score"] == 0.0 && beaten["cost_per_row"]?.doubleValue ?? 0 > 0)
    #expect(result["left_out"] == [])
  }

  @Test func `filters choose the runs, and a page is refused`() async throws {
    let server = try await server()
    try await run(server, "good", model: "gpt-6-luna", ["tag_names": ["keep"]])
    try await run(server, "bad", model: "gpt-6-luna")
    let tagged = try await server.call("runs_list", ["dataset_id": 1, "frontier": true, "tag_names": ["keep"]])
    #expect(standings(tagged) == ["1 frontier"] && tagged["left_out"] == [])
    let refusal = try await server.refusal("runs_list", ["dataset_id": 1, "frontier": true, "limit": 5])
    #expect(refusal.contains("limit has no effect"), "\(refusal)")
  }

  @Test func `what may be chance is not called beaten`() async throws {
    let server = try await server()
    try await run(server, "good", model: "gpt-6-luna", ["rows": "6"])
    try await run(server, "bad", model: "gpt-6-luna", ["rows": "6"])
    try await run(server, "good b", model: "gpt-6-luna", ["rows": "6"])
    let result = try await frontier(server)
    let runs = try #require(result["runs"]?.arrayValue)
    #expect(runs.count == 3)
    #expect(runs.allSatisfy { ["frontier", "perhaps_beaten", "beaten"].contains($0["standing"]?.stringValue) })
    // Equal in both: neither beats the other.
    #expect(runs.filter { $0["standing"] == "frontier" }.count == 2)
  }

  @Test func `every run left out has a reason`() async throws {
    let server = try await server()
    try await run(server, "good", model: "gpt-6-luna")
    try await run(server, "good c", model: "gpt-6-sol")
    try await run(server, "good d", model: "gpt-6-luna", ["scoring": "Contains"])
    try await run(server, "good e", model: "gpt-6-luna", ["rows": "10"])
    try await run(server, "good f", model: "gpt-unpriced")
    let pending = try await server.prompt("pending", template: "{{ text }}")
    try await server.call("runs_create", ["prompt_id": .int(pending), "dataset_id": 1])
    let result = try await frontier(server)
    let reasons = result["left_out"]?.arrayValue?.reduce(into: [Int: String]()) {
      $0[$1["id"]?.intValue ?? 0] = $1["why"]?.stringValue
    }
    #expect(standings(result) == ["1 frontier", "2 perhaps_beaten"])
    #expect(reasons?[3]?.contains("scored differently") == true)
    #expect(reasons?[4]?.hasPrefix("It answered other rows (10) than run 2 (all). runs_create with like_run 4") == true)
    #expect(reasons?[5]?.hasPrefix("The cost of its answers is not known: its warnings") == true)
    #expect(
      reasons?[6] == "It is not completed: run 6 has not been started: 0 of 40 rows so far. runs_generate starts it.")
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output\nz,z"])
    let changed = try await frontier(server)
    #expect(changed["runs"] == [] && changed["left_out"]?.arrayValue?.count == 6)
  }

  @Test func `the choice of runs that can be compared is told, and advice on the others can be followed`() async throws
  {
    let server = try await server()
    try await run(server, "good", model: "gpt-6-luna")
    try await run(server, "bad", model: "gpt-6-luna")
    #expect(try await frontier(server)["choice"] == nil)
    try await run(server, "good e", model: "gpt-6-luna", ["rows": "10"])
    let chosen = try await frontier(server)
    let choice = chosen["choice"]?.stringValue ?? ""
    #expect(choice.hasPrefix("These runs are scored with ExactMatch on rows all, like run 2"), "\(choice)")
    #expect(choice.contains("1 other run that is scored in another way or on other rows is in left_out"), "\(choice)")
    let again = try await server.id("runs_create", ["like_run": 3, "rows": "all", "reuse": true])
    try await server.call("runs_generate", ["id": .int(again), "wait_seconds": 600])
    #expect(try await frontier(server)["runs"]?.arrayValue?.contains { $0["id"] == .int(again) } == true)
  }

  @Test func `a run that ended early on other rows is not told to go on with them`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport { _ in ChatTransport.refusal("no") })
    try await server.dataset("text,expected_output\na,b\nc,d")
    try await run(server, "good", model: "gpt-6-luna")
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output\nz,z"])
    let reason = try await frontier(server)["left_out"]?.arrayValue?.first?["why"]?.stringValue ?? ""
    #expect(reason.hasPrefix("The dataset was changed since. runs_create with like_run 1"), "\(reason)")
  }

  @Test func `it needs a dataset`() async throws {
    let message = try await server().refusal("runs_list", ["frontier": true])
    #expect(message.contains("dataset_id"))
  }
}
