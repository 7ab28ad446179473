import JSONCoding
import Testing

@testable import Toolbox

/// The cost and latency ratios of runs_compare.
@Suite struct RatioToolTests {
  private static let csv = "text,expected_output\n" + (0..<12).map { "row \($0),Say row \($0).\n" }.joined()

  /// Two runs by models of which the second costs ten times as much; one row fails in both.
  private func statistics(margin: Double? = nil) async throws -> JSONObject {
    let transport = ChatTransport { prompt in
      prompt.contains("row 3") ? ChatTransport.refusal("no") : ChatTransport.answer(prompt)
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    let first = try await server.generatedRun(["model": "gpt-6-luna"], csv: Self.csv)
    let second = try await server.id("runs_create", ["like_run": .int(first), "model": "gpt-6-sol"])
    try await server.call("runs_generate", ["id": .int(second), "wait_seconds": 600])
    var arguments: JSONObject = ["run_ids": [.int(first), .int(second)]]
    arguments["margin"] = margin.map(JSONValue.double)
    let result = try await server.call("runs_compare", arguments)
    return try #require(result["statistics"]?.arrayValue?.first?.objectValue)
  }

  @Test func `ratios have intervals and say which rows they leave out`() async throws {
    let statistics = try await statistics()
    let ratio = try #require(statistics["cost_ratio"]?.doubleValue)
    #expect(ratio > 1)
    // Every answer has the same tokens, so the ratio is that of the prices.
    #expect(statistics["cost_ratio_interval"]?.arrayValue?.compactMap(\.doubleValue) == [ratio, ratio])
    #expect(statistics["cost_ratio_rows"] == ["compared": 11, "failed": 1, "unknown": 0])
    #expect(statistics["latency_ratio_rows"]?["failed"] == 1)
  }

  /// The rows of two runs say nothing of how fast the provider was when each of them was made.
  @Test func `the ratio of latencies has no interval, and says why`() async throws {
    let statistics = try await statistics()
    #expect(statistics["latency_ratio"]?.doubleValue ?? 0 > 0)
    #expect(statistics["latency_ratio_interval"] == .null)
    #expect(statistics["latency_ratio_note"]?.stringValue?.contains("different times") == true)
    #expect(statistics["cost_ratio_note"] == nil)
  }

  @Test func `the sentence names the models and the price with its interval`() async throws {
    let sentence = try await statistics(margin: 0.5)["verdict"]?.stringValue ?? ""
    #expect(sentence.contains("gpt-6-sol answered in "))
    #expect(sentence.contains("gpt-6-luna in "))
    #expect(sentence.contains(" times the cost ("))
  }
}
