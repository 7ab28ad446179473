import JSONCoding
import MCP
import Testing

@testable import Toolbox

@Suite struct NotFoundTests {
  private let server = TestServer()

  static let kinds = [
    ("prompts", "prompt"), ("runs", "run"), ("datasets", "dataset"), ("metrics", "metric"),
    ("metric_groups", "metric group"), ("provider_credentials", "provider credential"), ("tags", "tag"),
  ]

  private func tools(_ kind: String) -> [String] {
    Toolbox.tools(server.services).filter { tool in
      tool.name.hasPrefix(kind) && !tool.name.hasSuffix("_list") && tool.fields.contains { $0.name == "id" }
    }.map(\.name).filter { $0.dropFirst(kind.count + 1).allSatisfy { $0 != "_" } }
  }

  @Test(arguments: kinds) func `without records the error names the tool that creates one`(
    kind: String, singular: String
  ) async throws {
    let tools = tools(kind)
    #expect(tools.count >= 3)
    for tool in tools {
      let name: JSONObject = tool == "tags_update" ? ["id": 7, "name": "n"] : ["id": 7]
      #expect(
        try await server.refusal(tool, name) == "No \(singular) 7. There are none yet. \(kind)_create makes one.",
        "\(tool)")
    }
  }

  @Test func `existing records are named`() async throws {
    try await server.run(["name": "baseline"])
    try await server.run(["name": "v2"])
    #expect(
      try await server.refusal("runs_get", ["id": 7]) == #"No run 7. Runs: 2 "v2", 1 "baseline". runs_list shows all."#)
    #expect(
      try await server.refusal("prompts_delete", ["id": 7, "dry_run": true])
        == #"No prompt 7. Prompts: 2 "summarizer v1", 1 "summarizer v1". prompts_list shows all."#)
    try await server.credential()
    #expect(
      try await server.refusal("provider_credentials_get", ["id": 7])
        == #"No provider credential 7. Provider credentials: 1 "ollama". provider_credentials_list shows all."#)
  }

  @Test func `of many records the five newest are named, with long names cut`() async throws {
    for number in 1...6 { try await server.metric("m\(number)") }
    try await server.metric(String(repeating: "x", count: 200))
    let refusal = try await server.refusal("metrics_get", ["id": 9])
    #expect(refusal.hasPrefix("No metric 9. Metrics: 7 \"xxx"))
    #expect(refusal.hasSuffix(#"6 "m6", 5 "m5", 4 "m4", 3 "m3", and 2 more. metrics_list shows all."#))
    #expect(refusal.count < 250)
  }

  @Test(arguments: [0, -1]) func `an id is at least 1`(id: Int) async throws {
    #expect(
      try await server.refusal("runs_get", ["id": .int(id)])
        == "runs_get: id must be an integer of at least 1, not \(id).")
  }
}
