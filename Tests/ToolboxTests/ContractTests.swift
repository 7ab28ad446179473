import Foundation
import JSONCoding
import MCP
import Testing

@testable import Toolbox

/// The rules that every tool keeps.
@Suite struct ContractTests {
  @Test func `the tools of the first document come first, in its order`() {
    let groups = [
      ("prompts", "list get create update delete publish"), ("runs", "list get create update delete generate"),
      ("responses", "list get"), ("datasets", "list get create update delete"),
      ("metrics", "list get create update delete"), ("metric_groups", "list get create update delete"),
      ("provider_credentials", "list get create update delete"), ("tags", "list get create update delete"),
    ]
    let expected = groups.flatMap { group in group.1.split(separator: " ").map { "\(group.0)_\($0)" } }
    #expect(expected.count == 39)
    #expect(Toolbox.tools(TestServer().services).prefix(39).map(\.name) == expected)
  }

  @Test func `every tool keeps the rules for definitions`() {
    let tools = Toolbox.tools(TestServer().services)
    for tool in tools {
      #expect(tool.name.wholeMatch(of: /[a-z][a-z0-9_]{0,39}/) != nil)
      #expect(!tool.title.isEmpty && tool.description.hasSuffix("."), "\(tool.name)")
      #expect(Toolbox.toolsets.contains(tool.toolset), "\(tool.name)")
      check(tool.fields, of: tool.name)
      #expect(Set(tool.fields.map(\.name)).count == tool.fields.count, "\(tool.name)")
    }
    #expect(Set(tools.map(\.name)).count == tools.count)
  }

  private func check(_ fields: [FieldDeclaration], of tool: String) {
    for field in fields {
      #expect(!field.description.isEmpty, "\(tool).\(field.name)")
      #expect(field.name.wholeMatch(of: /[a-z][a-z0-9_]{0,39}/) != nil, "\(tool).\(field.name)")
      if case .array(.object(let members)) = field.shape { check(members, of: "\(tool).\(field.name)") }
    }
  }

  /// Patterns that scanners of tools treat as prompt injection.
  private static let suspicious = [
    #"\b(?:do not|don't|never|must not|without) (?:tell|mention|reveal|inform|disclos)"#,
    #"\b(?:ignore|disregard|forget|override) (?:all|any|the|your|previous|prior|earlier|other)\b"#,
    #"\b(?:secretly|silently|confidential|you must)\b|<important>|system prompt:"#,
  ]

  @Test(arguments: suspicious)
  func `no text of a tool looks like an injected prompt`(pattern: String) throws {
    let pattern = try Regex(pattern).ignoresCase()
    let tools = Toolbox.tools(TestServer().services)
    for tool in tools {
      let found = JSONValue.object(tool.definition(for: .november2025)).text.firstMatch(of: pattern)
      #expect(found == nil, "\(tool.name)")
    }
    #expect(Instructions.text(ToolSelection(tools)).firstMatch(of: pattern) == nil)
  }

  @Test func `hints follow from what a tool does`() {
    for tool in Toolbox.tools(TestServer().services) {
      let verb = tool.name.split(separator: "_").last
      #expect(tool.annotations.isReadOnly == ["list", "get", "compare", "search"].contains(verb), "\(tool.name)")
      // An update overwrites content, runs_generate can discard it, and exports_create can replace a file.
      #expect(
        tool.annotations.isDestructive
          == (["delete", "update"].contains(verb) || ["runs_generate", "exports_create"].contains(tool.name)),
        "\(tool.name)")
      #expect(
        tool.annotations.isOpenWorld
          == (["generate", "judge"].contains(verb) || ["models_list", "chat_completions_create"].contains(tool.name)),
        "\(tool.name)")
    }
  }
}
