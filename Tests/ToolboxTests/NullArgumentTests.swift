import JSONCoding
import MCP
import Testing

@testable import Toolbox

/// Clients that fill in every field send null for those that they leave alone.
@Suite struct NullArgumentTests {
  private let server = TestServer()

  /// The arguments of a tool, all null except those given.
  private func nulls(_ tool: String, except given: JSONObject) throws -> JSONObject {
    let tool = try #require(Toolbox.tools(server.services).first { $0.name == tool })
    let names = tool.fields.map(\.name).filter { given[$0] == nil }
    return JSONObject(given.members + names.map { JSONObject.Member(key: $0, value: .null) })
  }

  private static func timeless(_ object: JSONObject) -> JSONObject {
    JSONObject(object.members.filter { $0.key != "updated_at" && $0.key != "note" })
  }

  @Test func `nulls beside a new name change nothing of a run with responses`() async throws {
    try await server.metric()
    let run = try await server.generatedRun([
      "scoring": "Contains", "expected_column": "expected_output", "metric_ids": [1], "judge_model": "echo",
      "judge_samples": 3, "max_cost": 2, "tag_names": ["a"],
    ])
    var expected = try await server.call("runs_get", ["id": .int(run), "results": false])
    let arguments = try nulls("runs_update", except: ["id": .int(run), "name": "renamed"])
    let after = try await server.call("runs_update", arguments)
    expected["name"] = "renamed"
    #expect(Self.timeless(after) == Self.timeless(expected))
  }

  @Test func `nulls beside a new name change nothing of a prompt version`() async throws {
    let prompt = try await server.id(
      "prompts_create",
      [
        "name": "p", "template": "Say {{ text }}.", "llm_model": "echo", "temperature": 0.25, "description": "d",
        "system_prompt": "Be brief.", "tag_names": ["a"], "stop": ["x"],
      ])
    var expected = try await server.call("prompts_get", ["id": .int(prompt)])
    let arguments = try nulls("prompts_update", except: ["id": .int(prompt), "name": "renamed"])
    let after = try await server.call("prompts_update", arguments)
    expected["name"] = "renamed"
    #expect(Self.timeless(after) == Self.timeless(expected))
    let cleared = try await server.call("prompts_update", ["id": .int(prompt), "temperature": "", "tag_names": ""])
    #expect((cleared["temperature"], cleared["tags"]) == (JSONValue?.none, []))
  }

  @Test func `null takes a setting of a pending run back, and leaves its scoring and tags`() async throws {
    try await server.metric()
    let run = try await server.run([
      "scoring": "Contains", "metric_ids": [1], "judge_model": "echo", "judge_samples": 3, "judge_effort": "low",
      "judge_max_tokens": 50, "max_cost": 2, "rows": "2", "temperature": 1, "tag_names": ["a"],
    ])
    let arguments = try nulls("runs_update", except: ["id": .int(run), "name": "renamed"])
    let after = try await server.call("runs_update", arguments)
    #expect((after["scoring"], after["metric_ids"], after["judge_model"]) == ("Contains", [1], "echo"))
    #expect(after["tags"] == ["a"])
    #expect(
      (after["judge_samples"], after["judge_effort"], after["judge_max_tokens"]) == (1, .some(.null), .some(.null)))
    #expect((after["max_cost"], after["rows"], after["temperature"]) == (.some(.null), "all", .some(.null)))
  }

  @Test(arguments: ["judge_effort", "judge_samples", "judge_max_tokens"])
  func `null in runs_judge keeps how the judge is called`(field: String) async throws {
    try await server.metric()
    let settings: JSONObject = ["judge_effort": "low", "judge_samples": 3, "judge_max_tokens": 50]
    let run = try await server.run(
      JSONObject(
        settings.members + [.init(key: "metric_ids", value: [1]), .init(key: "judge_model", value: "echo")]))
    try await server.call("runs_generate", ["id": .int(run), "wait_seconds": 600])
    let after = try await server.call("runs_judge", ["id": .int(run), .init(field): .null, "wait_seconds": 600])
    #expect(after[field] == settings[field])
  }
}
