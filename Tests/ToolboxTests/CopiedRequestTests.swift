import JSONCoding
import Testing

@testable import Toolbox

/// Runs that send what they copied from rows: nothing that rests on their scores passes.
@Suite struct CopiedRequestTests {
  private static let csv =
    "text,expected_output\n"
    + (0..<60).map { "row \($0) says that owls sleep,row \($0) says that owls sleep\n" }.joined()
  private static let leak: JSONValue = .string(
    "Known: " + (0..<60).map { "row \($0) says that owls sleep" }.joined(separator: "; "))

  /// A server with a finished run of its first prompt version on all rows.
  private func server() async throws -> (TestServer, baseline: Int) {
    let server = TestServer()
    let prompt = try await server.id(
      "prompts_create", ["name": "p", "template": "{{ text }}", "llm_model": "echo"])
    let dataset = try await server.dataset(Self.csv)
    let run = try await server.id("runs_create", ["prompt_id": .int(prompt), "dataset_id": .int(dataset)])
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    return (server, run)
  }

  @Test func `the settings of a run are examined even of the first version`() async throws {
    let (server, baseline) = try await server()
    let run = try await server.call(
      "runs_create", ["like_run": .int(baseline), "system_prompt": Self.leak, "rows": "validation"])
    #expect(run.strings("warnings").contains { $0.contains("copied from rows") })
    let refusal = try await server.refusal("runs_generate", ["id": run["id"] ?? .null])
    #expect(refusal.contains("cannot start") && refusal.contains("stands in row_index"))
    // What the first run sent is known, and so is what the version says itself.
    let same = try await server.call(
      "runs_create", ["like_run": .int(baseline), "system_prompt": "Repeat it.", "rows": "validation"])
    #expect(same.strings("warnings").allSatisfy { !$0.contains("copied from rows") })
    #expect(
      try await server.call("runs_generate", ["id": same["id"] ?? .null, "wait_seconds": 600])["status"] == "completed")
  }

  @Test func `no gate passes by the scores of a run that sent copied rows`() async throws {
    let (server, baseline) = try await server()
    let id = try await server.id("runs_create", ["like_run": .int(baseline), "system_prompt": Self.leak])
    try await server.call("runs_generate", ["id": .int(id), "wait_seconds": 600])
    let run = try await server.call("runs_get", ["id": .int(id), "gate": ["min_score": 0.5]])
    #expect(run.strings("warnings").contains { $0.contains("copied from rows") })
    #expect(run["gate"]?["passed"] == false)
    #expect(run["gate"]?.objectValue?.strings("reasons").first?.contains("copied from rows") == true)
    #expect(try await server.call("runs_get", ["id": .int(id), "gate": ["max_failed": 0]])["gate"]?["passed"] == true)
    for gate: JSONValue in [["verdict": "not_worse"], ["min_lower_bound": -0.5]] {
      let compared = try await server.call(
        "runs_compare", ["run_ids": [.int(baseline), .int(id)], "limit": 0, "gate": gate])
      let statistics = compared["statistics"]?.arrayValue?.first?.objectValue ?? [:]
      #expect(statistics["verdict_word"] == "unclear" && statistics["scores_verdict_word"] != nil)
      #expect(compared["gate"]?["passed"] == false)
      #expect(compared["gate"]?.objectValue?.strings("reasons").first?.contains("proves anything") == true)
    }
  }

  @Test func `a run that sent copied rows beats no other one`() async throws {
    let transport = ChatTransport { prompt in
      ChatTransport.answer(prompt.hasPrefix("good ") ? String(prompt.dropFirst(5)) : "no")
    }
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: transport)
    let dataset = try await server.dataset(Self.csv)
    var runs: [Int] = []
    for (template, model, system) in [("bad", "gpt-6-sol", "Be brief."), ("good", "gpt-6-luna", Self.leak)]
      as [(String, String, JSONValue)]
    {
      let prompt = try await server.prompt(template, template: "\(template) {{ text }}")
      let run = try await server.id(
        "runs_create",
        [
          "prompt_id": .int(prompt), "dataset_id": .int(dataset), "model": .string(model), "system_prompt": system,
          "scoring": "ExactMatch",
        ])
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
      runs.append(run)
    }
    let compared = try await server.call("runs_compare", ["run_ids": .array(runs.map(JSONValue.int)), "limit": 0])
    #expect(compared["statistics"]?.arrayValue?.first?["scores_verdict_word"] == "better")
    let frontier = try await server.call("runs_list", ["dataset_id": .int(dataset), "frontier": true])
    let beaten = frontier["runs"]?.arrayValue?.first { $0["id"] == .int(runs[0]) }
    #expect(beaten?["standing"] == "perhaps_beaten", "\(frontier)")
  }
}
