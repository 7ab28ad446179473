import Foundation
import JSONCoding
import Testing

/// The Claude Code plugin in `.claude-plugin`: its manifest names existing files, and its skill names existing tools.
@Suite struct PluginTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
  }

  private static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: text(path)) }

  /// Every tool with all words of its definition: arguments, their values, and what they may hold.
  private static func tools() throws -> [(name: String, arguments: Set<String>, words: Set<String>)] {
    try #require(try json("tools.json").arrayValue).map { tool in
      let arguments = try #require(tool["inputSchema"]?["properties"]?.objectValue)
      let words = JSONPrettyWriter.text(tool).matches(of: /\w+/).map { String($0.output) }
      return (try #require(tool["name"]?.stringValue), Set(arguments.members.map(\.key)), Set(words))
    }
  }

  private static let skill = ".claude-plugin/skills/tune-a-prompt/SKILL.md"

  /// Names in the skill that are no words of tools.json: fields of results, an option, a column and a model.
  private static let others: Set = [
    "estimated_cost", "highest_cost", "--strict", "__cluster", "echo", "{{ variables }}",
  ]

  @Test func `the skill names only tools, arguments and values that exist`() throws {
    let contract = try Self.text("tools.json")
    let names = try Self.text(Self.skill).matches(of: /`([^`\n]+)`/).map { String($0.output.1) }
    #expect(names.count > 50)
    for name in Set(names).subtracting(Self.others) {
      let isWord = contract.matches(of: /[A-Za-z0-9_]+/).contains { $0.output == name }
      #expect(isWord, "\(name) is nowhere in tools.json")
    }
  }

  @Test func `an argument in a section of the skill belongs to a tool in the same section`() throws {
    let tools = try Self.tools()
    let arguments = tools.reduce(into: Set<String>()) { $0.formUnion($1.arguments) }
    let sections = try Self.text(Self.skill).components(separatedBy: "\n## ").dropFirst()
    #expect(sections.count >= 8)
    for section in sections {
      let names = Set(section.matches(of: /`([a-z_]+)`/).map { String($0.output.1) })
      let known = tools.filter { names.contains($0.name) }.reduce(into: Set<String>()) { $0.formUnion($1.words) }
      for name in names.intersection(arguments).subtracting(known) {
        Issue.record("\(name) belongs to no tool named in \"\(section.prefix(30))\"")
      }
    }
  }

  @Test func `the skill explains every verdict and stays short`() throws {
    let text = try Self.text(Self.skill)
    let compare = try #require(try Self.json("tools.json").arrayValue?.first { $0["name"] == "runs_compare" })
    let words = try #require(compare["description"]?.stringValue?.firstMatch(of: /verdict_word ([\w, ]+?)(?:, the|$)/))
    let verdicts = words.output.1.matches(of: /\w+/).map { String($0.output) }.filter { $0 != "or" }
    #expect(verdicts.count == 6)
    for verdict in verdicts { #expect(text.contains("| `\(verdict)` |"), "\(verdict)") }
    #expect(text.split(whereSeparator: \.isWhitespace).count < 1_500)
  }

  @Test func `the skill has the header by which clients find it`() throws {
    let text = try Self.text(Self.skill)
    let header = try #require(text.firstMatch(of: /^---\nname: ([a-z-]+)\ndescription: (.+)\n---\n/))
    #expect(header.output.1 == "tune-a-prompt" && header.output.2.count <= 1_024)
  }

  @Test func `the manifest names files of the plugin and uses every setting`() throws {
    let manifest = try Self.json(".claude-plugin/plugin.json")
    let skills = try #require(manifest["skills"]?.stringValue)
    #expect(skills.hasPrefix("./") && Self.skill.hasPrefix(skills.dropFirst(2)))
    let server = try #require(manifest["mcpServers"]?["completion-kit"])
    let root = "${CLAUDE_PLUGIN_ROOT}/"
    let command = try #require(server["command"]?.stringValue)
    #expect(command.hasPrefix(root))
    let program = SourceTree.root.appending(path: String(command.dropFirst(root.count))).path
    #expect(FileManager.default.isExecutableFile(atPath: program))
    let settings = try #require(manifest["userConfig"]?.objectValue?.members)
    let used = (server["env"]?.objectValue?.members ?? []).compactMap(\.value.stringValue)
    #expect(Set(used) == Set(settings.map { "${user_config.\($0.key)}" }))
    #expect(settings.allSatisfy { $0.value["sensitive"]?.boolValue == true && $0.value["title"]?.stringValue != nil })
    // The version stands in the sources alone; a release adds it.
    #expect(manifest["version"] == nil)
  }

  @Test func `the marketplace offers the plugin of this folder`() throws {
    let marketplace = try Self.json(".claude-plugin/marketplace.json")
    let plugin = try #require(marketplace["plugins"]?.arrayValue?.first)
    #expect(plugin["source"]?.stringValue == "./")
    let name = try Self.json(".claude-plugin/plugin.json")["name"]?.stringValue
    #expect(plugin["name"]?.stringValue == name)
  }
}
