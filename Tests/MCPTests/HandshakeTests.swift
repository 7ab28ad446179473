import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct HandshakeTests {
  private func answer(_ client: TestClient, _ version: String) async throws -> String? {
    try await client.request("initialize", ["protocolVersion": .string(version)])["protocolVersion"]?.stringValue
  }

  @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
  func `a known version is echoed`(version: String) async throws {
    #expect(try await answer(TestClient(), version) == version)
  }

  @Test(arguments: ["2026-07-28", "2025-01-01", "1.0", "", "DRAFT-2025"])
  func `any other is answered with the latest`(version: String) async throws {
    #expect(try await answer(TestClient(), version) == "2025-11-25")
  }

  @Test(arguments: [JSONObject?.none, [:], ["protocolVersion": nil], ["protocolVersion": 20_251_125]])
  func `no version is an invalid request`(params: JSONObject?) async {
    let error = await TestClient().error("initialize", params)
    #expect(error?.code == -32602)
    #expect(error?.message.contains("2025-11-25") == true)
  }

  @Test func `the answer has what the schema asks for`() async throws {
    let result = try await TestClient().request(
      "initialize",
      ["protocolVersion": "2025-11-25", "capabilities": [:], "clientInfo": ["name": "c", "version": "0"]])
    #expect(
      result == [
        "protocolVersion": "2025-11-25", "capabilities": ["tools": [:]],
        "serverInfo": ["name": "test", "title": "Test", "version": "1.2.3"], "instructions": "Call echo.",
      ])
  }

  @Test(arguments: ProtocolVersion.allCases.filter { !$0.isStateless })
  func `the server's title is sent to versions that have titles`(version: ProtocolVersion) async throws {
    let result = try await TestClient().request("initialize", ["protocolVersion": .string(version.rawValue)])
    #expect((result["serverInfo"]?["title"] != nil) == (version >= .june2025))
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `the server's icon is sent once, to versions that have icons`(version: ProtocolVersion) async throws {
    let info = ServerInfo(
      name: "test", title: "Test", version: "1", instructions: "", icon: "data:image/png;base64,AAAA")
    let server = MCPServer(info: info, tools: ToolRegistry([.echo()]))
    let context = RequestContext(id: .integer(1)) { _ in }
    func answer(_ method: String, _ params: JSONObject) async throws -> JSONObject {
      try await server.respond(to: Request(id: .integer(1), method: method, params: params), in: context)
    }
    let icons: JSONValue = [["src": "data:image/png;base64,AAAA", "mimeType": "image/png", "sizes": ["48x48"]]]
    if version.isStateless {
      let meta: JSONObject = ["_meta": .object(TestClient.envelope())]
      let key = "io.modelcontextprotocol/serverInfo"
      #expect(try await answer("server/discover", meta)["_meta"]?[key]?["icons"] == icons)
      let list = try await answer("tools/list", meta)["_meta"]?[key]
      #expect(list?["name"] == "test" && list?["icons"] == nil)
    } else {
      let info = try await answer("initialize", ["protocolVersion": .string(version.rawValue)])["serverInfo"]
      let expected = version >= .november2025 ? icons : Optional<JSONValue>.none
      #expect(info?["icons"] == expected)
    }
  }

  @Test func `a second initialize renegotiates the version`() async throws {
    let client = TestClient()
    #expect(try await answer(client, "2024-11-05") == "2024-11-05")
    #expect(try await client.call("echo", nil)["structuredContent"] == nil)
    #expect(try await answer(client, "2025-06-18") == "2025-06-18")
    #expect(try await client.call("echo", nil)["structuredContent"] == ["said": "hello"])
  }

  @Test func `a refused initialize keeps the version`() async throws {
    let client = try await TestClient(.november2024)
    _ = await client.error("initialize", [:])
    #expect(try await client.call("echo", nil)["structuredContent"] == nil)
  }

  @Test func `a client that skips the handshake is served as one of 2025-11-25`() async throws {
    let client = TestClient()
    #expect(try await client.call("echo", nil)["structuredContent"] == ["said": "hello"])
    #expect(try await client.request("tools/list")["tools"]?.arrayValue?.first?["title"] == "Echo")
    #expect(!client.server.acceptsBatches)
  }

  @Test func `initialize works after a discovery that was refused`() async throws {
    let client = TestClient()
    #expect(await client.error("server/discover", ["_meta": [:]])?.code == -32602)
    #expect(try await answer(client, "2025-03-26") == "2025-03-26")
  }

  @Test(arguments: ["", "tools", "Ping", "resources/list", "prompts/list", "logging/setLevel", "initialized"])
  func `unknown methods are -32601`(method: String) async {
    #expect(await TestClient().error(method)?.code == -32601)
  }

  @Test func `ping is answered with an empty result, before and after the handshake`() async throws {
    let client = TestClient()
    #expect(try await client.request("ping") == [:])
    _ = try await answer(client, "2025-11-25")
    #expect(try await client.request("ping", ["_meta": ["progressToken": 1]]) == [:])
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `batches are for 2025-03-26 alone`(version: ProtocolVersion) async throws {
    #expect(try await TestClient(version).server.acceptsBatches == (version == .march2025))
  }

  @Test func `notifications of every kind are accepted`() async {
    let client = TestClient()
    for method in ["notifications/initialized", "notifications/roots/list_changed", "anything"] {
      await client.server.receive(Notification(method: method))
    }
    #expect(client.sent.isEmpty)
  }
}
