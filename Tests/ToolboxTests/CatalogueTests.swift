import JSONCoding
import JSONRPC
import MCP
import Testing

@testable import Toolbox

/// Every tool with every kind of invalid arguments: a sentence, never a crash or a change.
@Suite struct CatalogueTests {
  private let server = TestServer()

  private static let wrong: [JSONValue] = [
    .null, true, 0, -1, 5, 1.5, "", " ", "null", "text", "5", "[", "{}", [], [[]], [nil], ["a", 1], [:],
    ["a": ["b": 1]],
    .numeral("99999999999999999999"),
  ]

  /// Calls a tool and fails if its message is not a sentence.
  private func check(_ tool: Tool, _ arguments: JSONObject) async throws {
    switch try await server.outcome(tool.name, arguments) {
    case .success(let result): #expect(!result.isEmpty, "\(tool.name)")
    case .failure(let sentence):
      #expect(sentence.count > 10 && sentence.hasSuffix(".") || sentence.hasSuffix("?"), "\(tool.name): \(sentence)")
      #expect(!sentence.contains("Optional(") && !sentence.contains("Error("), "\(tool.name): \(sentence)")
    }
  }

  @Test func `without arguments a tool works or names what is missing`() async throws {
    for tool in Toolbox.tools(server.services) {
      try await check(tool, [:])
      let nulls = JSONObject(tool.fields.map { JSONObject.Member(key: $0.name, value: nil) })
      try await check(tool, nulls)
      let required = tool.fields.filter(\.isRequired).map(\.name)
      guard !required.isEmpty else { continue }
      let sentence = try await server.refusal(tool.name, nulls)
      for name in required { #expect(sentence.contains("\(name) is missing: "), "\(tool.name)") }
    }
  }

  @Test func `an unknown argument is refused by every tool`() async throws {
    for tool in Toolbox.tools(server.services) {
      let sentence = try await server.refusal(tool.name, ["zebra_crossing": 1])
      #expect(sentence.contains("zebra_crossing is not an argument."), "\(tool.name)")
    }
  }

  @Test func `a misspelt argument gets the right one as a suggestion`() async throws {
    for tool in Toolbox.tools(server.services) {
      for field in tool.fields where field.name.count > 4 {
        let sentence = try await server.refusal(tool.name, [field.name + "x": 1])
        #expect(sentence.contains("\(field.name)x is not an argument. Did you mean"), "\(tool.name)")
      }
    }
  }

  @Test func `any value for any argument gives a result or a sentence`() async throws {
    for tool in Toolbox.tools(server.services) {
      for field in tool.fields {
        for value in Self.wrong {
          var arguments = JSONObject(
            tool.fields.filter(\.isRequired).map { JSONObject.Member(key: $0.name, value: sample(of: $0)) })
          arguments[field.name] = value
          try await check(tool, arguments)
        }
      }
      // All arguments are wrong at once.
      for value in Self.wrong {
        try await check(tool, JSONObject(tool.fields.map { .init(key: $0.name, value: value) }))
      }
    }
  }

  /// A valid value of the field, for a missing record.
  private func sample(of field: FieldDeclaration) -> JSONValue {
    switch field.shape {
    case .text, .textOrObject: "text"
    case .word(let words, _), .wordOrCount(let words): .string(words.first ?? "")
    case .integer, .id: 999
    case .number: 1
    case .boolean: true
    case .object, .freeObject: [:]
    case .array: [999]
    }
  }

  @Test(arguments: [JSONValue.array([]), 5, "text", true])
  func `arguments that are not an object are invalid params for every tool`(arguments: JSONValue) async throws {
    for tool in Toolbox.tools(server.services) {
      let request = Request(
        id: .integer(1), method: "tools/call", params: ["name": .string(tool.name), "arguments": arguments])
      let context = RequestContext(id: .integer(1)) { _ in }
      await #expect(throws: RPCError.self, "\(tool.name)") {
        _ = try await server.server.respond(to: request, in: context)
      }
    }
  }

  @Test func `a refused call changes nothing`() async throws {
    try await server.run()
    let before = try await snapshot()
    for tool in Toolbox.tools(server.services) where !tool.annotations.isReadOnly {
      _ = try await server.refusal(tool.name, ["id": 1, "name": "x", "tag_names": ["new"], "zebra_crossing": 1])
    }
    #expect(try await snapshot() == before)
  }

  private func snapshot() async throws -> [JSONObject] {
    var lists: [JSONObject] = []
    for kind in ["prompts", "runs", "datasets", "metrics", "metric_groups", "provider_credentials", "tags"] {
      lists.append(try await server.call("\(kind)_list"))
    }
    return lists
  }

  @Test func `the whole list costs a client few tokens`() {
    let list = ToolRegistry(Toolbox.tools(server.services)).definitions(for: .latestHandshake)
    // A token of this JSON has 4.43 characters (o200k), and the limit is 11,500 tokens.
    #expect(list.encoded.count < 11_500 * 443 / 100)
  }
}
