import JSONCoding
import MCP
import Store
import Testing

@testable import Toolbox

/// Texts that lists and messages repeat are checked before anything else happens.
@Suite struct InputLimitTests {
  private let server = TestServer()

  @Test func `names, descriptions and addresses have a limit in every tool`() async throws {
    let limits = ["name": 200, "description": 2000, "api_endpoint": 2048, "query": 200, "session_id": 200]
    for tool in Toolbox.tools(server.services) {
      for field in tool.fields {
        let limit = limits[field.name] ?? (field.name.hasSuffix("model") ? 200 : nil)
        guard let limit else { continue }
        let sentence = try await server.refusal(
          tool.name, [field.name: .string(String(repeating: "x", count: limit + 1))])
        #expect(
          sentence.contains("\(field.name) must have at most \(limit) characters, not \(limit + 1)."), "\(tool.name)")
        #expect(sentence.count < 2000)
      }
    }
  }

  /// Arguments of any length: texts for models, and rows.
  private static let long: Set = [
    "template", "system_prompt", "instruction", "csv_data", "append_csv", "content", "suffix", "stop", "data",
  ]

  @Test func `every other text has a limit`() {
    for tool in Toolbox.tools(server.services) {
      for field in tool.fields { check(field.shape, of: field.name, in: tool.name) }
    }
  }

  private func check(_ shape: ValueShape, of name: String, in tool: String) {
    switch shape {
    case .text(longest: nil): #expect(Self.long.contains(name), "\(tool): \(name)")
    case .array(let element): check(element, of: name, in: tool)
    case .object(let members): for member in members { check(member.shape, of: member.name, in: tool) }
    default: break
    }
  }

  @Test(arguments: ["x", "7", "[", "é"])
  func `a huge value of any argument is refused in a short sentence`(character: String) async throws {
    let huge = JSONValue.string(String(repeating: character, count: 100_000))
    for tool in Toolbox.tools(server.services) {
      for field in tool.fields where !Self.long.contains(field.name) {
        #expect(try await server.refusal(tool.name, [field.name: huge]).count < 8001, "\(tool.name) \(field.name)")
      }
    }
  }

  @Test func `a name of exactly the limit is accepted`() async throws {
    let name = JSONValue.string(String(repeating: "é", count: 200))
    #expect(try await server.call("metrics_create", ["name": name])["name"] == name)
  }

  @Test func `the list of MCP prompts stays small whatever the store's prompts are called`() async throws {
    let long = String(repeating: "x", count: 1_000_000)
    try await server.prompt()
    try await server.services.store.commit { transaction in
      guard var prompt = transaction.tables.prompts[1] else { return }
      (prompt.name, prompt.description) = (long, long)
      transaction.put(prompt)
    }
    #expect(try await server.server.result("prompts/list").encoded.count < 3000)
  }
}
