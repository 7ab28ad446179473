import Foundation
import JSONCoding
import MCP
import Testing
import Toolbox

@testable import completion_kit

/// tools.json and the README's tables, which are generated: `UPDATE_GENERATED=1 swift test --filter Generated`.
@Suite struct `Generated files` {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let tools = ToolRegistry(
    Toolbox.tools(Program.services(Options(store: "/nowhere/store.json"), environment: [:], log: Log(level: .error))))

  /// The published contract: the tools of `tools/list`, byte for byte.
  @Test func `tools.json is what tools/list answers`() throws {
    try Self.check("tools.json") { _ in JSONPrettyWriter.text(Self.tools.definitions(for: .latestHandshake)) }
  }

  @Test func `the README's tables match the program`() throws {
    let definitions = try #require(Self.tools.definitions(for: .latestHandshake).arrayValue)
    let rows = try definitions.map { tool in
      let name = try #require(tool["name"]?.stringValue)
      return "| `\(name)` | \(try #require(tool["description"]?.stringValue)) |"
    }
    #expect(rows.count >= 39 && rows.allSatisfy { !$0.contains("\n") })
    try Self.check("README.md") { readme in
      let tools = (["| tool | what it does |", "|---|---|"] + rows).joined(separator: "\n")
      let sections = [
        ("tools", tools), ("options", Help.table), ("vendors", Help.vendors), ("clients", ClientSetup.section),
      ]
      return try sections.reduce(readme) { try Self.replacing($1.0, in: $0, with: $1.1) }
    }
  }

  /// Compares a file with its generated contents, and writes it on request.
  private static func check(_ name: String, generate: (String) throws -> String) throws {
    let path = root.appendingPathComponent(name)
    let old = try String(contentsOf: path, encoding: .utf8)
    let text = try generate(old)
    if ProcessInfo.processInfo.environment["UPDATE_GENERATED"] != nil { try Data(text.utf8).write(to: path) }
    #expect(
      try String(contentsOf: path, encoding: .utf8) == text,
      "\(path.lastPathComponent) is out of date. Run UPDATE_GENERATED=1 swift test --filter Generated.")
  }

  /// Puts a table between its marks.
  private static func replacing(_ mark: String, in readme: String, with table: String) throws -> String {
    let start = try #require(readme.range(of: "<!-- \(mark): generated -->\n"))
    let end = try #require(readme.range(of: "\n<!-- end of \(mark) -->"))
    return readme.replacingCharacters(in: start.upperBound..<end.lowerBound, with: table)
  }
}
