import JSONCoding
import Testing

@testable import Toolbox

@Suite struct RunManifestTests {
  private func manifest(_ server: TestServer, _ run: Int) async throws -> JSONValue {
    try JSONValue(parsing: Array(try await server.server.text("runs/\(run)/manifest.json").utf8).span)
  }

  @Test func `a manifest says what was sent and by what it was scored`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    let metric = try await server.id("metrics_create", ["name": "tone", "instruction": "Is it kind?"])
    let check = try await server.id(
      "metrics_create", ["name": "short", "check": ["kind": "contains", "value": "Say"]])
    let run = try await server.generatedRun([
      "metric_ids": [.int(metric), .int(check)], "judge_model": "ollama/judge", "model": "ollama/m", "temperature": 0.5,
      "system_prompt": "Be kind.",
    ])
    let manifest = try await manifest(server, run)
    #expect(manifest["request"]?["template"] == "Say {{ text }}.")
    #expect(manifest["request"]?["settings"] == ["system_prompt": "Be kind.", "temperature": 0.5])
    #expect(manifest["request"]?["provider"] == "ollama" && manifest["request"]?["model"] == "ollama/m")
    #expect(manifest["request"]?["api_endpoint"] == "http://localhost:11434")
    #expect(manifest["scoring"]?["judge"]?["model"] != nil && manifest["scoring"]?["judge"]?["samples"] == 1)
    let metrics = manifest["scoring"]?["metrics"]?.arrayValue ?? []
    #expect(metrics.map { $0["name"] } == ["tone", "short"])
    #expect(metrics.first?["instruction"] == "Is it kind?" && metrics.first?["rubric_bands"]?.arrayValue?.count == 5)
    #expect(
      metrics.last?["check"]?["value"] == "Say" && metrics.allSatisfy { $0["fingerprint"]?.stringValue?.count == 16 })
    #expect(manifest["results"]?["avg_score"] == 4.0 && manifest["results"]?["interval"]?.arrayValue?.count == 2)
    #expect(manifest["hash"]?.stringValue?.count == 64 && manifest["hash_missing"] == nil)
  }

  @Test func `a new wording, other rows and another answer expected give another hash`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    let metric = try await server.metric()
    let settings: JSONObject = ["metric_ids": [.int(metric)], "judge_model": "ollama/judge"]
    var hashes: [JSONValue?] = []
    for csv in ["text\na\n", "text\na\n", "text\nb\n", "text,expected_output\na,b\n"] {
      let run = try await server.generatedRun(settings, csv: csv)
      hashes.append(try await manifest(server, run)["hash"])
    }
    #expect(hashes[0] == hashes[1] && Set(hashes.map { $0?.stringValue }).count == 3)
    try await server.call("metrics_update", ["id": .int(metric), "instruction": "Anew"])
    #expect(try await manifest(server, 1)["hash"] != hashes[0])
  }

  @Test func `the hash outlives a change of the dataset, and its SHA-256 is not shown for other data`() async throws {
    let server = TestServer()
    let run = try await server.generatedRun()
    let before = try await manifest(server, run)
    #expect(before["dataset"]?["sha256"]?.stringValue?.count == 64)
    try await server.call("datasets_update", ["id": 1, "csv_data": "text,expected_output\nx,y\n"])
    let after = try await manifest(server, run)
    #expect(after["hash"] == before["hash"] && after["dataset"]?["sha256"] == .null)
    #expect(after["dataset"]?["fingerprint"] == before["dataset"]?["fingerprint"])
  }

  @Test func `a credential that was changed since changes neither address nor hash`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    let credential = try await server.credential()
    let run = try await server.generatedRun(["model": "ollama/m"])
    let before = try await manifest(server, run)
    #expect(before["hash"] != .null && before["rows"]?["reuse"] == false && before["rows"]?["reused"] == 0)
    try await server.call(
      "provider_credentials_update", ["id": .int(credential), "api_endpoint": "http://127.0.0.1:9"])
    let changed = try await manifest(server, run)
    #expect(changed["hash"] == before["hash"] && changed["request"]?["api_endpoint"] == "http://localhost:11434")
  }

  @Test func `images leave no hash, because only their addresses are recorded`() async throws {
    let server = TestServer(transport: ChatTransport.judge(score: 4))
    try await server.credential()
    let image: JSONValue = ["type": "image_url", "image_url": ["url": "https://example.com/a.png"]]
    let prompt = try await server.id(
      "prompts_create",
      [
        "name": "look", "template": "Say {{ text }}.", "llm_model": "ollama/m",
        "messages": [["role": "user", "content": [image]], ["role": "assistant", "content": "I see."]],
      ])
    let run = try await server.generatedRun(["prompt_id": .int(prompt)])
    let manifest = try await manifest(server, run)
    #expect(manifest["hash"] == .null && manifest["hash_missing"]?.stringValue?.contains("images") == true)
  }

  @Test func `a manifest has no key`() async throws {
    let server = TestServer(
      environment: ["OPENAI_API_KEY": "sk-environment-1234567890"], transport: ChatTransport.judge(score: 4))
    let stored = try await server.id(
      "provider_credentials_create",
      [
        "provider": "openai", "name": "mine", "api_key": "sk-stored-1234567890",
        "api_endpoint": "http://127.0.0.1:8080",
      ])
    for settings in [["model": "gpt-6-luna"], ["model": "mine/m", "provider_credential_id": .int(stored)]]
      as [JSONObject]
    {
      let run = try await server.generatedRun(settings)
      let text = try await server.server.text("runs/\(run)/manifest.json")
      #expect(!text.contains("1234567890") && !text.contains("sk-"), "\(text)")
      #expect(text.contains("\"provider\": \"openai\""))
    }
  }
}
