import JSONCoding
import Testing

@testable import Toolbox

/// What a failed answer counts, where no answer is a wrong answer.
@Suite struct FailureScoringTests {
  private static let csv = "text,expected_output\n" + (0..<40).map { "w\($0),w\($0)\n" }.joined()

  /// A server whose model repeats the last word of a prompt; of a prompt that begins with `half`, it refuses every other
  /// word.
  private func server() async throws -> TestServer {
    let transport = ChatTransport { prompt in
      let word = String(prompt.split(separator: " ").last ?? "")
      let isOdd = (Int(word.dropFirst()) ?? 0) % 2 == 1
      return prompt.hasPrefix("half") && isOdd ? ChatTransport.refusal("no") : ChatTransport.answer(word)
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    try await server.dataset(Self.csv)
    return server
  }

  private func run(_ server: TestServer, _ template: String, _ settings: JSONObject) async throws -> Int {
    let prompt = try await server.prompt(template, template: "\(template) {{ text }}")
    var arguments: JSONObject = ["prompt_id": .int(prompt), "dataset_id": 1, "model": "gpt-6-luna"]
    for member in settings.members { arguments[member.key] = member.value }
    let run = try await server.id("runs_create", arguments)
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    return run
  }

  /// The settings of runs scored by an equality of texts, and by a check for it.
  private func settings(_ scoring: String, _ server: TestServer) async throws -> JSONObject {
    guard scoring == "Checks" else { return ["scoring": .string(scoring)] }
    let id = try await server.id("metrics_create", ["name": "right", "check": ["kind": "equals"]])
    return ["metric_ids": [.int(id)]]
  }

  @Test(arguments: ["ExactMatch", "Checks"])
  func `a failed row counts 0 in the run, the frontier and the comparison`(scoring: String) async throws {
    let server = try await server()
    let settings = try await settings(scoring, server)
    let whole = try await run(server, "all", settings)
    let half = try await run(server, "half", settings)
    let shown = try await server.call("runs_get", ["id": .int(half)])
    #expect(shown["scoring"] == .string(scoring) && shown["failed"] == 20 && shown["avg_score"] == 1.0)
    #expect(shown["score_with_failures_as_zero"] == 0.5)
    #expect(shown.strings("warnings").contains { $0.contains("counts them as 0") })
    let frontier = try await server.call("runs_list", ["dataset_id": 1, "frontier": true])
    let point = frontier["runs"]?.arrayValue?.first { $0["id"] == .int(half) }
    #expect(point?["score"] == 0.5)
    let comparison = try await server.call("runs_compare", ["run_ids": [.int(whole), .int(half)]])
    let statistics = comparison["statistics"]?.arrayValue?.first
    #expect(statistics?["verdict_word"] == "worse" && statistics?["losses"] == 20, "\(comparison)")
    // A row that failed has no score that could be equal.
    #expect(comparison["never_differed"]?["rows"] == 20 && comparison["never_differed"]?["of"] == 20)
  }

  @Test func `equal scores are not counted beside runs that cannot be compared`() async throws {
    let server = try await server()
    let whole = try await run(server, "all", ["scoring": "ExactMatch"])
    let other = try await run(server, "other", ["scoring": "Contains"])
    let comparison = try await server.call("runs_compare", ["run_ids": [.int(whole), .int(other)]])
    #expect(comparison["statistics"]?.arrayValue?.first?["verdict_word"] == "not_comparable")
    #expect(comparison["never_differed"] == nil)
  }

  @Test(arguments: ["ExactMatch", "Checks"])
  func `failed answers count in the probability that an answer is right`(scoring: String) async throws {
    let server = try await server()
    var settings = try await settings(scoring, server)
    settings["repeats"] = 2
    let half = try await run(server, "half", settings)
    let report = try await server.server.text("runs/\(half)/report.md")
    #expect(report.contains("| 1 | 0.50 |"), "\(report)")
  }

  @Test(arguments: ["ExactMatch", "Checks"])
  func `a gate counts failed rows as 0`(scoring: String) async throws {
    let server = try await server()
    let half = try await run(server, "half", try await settings(scoring, server))
    for limit in ["min_lower_bound", "min_score"] {
      let gate = try await server.call(
        "runs_get", ["id": .int(half), "gate": .object([limit: 0.8, "max_failed": 20])])["gate"]
      let reason = gate?["reasons"]?.arrayValue?.first?.stringValue ?? ""
      #expect(gate?["passed"] == false && reason.contains("0 for 20 failed rows"), "\(reason)")
    }
    #expect(
      try await server.call("runs_get", ["id": .int(half), "gate": ["min_score": 0.5, "max_failed": 20]])["gate"]?[
        "passed"] == true)
  }

  @Test func `a check that cannot score an answer is no wrong answer`() async throws {
    let server = try await server()
    let check = try await server.id(
      "metrics_create", ["name": "number", "check": ["kind": "number", "expected": "{{ text }}"]])
    try await server.dataset("text\n1\n2\n3\nx")
    var runs: [Int] = []
    for name in ["one", "two"] {
      runs.append(try await run(server, name, ["dataset_id": 2, "metric_ids": [.int(check)]]))
    }
    let comparison = try await server.call("runs_compare", ["run_ids": .array(runs.map(JSONValue.int))])
    let sentence = "\(comparison)"
    #expect(!sentence.contains("failed and counted 0") && sentence.contains("left out"), "\(sentence)")
  }

  @Test func `a deleted check is no metric for a judge`() async throws {
    let server = try await server()
    let id = try await run(server, "all", try await settings("Checks", server))
    try await server.call("metrics_delete", ["id": 1])
    let shown = try await server.call("runs_get", ["id": .int(id)])
    #expect(shown["avg_score"] == 1.0 && !shown.strings("warnings").contains { $0.contains("judge_model") })
    let judged = try await server.call("runs_update", ["id": .int(id), "judge_model": "gpt-6-sol"])
    #expect(judged["scoring"] == "Checks" && judged["avg_score"] == 1.0)
  }

  @Test func `missing results of checks have one remedy, and it helps`() async throws {
    let server = try await server()
    let settings = try await settings("Checks", server)
    let runs = [try await run(server, "all", settings), try await run(server, "other", settings)]
    try await server.call("metrics_update", ["id": 1, "check": ["kind": "length", "min": 1]])
    let remedy = "metric_ids scores the answers again, free of charge"
    let comparison = try await server.call("runs_compare", ["run_ids": .array(runs.map(JSONValue.int))])
    #expect("\(comparison)".contains(remedy) && !"\(comparison)".contains("retry_failed"), "\(comparison)")
    let shown = try await server.call("runs_get", ["id": .int(runs[0]), "gate": ["min_score": 0.5]])
    #expect(shown.strings("warnings").contains { $0.contains(remedy) })
    #expect("\(shown["gate"] ?? .null)".contains(remedy))
    let scored = try await server.call("runs_update", ["id": .int(runs[0]), "metric_ids": [1]])
    #expect(scored["avg_score"] == 1.0 && !scored.strings("warnings").contains { $0.contains(remedy) })
  }
}
