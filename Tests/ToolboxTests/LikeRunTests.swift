import JSONCoding
import Testing

@testable import Toolbox

/// `like_run` of runs_create: a fair comparison in one call.
@Suite struct LikeRunTests {
  private func judged() async throws -> (server: TestServer, run: Int) {
    let server = TestServer(environment: ["OPENAI_API_KEY": "sk-1"], transport: ChatTransport.judge(score: 4))
    let metric = try await server.metric()
    let run = try await server.generatedRun([
      "model": "gpt-6-luna", "judge_model": "gpt-6-luna", "metric_ids": [.int(metric)], "judge_samples": 2,
      "temperature": 0.5, "rows": "2", "max_cost": 3, "tag_names": ["first"],
    ])
    return (server, run)
  }

  private static let settings = [
    "dataset_id", "scoring", "metric_ids", "judge_model", "judge_samples", "model", "temperature", "rows", "max_cost",
    "concurrency",
  ]

  @Test func `a prompt and a run are enough`() async throws {
    let (server, run) = try await judged()
    let prompt = try await server.prompt("other", template: "Now {{ text }}")
    let new = try await server.call("runs_create", ["prompt_id": .int(prompt), "like_run": .int(run)])
    let old = try await server.call("runs_get", ["id": .int(run)])
    for name in Self.settings { #expect(new[name] == old[name], "\(name)") }
    #expect(new["prompt_id"] == .int(prompt) && new["status"] == "pending" && new["tags"] == [])
    try await server.call("runs_generate", ["id": new["id"] ?? .null, "wait_seconds": 600])
    let comparison = try await server.call("runs_compare", ["run_ids": [.int(run), new["id"] ?? .null]])
    let statistics = comparison["statistics"]?.arrayValue?.first
    #expect(statistics?["differs"]?.objectValue?.keys == ["prompt_id", "template"])
    #expect(statistics?["verdict_word"] != "not_comparable")
  }

  @Test func `an argument replaces the setting, and with one the prompt stays`() async throws {
    let (server, run) = try await judged()
    let new = try await server.call("runs_create", ["like_run": .int(run), "model": "echo", "temperature": .null])
    #expect(new["model"] == "echo" && new["prompt_id"] == 1 && new["judge_model"] == "gpt-6-luna")
    let set = try await server.call("runs_create", ["like_run": .int(run), "temperature": ""])
    #expect(set["temperature"] == .null && set["model"] == "gpt-6-luna")
  }

  @Test func `another seed is no other draft`() async throws {
    let server = TestServer()
    let baseline = try await server.generatedRun()
    func level(_ settings: JSONObject) async throws -> JSONValue? {
      var arguments: JSONObject = ["like_run": .int(baseline)]
      for member in settings.members { arguments[member.key] = member.value }
      let run = try await server.id("runs_create", arguments)
      try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
      let compared = try await server.call("runs_compare", ["run_ids": [.int(baseline), .int(run)]])
      return compared["statistics"]?.arrayValue?.first?["level"]
    }
    #expect(try await level(["system_prompt": "Be brief."]) == 0.95)
    // The baseline's request with a seed is the baseline's draft; with another setting it is the second one.
    #expect(try await level(["seed": 5]) == 0.95)
    #expect(try await level(["seed": 6, "system_prompt": "Be brief."]) == 0.95)
    #expect(try await level(["system_prompt": "Be very brief."]) != 0.95)
  }

  @Test func `a mere repetition is refused`() async throws {
    let (server, run) = try await judged()
    for rest: JSONObject in [[:], ["name": "again", "tag_names": ["b"]]] {
      var arguments: JSONObject = ["like_run": .int(run)]
      for member in rest.members { arguments[member.key] = member.value }
      let message = try await server.refusal("runs_create", arguments)
      #expect(message.contains("would only repeat run \(run)") && message.contains("give reuse: false"))
    }
    let again = try await server.call("runs_create", ["like_run": .int(run), "reuse": false])
    #expect(again["status"] == "pending")
    #expect(try await server.refusal("runs_create", ["like_run": 99, "model": "echo"]).contains("99"))
  }

  @Test func `a scoring that follows from the settings stays until they change`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun()
    let prompt = try await server.prompt("other", template: "{{ text }}")
    let same = try await server.call("runs_create", ["prompt_id": .int(prompt), "like_run": .int(run)])
    #expect(same["scoring"] == "ExactMatch")
    let metric = try await server.metric()
    let judged = try await server.call(
      "runs_create", ["like_run": .int(run), "metric_ids": [.int(metric)], "judge_model": "echo"])
    #expect(judged["scoring"] == "LlmJudge")
  }

  @Test func `the credential of another vendor is not copied beside a new model`() async throws {
    let server = TestServer(environment: ["ANTHROPIC_API_KEY": "sk-ant"])
    let credential = try await server.credential()
    let run = try await server.run(["model": "llama", "provider_credential_id": .int(credential)])
    let other = try await server.call("runs_create", ["like_run": .int(run), "model": "claude-haiku-4-5"])
    #expect(other["provider_credential_id"] == .null)
    try await server.call("provider_credentials_create", ["provider": "openai", "name": "nano", "api_key": "k"])
    let prefixed = try await server.call("runs_create", ["like_run": .int(run), "model": "nano/llama-small"])
    #expect(prefixed["provider_credential_id"] == .null)
    let sibling = try await server.call("runs_create", ["like_run": .int(run), "model": "llama-small"])
    #expect(sibling["provider_credential_id"] == .int(credential))
  }

  // MARK: What changed since

  private func warnings(_ server: TestServer, like run: Int) async throws -> [String] {
    try await server.call("runs_create", ["like_run": .int(run), "temperature": 1]).strings("warnings")
  }

  @Test func `a changed dataset is said to prevent the comparison`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun()
    #expect(try await !warnings(server, like: run).contains { $0.contains("cannot be compared") })
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output\nz,Say z."])
    let warning = try await warnings(server, like: run).first ?? ""
    #expect(warning.hasPrefix("Dataset 1 was changed since run 1 was started"))
    #expect(warning.contains("like_run 1 and reuse true"))
  }

  @Test func `a reworded and a deleted metric are said to prevent the comparison`() async throws {
    let (server, run) = try await judged()
    try await server.call("metrics_update", ["id": 1, "instruction": "Anew"])
    let reworded = try await warnings(server, like: run).first ?? ""
    #expect(reworded.hasPrefix("Run 1 lacks 2 reviews by its metrics as they are worded now"))
    #expect(reworded.contains("runs_generate with id 1 makes them"))
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    try await server.call("metrics_delete", ["id": 1])
    let deleted = try await warnings(server, like: run)
    #expect(deleted.contains { $0.hasPrefix("\"relevance\", by which run 1 was scored, was deleted") })
  }
}
