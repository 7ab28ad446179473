import Foundation
import JSONCoding
import Testing

@Suite struct `The README` {
  /// One tool, as a row of the table or an entry of the contract.
  struct Tool: Equatable {
    let name: String
    let description: String
  }

  @Test func `its table has the tools of the contract, in their order`() throws {
    let readme = try String(contentsOf: SourceTree.root.appending(path: "README.md"), encoding: .utf8)
    let contract = try JSONValue(
      parsing: Array(try Data(contentsOf: SourceTree.root.appending(path: "tools.json"))))
    let tools = try #require(contract.arrayValue).map { tool in
      Tool(name: try #require(tool["name"]?.stringValue), description: try #require(tool["description"]?.stringValue))
    }
    #expect(tools.count >= 39)
    #expect(Self.tools(in: readme) == tools)
  }

  @Test func `a row is a name in backticks and a sentence`() {
    let text = """
      | option | meaning |
      |---|---|
      | `--store PATH` | the file |

      | tool | what it does |
      |---|---|
      | `tags_list` | List all tags by name. |
      Not a row: `tags_get` | Get a tag.
      | `tags_get` | Get a tag | by id. |
      """
    #expect(
      Self.tools(in: text) == [
        Tool(name: "tags_list", description: "List all tags by name."),
        Tool(name: "tags_get", description: "Get a tag | by id."),
      ])
  }

  private static func tools(in readme: String) -> [Tool] {
    readme.matches(of: #/^\| `([a-z0-9_]+)` \| (.*) \|$/#.anchorsMatchLineEndings()).map {
      Tool(name: String($0.output.1), description: String($0.output.2))
    }
  }
}
