import Evaluation
import Foundation
import JSONCoding
import Providers
import Testing

@testable import Toolbox

/// The promises of `max_cost`, for calls with known prices.
@Suite struct RunCostCapTests {
  private static let short = 36
  /// Rows of a few words, and four of 48 kB at the end.
  private static let unevenRows =
    "text,expected_output\n" + (0..<short).map { "row \($0),ok\n" }.joined()
    + (0..<4).map { "\($0) \(String(repeating: "lot ", count: 12_000)),ok\n" }.joined()

  private static func rows(_ count: Int) -> String {
    "text,expected_output\n" + (0..<count).map { "\($0),ok\n" }.joined()
  }

  private static func server(_ answer: @escaping ChatTransport.Script) -> TestServer {
    TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport(answer))
  }

  /// Counts a token for four bytes of the prompt, two for an answer and sixty for a judgement.
  private static let counting: ChatTransport.Script = { prompt in
    let tokens: JSONValue = .int(8 + prompt.utf8.count / 4)
    // The expensive rows run together if nothing prevents it.
    if prompt.utf8.count > 10_000 { do { try await Task.sleep(for: .milliseconds(50)) } catch {} }
    guard prompt.contains("Judge the response") else {
      return ChatTransport.answer("ok", usage: ["prompt_tokens": tokens, "completion_tokens": 2])
    }
    return ChatTransport.answer(
      #"{"reasons":"As it is.","score":4}"#, usage: ["prompt_tokens": tokens, "completion_tokens": 60])
  }

  private static func sentences(_ object: JSONObject, _ field: String = "warnings") -> [String] {
    (object[field]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  /// The max_cost suggested by a stopped run.
  private static func suggestion(_ object: JSONObject) throws -> Double {
    let sentence = try #require(object["error_message"]?.stringValue)
    let rest = try #require(sentence.components(separatedBy: "set max_cost to $").last)
    return try #require(Double(rest.prefix { $0 == "." || $0.isNumber }))
  }

  @Test func `short rows run although a long row does not fit`() async throws {
    let server = Self.server(Self.counting)
    let long = String(repeating: "lot ", count: 12_000)
    let csv = "text,expected_output\na,ok\n\(long),ok\n" + (0..<10).map { "row \($0),ok\n" }.joined()
    let run = try await server.run(["model": "gpt-6.2-astra", "scoring": "Contains", "max_cost": 0.03], csv: csv)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(stopped["status"] == "failed" && stopped["responses_count"] == 11)
    #expect(stopped["error_message"]?.stringValue?.contains("1 row is left") == true)
    #expect((stopped["total_cost"]?.doubleValue ?? 1) < 0.03)
  }

  @Test func `a cost limit without max_tokens is warned of when the run is created`() async throws {
    let server = Self.server(Self.counting)
    let open = try await server.run(["model": "gpt-6.2-astra", "max_cost": 5], csv: Self.rows(2))
    let pending = try await server.call("runs_get", ["id": .int(open)])
    #expect(Self.sentences(pending).contains { $0.hasPrefix("max_tokens is not set") })
    let bounded = try await server.call("runs_update", ["id": .int(open), "max_tokens": 50])
    #expect(!Self.sentences(bounded).contains { $0.hasPrefix("max_tokens is not set") })
  }

  @Test func `rows known to be expensive do not begin if they do not fit`() async throws {
    let server = Self.server(Self.counting)
    let run = try await server.run(
      ["model": "gpt-6.2-astra", "scoring": "Contains", "max_cost": 0.03], csv: Self.unevenRows)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(stopped["status"] == "failed" && stopped["responses_count"] == .int(Self.short))
    #expect((stopped["total_cost"]?.doubleValue ?? 1) < 0.03)
    let enough = try Self.suggestion(stopped)
    #expect((0.38...0.6).contains(enough))
    try await server.call("runs_update", ["id": .int(run), "max_cost": .double(enough)])
    let whole = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(whole["status"] == "completed" && whole["responses_count"] == 40 && whole["error_message"] == .null)
    #expect((whole["total_cost"]?.doubleValue ?? 1) <= enough)
  }

  @Test func `judging of long answers is reserved before they are sent`() async throws {
    let server = Self.server(Self.counting)
    let metric = try await server.metric()
    let run = try await server.run(
      [
        "model": "gpt-6-luna", "judge_model": "gpt-6.2-astra", "metric_ids": [.int(metric)], "max_cost": 0.3,
      ], csv: Self.unevenRows)
    let stopped = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(stopped["status"] == "failed" && (stopped["total_cost"]?.doubleValue ?? 1) <= 0.3)
  }

  @Test func `a run that will cost more than max_cost says so when created`() async throws {
    let server = Self.server(Self.counting)
    let run = try await server.run(["model": "gpt-6.2-astra", "scoring": "Contains"], csv: Self.unevenRows)
    let made = try await server.call("runs_get", ["id": .int(run)])
    let same: JSONObject = [
      "prompt_id": made["prompt_id"] ?? .null, "dataset_id": made["dataset_id"] ?? .null, "model": "gpt-6.2-astra",
      "scoring": "Contains",
    ]
    var dear = same
    dear["max_cost"] = 0.03
    #expect(Self.sentences(try await server.call("runs_create", dear)).contains { $0.contains("max_cost") })
    (dear["max_cost"], dear["max_tokens"]) = (1, 50)
    #expect(Self.sentences(try await server.call("runs_create", dear)).isEmpty)
  }

  @Test func `a run that has cost more than max_cost says so`() async throws {
    let server = Self.server { _ in
      ChatTransport.answer("ok", usage: ["prompt_tokens": 10, "completion_tokens": 100_000])
    }
    let run = try await server.generatedRun(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_cost": 0.01], csv: Self.rows(4))
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["responses_count"] == 1)
    #expect(Self.sentences(object).contains { $0.contains("more than max_cost") })
  }

  @Test func `answers without usage are estimated by the length of their texts`() async throws {
    let server = Self.server { _ in ChatTransport.answer("ok", usage: nil) }
    let run = try await server.generatedRun(
      ["model": "gpt-6-luna", "scoring": "Contains", "max_cost": 0.001], csv: Self.rows(20))
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["status"] == "completed" && object["total_cost"] == .null)
    let warning = try #require(Self.sentences(object).first { $0.contains("estimated") })
    #expect(warning.contains("20 calls") && warning.contains("length"))
    #expect((object["estimated_cost"]?.doubleValue ?? 0) > 0.00001)
  }

  @Test func `unreadable answers are uncounted calls and limit a run`() async throws {
    let server = Self.server { _ in HTTPResponse(status: 200, body: Array(#"{"choices": [{"mess"#.utf8)) }
    let run = try await server.run(
      ["model": "gpt-6.2-astra", "scoring": "Contains", "max_cost": 0.02, "concurrency": 1], csv: Self.rows(4))
    let object = try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    #expect(object["total_cost"] == .null && (object["uncounted_calls"]?.intValue ?? 0) > 0)
    #expect(object["responses_count"]?.intValue ?? 9 < 4)
    #expect(object["error_message"]?.stringValue?.contains("Stopped at max_cost") == true)
    #expect(Self.sentences(object).contains { $0.contains("is unknown") })
  }

  @Test func `a lost answer of a local server is uncounted if its calls have a price`() async throws {
    let server = Self.server { _ in HTTPResponse(status: 200, body: Array(#"{"choices": [{"mess"#.utf8)) }
    try await server.call(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "gateway", "api_endpoint": "http://127.0.0.1:4000/v1", "api_key": "k",
        "input_price": 5, "output_price": 20,
      ])
    let run = try await server.generatedRun(["model": "gateway/m", "scoring": "Contains"], csv: Self.rows(1))
    let object = try await server.call("runs_get", ["id": .int(run)])
    #expect(object["total_cost"] == .null && object["uncounted_calls"] == 1)
  }

  @Test func `a lost call of a run without a judge is no cost of a judge`() async throws {
    let calls = Counter()
    let server = Self.server { prompt in
      switch calls.add() {
      case 3: HTTPResponse(status: 200, body: Array(#"{"choices": [{"mess"#.utf8))
      case 8...: HTTPResponse(status: 401, body: Array(#"{"error": {"message": "no"}}"#.utf8))
      default: ChatTransport.answer("ok", usage: ["prompt_tokens": 1_000, "completion_tokens": 10])
      }
    }
    let run = try await server.generatedRun(
      ["model": "gpt-6-luna", "scoring": "Contains", "concurrency": 1], csv: Self.rows(20))
    let object = try await server.call("runs_get", ["id": .int(run)])
    let parts = try #require(object["estimated_cost_parts"]?.objectValue)
    #expect(object["uncounted_calls"]?.intValue ?? 0 > 0 && parts["judge"] == nil, "\(object)")
    #expect(parts["generation"] == object["estimated_cost"])
  }

  @Test func `an added judge raises the estimate above the spending`() async throws {
    let server = Self.server(Self.counting)
    let run = try await server.generatedRun(["model": "gpt-6-luna", "scoring": "Contains"], csv: Self.rows(20))
    let spent = try #require(try await server.call("runs_get", ["id": .int(run)])["total_cost"]?.doubleValue)
    let metric = try await server.metric()
    let added = try await server.call(
      "runs_update", ["id": .int(run), "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)]])
    let expected = try #require(added["estimated_cost"]?.doubleValue)
    #expect(expected > spent)
    let judged = try await server.call("runs_judge", ["id": .int(run), "wait_seconds": 600])
    let total = try #require(judged["total_cost"]?.doubleValue)
    #expect((total / 3...total * 3).contains(expected))
    #expect(judged["estimated_cost"]?.doubleValue ?? 0 >= total.rounded(toDigits: 3))
  }

  @Test func `the estimate before the first row is close to the cost of short answers`() async throws {
    let server = Self.server(Self.counting)
    let run = try await server.run(["model": "gpt-6-luna", "scoring": "ExactMatch"], csv: Self.rows(20))
    let before = try #require(try await server.call("runs_get", ["id": .int(run)])["estimated_cost"]?.doubleValue)
    let after = try #require(
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])["total_cost"]?.doubleValue)
    #expect((after / 2...after * 4).contains(before))
  }

  @Test func `the reason of a stop is dropped when the run is complete`() async throws {
    let server = Self.server(Self.counting)
    let metric = try await server.metric()
    let run = try await server.generatedRun(
      ["model": "gpt-6-luna", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)]], csv: Self.rows(6))
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0.0000001])
    let stopped = try await server.call(
      "runs_judge", ["id": .int(run), "judge_model": "gpt-6-sol", "wait_seconds": 600])
    #expect(stopped["error_message"]?.stringValue?.contains("Stopped at max_cost") == true)
    try await server.call("runs_update", ["id": .int(run), "max_cost": 0])
    let back = try await server.call(
      "runs_judge", ["id": .int(run), "judge_model": "gpt-6-luna", "wait_seconds": 600])
    #expect(back["status"] == "completed" && back["error_message"] == .null)
  }
}
