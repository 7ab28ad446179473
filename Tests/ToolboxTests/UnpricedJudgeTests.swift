import JSONCoding
import Testing

@testable import Toolbox

/// Judges and models without a known price: what is known of a run's cost stays known, and the unknown part is named.
@Suite struct UnpricedJudgeTests {
  private static let csv = "text,expected_output\n" + (0..<3).map { "row \($0),Say row \($0).\n" }.joined()

  /// Credential `own` has prices, `dark` has none.
  private static func server() async throws -> TestServer {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    for (name, prices) in [("own", ["input_price": 1000, "output_price": 2000]), ("dark", [:])]
      as [(String, JSONObject)]
    {
      var credential: JSONObject = [
        "provider": "openai", "name": .string(name), "api_key": "k", "api_endpoint": "http://127.0.0.1:9/v1",
      ]
      for member in prices.members { credential[member.key] = member.value }
      try await server.call("provider_credentials_create", credential)
    }
    return server
  }

  private static func unknown(_ run: JSONObject) -> [String] {
    run.strings("warnings").filter { $0.contains("is not known, because") }
  }

  /// A call has ten tokens and two.
  private static let call = 0.014

  private static func judged(_ server: TestServer, by judge: String) async throws -> Int {
    let metric = try await server.metric()
    return try await server.generatedRun(
      [
        "model": "own/m", "judge_model": .string(judge), "metric_ids": [.int(metric)], "probe": false,
        "scoring": "LlmJudge",
      ], csv: csv)
  }

  @Test func `a judge without a price leaves known what the judge before it has cost`() async throws {
    let server = try await Self.server()
    let run = try await Self.judged(server, by: "own/judge")
    let before = try await server.call("runs_get", ["id": .int(run)])
    #expect(before["total_cost"]?.doubleValue == 6 * Self.call)
    let judged = try await server.call(
      "runs_judge", ["id": .int(run), "judge_model": "dark/judge", "wait_seconds": 600])
    #expect(judged["total_cost"] == .null && judged["known_cost"] == before["total_cost"], "\(judged)")
    let told = Self.unknown(judged)
    #expect(
      told.count == 1 && told[0].hasPrefix("The cost of 3 reviews by the judge dark/judge is not known"), "\(told)")
    #expect(told[0].contains("The others cost $0.084"), "\(told)")
    // The judge with a price is not said to have none.
    let back = try await server.call("runs_judge", ["id": .int(run), "judge_model": "own/judge", "wait_seconds": 600])
    #expect(Self.unknown(back).count == 1 && Self.unknown(back)[0].contains("3 reviews by the judge dark/judge"))
    #expect(try #require(back["known_cost"]?.doubleValue) >= 6 * Self.call - 1e-9)
    let dry = try await server.call("runs_delete", ["id": .int(run), "dry_run": true])
    #expect(dry["known_cost"] == back["known_cost"] && dry["uncounted_calls"] == 3, "\(dry)")
  }

  @Test func `a judge with a price is known beside one without that came first`() async throws {
    let server = try await Self.server()
    let run = try await Self.judged(server, by: "dark/judge")
    let first = try await server.call("runs_get", ["id": .int(run)])
    #expect(first["total_cost"] == .null && first["known_cost"]?.doubleValue == 3 * Self.call)
    #expect(Self.unknown(first).first?.contains("3 reviews by the judge dark/judge") == true)
    let judged = try await server.call(
      "runs_judge", ["id": .int(run), "judge_model": "own/judge", "wait_seconds": 600])
    #expect(judged["total_cost"] == .null && judged["known_cost"]?.doubleValue == 6 * Self.call, "\(judged)")
    let told = Self.unknown(judged)
    #expect(told.count == 1 && told[0].contains("3 reviews by the judge dark/judge"), "\(told)")
    let again = try await server.call(
      "runs_generate", ["id": .int(run), "restart": true, "confirm": true, "wait_seconds": 600])
    #expect(again["earlier_cost"]?.doubleValue == 6 * Self.call && again["earlier_uncounted_calls"] == 3)
  }

  @Test func `a price that is set afterwards tells what the calls come to`() async throws {
    let server = try await Self.server()
    let run = try await server.generatedRun(["model": "dark/m"], csv: Self.csv)
    let before = try await server.call("runs_get", ["id": .int(run)])
    #expect(before["total_cost"] == .null && before["cost_at_current_prices"] == nil)
    #expect(
      Self.unknown(before).first?.contains("gives one: later calls then have a cost, and runs_get works out") == true)
    try await server.call("provider_credentials_update", ["id": 2, "input_price": 1000, "output_price": 2000])
    let after = try await server.call("runs_get", ["id": .int(run)])
    #expect(after["total_cost"] == .null && after["cost_at_current_prices"]?.doubleValue == 3 * Self.call, "\(after)")
    let told = try #require(Self.unknown(after).first)
    #expect(told.contains("had no known price when it was called"), "\(told)")
    #expect(told.contains("At today's prices of m these come to $0.042, and the run to $0.042"), "\(told)")
    #expect(!told.contains("provider_credentials_update"), "\(told)")
  }

  @Test func `a gate and a list follow a price that was set afterwards`() async throws {
    let server = try await Self.server()
    let run = try await server.generatedRun(["model": "dark/m"], csv: Self.csv)
    func reasons(_ limit: Double) async throws -> [String] {
      let shown = try await server.call("runs_get", ["id": .int(run), "gate": ["max_cost": .double(limit)]])
      return shown["gate"]?.objectValue?.strings("reasons") ?? ["no gate"]
    }
    func listed() async throws -> String {
      let runs = try await server.call("runs_list", ["fields": ["id", "warnings"]])["runs"]?.arrayValue ?? []
      return runs.first?.objectValue.map { Self.unknown($0) }?.first ?? ""
    }
    #expect(try await reasons(1).first?.contains("A price counts for later calls only") == true)
    try await server.call("provider_credentials_update", ["id": 2, "input_price": 1000, "output_price": 2000])
    let later = try await reasons(1)
    #expect(later.count == 1 && later[0].contains("comes to $0.042 at today's prices"), "\(later)")
    #expect(!later[0].contains("provider_credentials_update"), "\(later)")
    let excess = try await reasons(0.01)
    #expect(excess.first?.contains("has cost $0.042 at today's prices") == true, "\(excess)")
    let told = try await listed()
    #expect(told.contains("when it was called") && told.contains("If it has one now, runs_get shows"), "\(told)")
  }

  @Test func `a price that is set afterwards counts for a judge and beside what is known`() async throws {
    let server = try await Self.server()
    let run = try await Self.judged(server, by: "dark/judge")
    try await server.call("runs_judge", ["id": .int(run), "judge_model": "own/judge", "wait_seconds": 600])
    try await server.call("provider_credentials_update", ["id": 2, "input_price": 1000, "output_price": 2000])
    let after = try await server.call("runs_get", ["id": .int(run)])
    #expect(after["cost_at_current_prices"]?.doubleValue == 9 * Self.call, "\(after)")
  }
}
