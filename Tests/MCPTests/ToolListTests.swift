import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct ToolListTests {
  private let tools = [
    Tool.echo("second", fields: [Field<String>.required("text", .string, "What to say.")]),
    Tool.echo("first"),
  ]

  @Test func `tools are listed in order with all members of 2025-11-25`() async throws {
    let list = try await TestClient(.november2025, tools).request("tools/list")
    #expect(list["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["second", "first"])
    #expect(list["nextCursor"] == nil)
    #expect(
      list["tools"]?.arrayValue?.first == [
        "name": "second", "title": "Echo", "description": "Says it again.",
        "inputSchema": [
          "type": "object", "properties": ["text": ["type": "string", "description": "What to say."]],
          "required": ["text"], "additionalProperties": false,
        ],
        "annotations": [
          "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false,
        ],
      ])
  }

  @Test(arguments: [
    (ProtocolVersion.november2024, ["name", "description", "inputSchema"]),
    (.march2025, ["name", "description", "inputSchema", "annotations"]),
    (.june2025, ["name", "title", "description", "inputSchema", "annotations"]),
    (.november2025, ["name", "title", "description", "inputSchema", "annotations"]),
  ])
  func `a version gets only the members that it knows`(version: ProtocolVersion, keys: [String]) async throws {
    let list = try await TestClient(version, tools).request("tools/list")
    #expect(list["tools"]?.arrayValue?.first?.objectValue?.keys == keys)
  }

  @Test(arguments: [JSONObject?.none, [:], ["cursor": nil], ["cursor": ""]])
  func `no cursor asks for the only page`(params: JSONObject?) async throws {
    #expect(try await TestClient(tools).request("tools/list", params)["tools"]?.arrayValue?.count == 2)
  }

  @Test(arguments: [JSONValue.string("abc"), 5, ["a"]])
  func `an unknown cursor is refused`(cursor: JSONValue) async {
    #expect(await TestClient(tools).error("tools/list", ["cursor": cursor])?.code == -32602)
  }

  @Test func `the kinds of annotations differ`() {
    let kinds = [
      ToolAnnotations.reading, .creating, .marking, .updating, .deleting, .spending,
    ].map { $0.json.members.map { $0.value == true ? "1" : "0" }.joined() }
    #expect(kinds == ["1010", "0000", "0010", "0110", "0110", "0011"])
  }

  @Test func `only a client that shows apps is told of a tool's app`() async throws {
    let app = App(uri: "ui://test/page")
    let tool = Tool(
      name: "shown", title: "Shown", description: "Has an app.", toolset: "test", annotations: .reading, fields: [],
      app: app
    ) { _, _ in [:] }
    let apps: JSONObject = ["extensions": ["io.modelcontextprotocol/ui": ["mimeTypes": [.string(App.mimeType)]]]]
    let others: JSONObject = ["extensions": ["io.modelcontextprotocol/ui": ["mimeTypes": ["text/plain"]]]]
    for version in ProtocolVersion.allCases {
      let told = try await TestClient(version, [tool], capabilities: apps).request("tools/list")
      let meta = told["tools"]?.arrayValue?.first?["_meta"] ?? nil
      #expect(meta == (version >= .june2025 ? .object(app.metadata) : nil), "\(version)")
      for capabilities in [others, [:]] {
        let untold = try await TestClient(version, [tool], capabilities: capabilities).request("tools/list")
        #expect(untold["tools"]?.arrayValue?.first?["_meta"] == nil, "\(version)")
      }
    }
    #expect(app.metadata["ui"]?["resourceUri"] == "ui://test/page")
    #expect(app.metadata["ui/resourceUri"] == "ui://test/page")
  }

  @Test func `a tool with long results names their largest size`() async throws {
    let tools = [true, false].map { isLong in
      Tool(
        name: isLong ? "long" : "short", title: "Tool", description: "A tool.", toolset: "test", annotations: .reading,
        fields: [], hasLongResults: isLong
      ) { _, _ in [:] }
    }
    for version in ProtocolVersion.allCases {
      let list = try await TestClient(version, tools).request("tools/list")["tools"]?.arrayValue ?? []
      let meta = list.map { $0["_meta"] ?? nil }
      #expect(meta == [version >= .june2025 ? ["anthropic/maxResultSizeChars": 40_000] : nil, nil], "\(version)")
    }
  }
}
