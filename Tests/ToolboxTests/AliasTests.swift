import JSONCoding
import MCP
import Testing

@testable import Toolbox

/// Aliases of arguments, such as the longer names used by other tools.
@Suite struct ToolAliasTests {
  private let server = TestServer()

  @Test func `the id may be named after the kind of record`() async throws {
    let names = [
      "prompts": "prompt_id", "runs": "run_id", "responses": "response_id", "datasets": "dataset_id",
      "metrics": "metric_id", "metric_groups": "metric_group_id", "provider_credentials": "provider_credential_id",
      "tags": "tag_id", "experiments": "experiment_id", "verdicts": "verdict_id",
    ]
    for tool in Toolbox.tools(server.services) where tool.toolset != "chat" && tool.toolset != "models" {
      guard let field = tool.fields.first(where: { $0.name == "id" }),
        let alias = tool.name.lastIndex(of: "_").flatMap({ names[String(tool.name[..<$0])] })
      else { continue }
      #expect(field.aliases == [alias], "\(tool.name)")
    }
    try await server.run()
    #expect(try await server.call("runs_get", ["run_id": 1])["id"] == 1)
    #expect(try await server.call("runs_update", ["id": 1, "run_id": "1", "name": "n"])["name"] == "n")
    #expect(
      try await server.refusal("runs_get", ["id": 1, "run_id": 2]).contains("id and run_id are one argument"))
  }

  @Test func `lists of tagged records accept tag and tags`() async throws {
    try await server.call("metrics_create", ["name": "m", "tags": ["a"]])
    for name in ["tag", "tags", "tag_names"] {
      #expect(try await server.ids("metrics_list", [name: ["a", "b"]]) == [1])
      #expect(try await server.ids("metrics_list", [name: "b"]) == [])
    }
  }

  @Test func `a run accepts its settings in config too`() async throws {
    let (prompt, credential) = (try await server.prompt(template: "Hello"), try await server.credential())
    let config: JSONValue = [
      "connection_id": .string("\(credential)"), "model": "m", "system_prompt": "Be brief.", "temperature": 0.0,
    ]
    let run = try await server.call("runs_create", ["prompt_id": .int(prompt), "config": config])
    #expect(run["provider_credential_id"]?.intValue == credential && run["model"] == "m")
    #expect(run["system_prompt"] == "Be brief." && run["temperature"] == 0.0)
    #expect(
      try await server.refusal("runs_create", ["prompt_id": .int(prompt), "config": ["modell": "m"]])
        .contains(#"config.modell is not an argument. Did you mean "model"?"#))
  }

  @Test func `an alias is never the name of another argument`() {
    for tool in Toolbox.tools(server.services) {
      let names = tool.fields.map(\.name)
      let aliases = tool.fields.flatMap(\.aliases)
      #expect(Set(aliases).isDisjoint(with: names) && Set(aliases).count == aliases.count, "\(tool.name)")
    }
  }
}
