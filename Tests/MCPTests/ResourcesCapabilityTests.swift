import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct ResourcesCapabilityTests {
  private let client = TestClient(resources: FakeResources(count: 3))

  @Test(arguments: ProtocolVersion.allCases)
  func `a resource has the members that the version knows`(version: ProtocolVersion) async throws {
    let client = try await TestClient(version, resources: FakeResources())
    let resource = try await client.request("resources/list")["resources"]?.arrayValue?.first?.objectValue
    let template = try await client.request("resources/templates/list")["resourceTemplates"]?.arrayValue?.first
    guard version >= .june2025 else {
      #expect(resource?.keys == ["uri", "name", "description", "mimeType", "size"])
      #expect(template?.objectValue?.keys == ["uriTemplate", "name", "description", "mimeType"])
      return
    }
    #expect(
      resource == [
        "uri": "fake://0", "name": "fake 0", "title": "Fake 0", "description": "A fake.", "mimeType": "text/plain",
        "size": 16, "annotations": ["lastModified": "2026-01-02T03:04:05.678Z"],
      ])
    #expect(
      template == [
        "uriTemplate": "fake://{id}", "name": "fake", "title": "Fake", "description": "A fake.",
        "mimeType": "text/plain",
      ])
  }

  @Test func `the list has pages`() async throws {
    let client = TestClient(resources: FakeResources(count: 150))
    let first = try await client.request("resources/list")
    #expect(first["resources"]?.arrayValue?.count == 100)
    var params: JSONObject = [:]
    params["cursor"] = first["nextCursor"]
    let second = try await client.request("resources/list", params)
    #expect(
      second["resources"]?.arrayValue?.compactMap { $0["uri"]?.stringValue } == (100..<150).map { "fake://\($0)" })
    #expect(second["nextCursor"] == nil)
  }

  @Test(arguments: ["resources/list", "resources/templates/list"])
  func `an invalid cursor is refused`(method: String) async {
    #expect(await client.error(method, ["cursor": "abc"])?.code == -32602)
  }

  @Test func `contents have their URI and type`() async throws {
    #expect(
      try await client.request("resources/read", ["uri": "fake://2"]) == [
        "contents": [["uri": "fake://2", "mimeType": "text/plain", "text": "this is fake://2"]]
      ])
  }

  @Test(arguments: [JSONObject?.none, [:], ["uri": nil], ["uri": 5]])
  func `without a URI nothing is read`(params: JSONObject?) async {
    #expect(
      await client.error("resources/read", params)
        == .invalidParams("resources/read needs the resource's uri. resources/list shows all."))
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `a missing resource has the version's error code`(version: ProtocolVersion) async throws {
    let client = try await TestClient(version, resources: FakeResources())
    let error = await client.error("resources/read", ["uri": "fake://9"])
    #expect(
      error
        == RPCError(
          code: version.resourceNotFoundCode, message: "No fake://9. resources/list shows all.",
          data: ["uri": "fake://9"]))
    #expect(version.resourceNotFoundCode == (version.rawValue < "2026" ? -32002 : -32602))
  }

  @Test func `an error of the source is not a missing resource`() async {
    let client = TestClient(resources: FakeResources(failure: Described()))
    #expect(await client.error("resources/read", ["uri": "fake://0"]) == .internalError("The disk is full."))
    #expect(await client.error("resources/list") == .internalError("The disk is full."))
  }

  @Test func `resources are declared only with a source`() async throws {
    let initialize: JSONObject = ["protocolVersion": "2025-11-25"]
    #expect(
      try await client.request("initialize", initialize)["capabilities"]?["resources"] == [
        "subscribe": true, "listChanged": true,
      ])
    #expect(try await TestClient().request("initialize", initialize)["capabilities"]?["resources"] == nil)
    #expect(await TestClient().error("resources/list")?.code == -32601)
  }
}
