import JSONCoding
import Testing

@testable import Toolbox

/// What a run is said to cost, once an earlier run has shown it.
@Suite struct CostForecastTests {
  private static let short = 20
  private static let long = 4_000

  /// Rows of which the second half has long answers; or the first, if they are reversed.
  private static func csv(_ count: Int, isReversed: Bool = false) -> String {
    let kinds = (0..<count).map { ($0 < count / 2) == isReversed ? "long" : "short" }
    return "text,expected_output\n" + kinds.enumerated().map { "\($1) \($0),ok\n" }.joined()
  }

  /// A server whose counts of tokens follow neither from the length of a prompt alone nor from that of an answer.
  private static func server() -> TestServer {
    TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        if prompt.contains("Judge the response") {
          return ChatTransport.answer(
            #"{"reasons":"As it is.","score":4}"#,
            usage: ["prompt_tokens": 300, "completion_tokens": .int(prompt.contains("Say deep") ? 1_010 : 30)])
        }
        let tokens = prompt.contains("long") ? long : short
        return ChatTransport.answer(
          "ok", usage: ["prompt_tokens": .int(11 + prompt.utf8.count / 3), "completion_tokens": .int(tokens)])
      })
  }

  private func range(_ run: JSONObject) throws -> ClosedRange<Double> {
    let bounds = try #require(run["estimated_cost_range"]?.arrayValue).compactMap(\.doubleValue)
    return try #require(bounds.first)...(try #require(bounds.last))
  }

  /// What a run like another is said to cost, and what it costs.
  private func repeated(
    _ server: TestServer, _ first: Int, _ settings: JSONObject = [:]
  ) async throws -> (run: JSONObject, cost: Double) {
    var settings = settings
    settings["like_run"] = .int(first)
    settings["temperature"] = 0.5
    let run = try await server.call("runs_create", settings)
    let done = try await server.call("runs_generate", ["id": run["id"] ?? .null, "wait_seconds": 600])
    return (run, try #require(done["total_cost"]?.doubleValue))
  }

  @Test(arguments: [false, true])
  func `rows sorted by the length of their answers are foretold from all of an earlier run`(isReversed: Bool)
    async throws
  {
    let server = Self.server()
    let first = try await server.generatedRun(
      ["model": "gpt-6-luna", "scoring": "Contains"], csv: Self.csv(300, isReversed: isReversed))
    for settings: JSONObject in [[:], ["rows": "100"]] {
      let (run, cost) = try await repeated(server, first, settings)
      #expect(try range(run).contains(cost), "\(run) \(cost)")
      #expect(abs((run["estimated_cost"]?.doubleValue ?? 0) / cost - 1) < 0.25, "\(run) \(cost)")
    }
  }

  @Test func `rows that an earlier run has not answered may have the longest answers`() async throws {
    let repairs = Counter()
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"],
      transport: ChatTransport { prompt in
        let isLong = prompt.contains("long")
        if isLong, repairs.value == 0 { return ChatTransport.refusal("No answer", status: 400) }
        return ChatTransport.answer(
          "ok", usage: ["prompt_tokens": 20, "completion_tokens": .int(isLong ? Self.long : Self.short)])
      })
    let csv = "text,expected_output\n" + (0..<120).map { "\($0 < 90 ? "short" : "long") \($0),ok\n" }.joined()
    let first = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: csv)
    #expect(try await server.call("runs_get", ["id": .int(first)])["progress"]?["failed"] != 0)
    repairs.add()
    let (run, cost) = try await repeated(server, first)
    #expect(try range(run).contains(cost), "\(run) \(cost)")
  }

  @Test func `judgements sorted by their length are foretold from all of an earlier run`() async throws {
    let server = Self.server()
    let metric = try await server.metric()
    let first = try await server.generatedRun(
      ["model": "gpt-6-luna", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "probe": false],
      csv: Self.csv(200).replacing("long", with: "deep"))
    let (run, cost) = try await repeated(server, first)
    #expect(try range(run).contains(cost), "\(run) \(cost)")
    let judge = try #require(run["estimated_cost_parts"]?["judge"]?.doubleValue)
    #expect(abs(judge / (200 * (30 + 52 * 5) * 1e-6) - 1) < 0.25, "\(judge)")
  }

  @Test func `the tokens of prompts are those that an earlier run has counted`() async throws {
    let server = Self.server()
    let csv = "text,expected_output\n" + (0..<300).map { "row \($0),ok\n" }.joined()
    let first = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: csv)
    let (run, cost) = try await repeated(server, first)
    #expect(try range(run).contains(cost))
    #expect(abs((run["estimated_cost"]?.doubleValue ?? 0) / cost - 1) < 0.02, "\(run) \(cost)")
  }

  @Test func `a run that stops in sorted rows is told what the rest costs, and finishes with the advised limit`()
    async throws
  {
    let server = Self.server()
    let first = try await server.generatedRun(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_tokens": 5_000], csv: Self.csv(40))
    let run = try await server.id("runs_create", ["like_run": .int(first), "max_cost": 0.006])
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let message = try #require(stopped["error_message"]?.stringValue)
    func dollars(_ match: Regex<(Substring, Substring)>) throws -> Double {
      let found = try #require(message.firstMatch(of: match), "\(message)")
      return try #require(Double(found.output.1))
    }
    // One number for what is left: in the message, and in the estimate.
    let rest = try dollars(/cost about \$([0-9.]*[0-9])/)
    let spent = try #require(stopped["total_cost"]?.doubleValue)
    let estimate = try #require(stopped["estimated_cost"]?.doubleValue)
    #expect(abs((spent + rest) / estimate - 1) < 0.02, "\(message) \(estimate)")
    let (enough, certain) = (try dollars(/set max_cost to \$([0-9.]*[0-9])/), try dollars(/\$([0-9.]*[0-9]) is enough/))
    #expect(enough < certain)
    try await server.call("runs_update", ["id": .int(run), "max_cost": .double(enough)])
    let whole = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(whole["status"] == "completed" && whole["total_cost"]?.doubleValue ?? 1 <= enough, "\(whole)")
  }

  @Test func `a run that stops before its long rows is told a limit that is certainly enough`() async throws {
    let server = Self.server()
    let run = try await server.run(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_tokens": 4_000, "max_cost": 0.0025], csv: Self.csv(40))
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let message = try #require(stopped["error_message"]?.stringValue)
    let match = try #require(message.firstMatch(of: /\$([0-9.]*[0-9]) is enough/), "\(message)")
    let certain = try #require(Double(match.output.1))
    try await server.call("runs_update", ["id": .int(run), "max_cost": .double(certain)])
    let whole = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(whole["status"] == "completed", "\(whole)")
  }

  @Test(arguments: [1, 50, 100])
  func `the highest cost follows max_tokens, however long earlier answers were`(limit: Int) async throws {
    let server = Self.server()
    let csv = "text,expected_output\n" + (0..<20).map { "long \($0),ok\n" }.joined()
    let first = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: csv)
    let run = try await server.call("runs_create", ["like_run": .int(first), "max_tokens": .int(limit)])
    let highest = try #require(run["highest_cost"]?.doubleValue)
    // At most 20 tokens of a prompt, at 0.1 dollars per million, and the limit at 0.5.
    #expect(highest <= 20 * (20 * 0.1 + Double(limit) * 0.5) * 1e-6, "\(run)")
  }

  @Test func `a completed run without token counts has no highest cost`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport { _ in ChatTransport.answer("ok", usage: nil) })
    let run = try await server.generatedRun(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_tokens": 50], csv: Self.csv(10))
    let done = try await server.call("runs_get", ["id": .int(run)])
    #expect(done["estimated_cost"]?.doubleValue ?? 0 > 0 && done["highest_cost"] == .null, "\(done)")
  }

  @Test func `a run whose model has no known price says so before it starts`() async throws {
    let server = Self.server()
    try await server.call(
      "provider_credentials_create",
      ["provider": "openai", "name": "gateway", "api_endpoint": "https://gateway.example/v1", "api_key": "k"])
    func notes(_ settings: JSONObject) async throws -> [String] {
      var settings = settings
      settings["model"] = "gateway/house-model"
      let run = try await server.run(settings, csv: Self.csv(10))
      return try await server.call("runs_get", ["id": .int(run)]).strings("warnings").filter {
        $0.contains("house-model has no known price") && $0.contains("input_price and output_price")
      }
    }
    let (open, limited) = (try await notes([:]), try await notes(["max_cost": 1]))
    #expect(open.count == 1 && !open[0].contains("max_cost"))
    #expect(limited.count == 1 && limited[0].contains("runs_generate refuses the run"))
  }
}
