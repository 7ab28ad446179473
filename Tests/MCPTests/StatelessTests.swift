import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct StatelessTests {
  private static let serverInfo: JSONValue = ["name": "test", "title": "Test", "version": "1.2.3"]

  @Test func `a discovery contains everything in a handshake, and its time to live`() async throws {
    let result = try await TestClient(.july2026).request("server/discover")
    #expect(
      result == [
        "supportedVersions": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
        "capabilities": ["tools": [:]], "instructions": "Call echo.", "resultType": "complete", "ttlMs": 3_600_000,
        "cacheScope": "private", "_meta": ["io.modelcontextprotocol/serverInfo": Self.serverInfo],
      ])
  }

  @Test func `every result is stamped, lists with their time to live`() async throws {
    let client = try await TestClient(.july2026)
    let list = try await client.request("tools/list")
    #expect(list["resultType"] == "complete" && list["ttlMs"] == 3_600_000 && list["cacheScope"] == "private")
    #expect(list["_meta"]?["io.modelcontextprotocol/serverInfo"] == Self.serverInfo)
    let call = try await client.call("echo", nil)
    #expect(call["resultType"] == "complete" && call["ttlMs"] == nil && call["cacheScope"] == nil)
    #expect(call["structuredContent"] == ["said": "hello"])
    let failure = try await client.call("echo", ["wrong": 1])
    #expect(failure["resultType"] == "complete" && failure["isError"] == true)
  }

  @Test func `results after a handshake have no such members`() async throws {
    let list = try await TestClient(.november2025).request("tools/list")
    #expect(list["resultType"] == nil && list["ttlMs"] == nil && list["_meta"] == nil)
  }

  @Test(arguments: [
    "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/list", "nothing",
  ])
  func `methods removed with the handshake are unknown`(method: String) async throws {
    #expect(try await TestClient(.july2026).error(method)?.code == -32601)
  }

  @Test func `a request must contain its version and its client's capabilities`() async {
    let noVersion = TestClient(envelope: TestClient.envelope(version: nil))
    let noCapabilities = TestClient(envelope: TestClient.envelope(capabilities: nil))
    let onlyInfo = TestClient(envelope: ["io.modelcontextprotocol/clientInfo": ["name": "c", "version": "0"]])
    for client in [noVersion, noCapabilities, onlyInfo] {
      let error = await client.error("tools/list")
      #expect(error?.code == -32602 && error?.message.contains("params._meta needs") == true)
    }
    let bare = await TestClient().error("server/discover")
    #expect(bare?.code == -32602 && bare?.message.contains("protocolVersion") == true)
  }

  @Test(arguments: ["2099-01-01", "2025-11-25", ""])
  func `an unknown version is refused with the supported ones`(version: String) async {
    let client = TestClient(envelope: TestClient.envelope(version: .string(version)))
    for method in ["server/discover", "tools/list", "nothing"] {
      let error = await client.error(method)
      #expect(error?.code == -32022)
      #expect(error?.data?["requested"]?.stringValue == version)
      #expect(error?.data?["supported"]?.arrayValue?.first == "2026-07-28")
    }
  }

  @Test func `both eras live on one connection`() async throws {
    let client = TestClient()
    let modern: JSONObject = ["_meta": .object(TestClient.envelope())]
    #expect(try await client.request("server/discover", modern)["resultType"] == "complete")
    #expect(try await client.request("initialize", ["protocolVersion": "2024-11-05"])["resultType"] == nil)
    #expect(try await client.request("tools/list")["tools"]?.arrayValue?.first?["title"] == nil)
    #expect(try await client.request("tools/list", modern)["tools"]?.arrayValue?.first?["title"] == "Echo")
    #expect(await client.error("ping", modern)?.code == -32601)
    #expect(try await client.request("ping") == [:])
  }

  @Test func `an initialize is a handshake, whatever else it contains`() async throws {
    let result = try await TestClient(.july2026).request("initialize", ["protocolVersion": "2026-07-28"])
    #expect(result["protocolVersion"] == "2025-11-25" && result["resultType"] == nil)
  }

  @Test func `progress tokens and other keys of _meta do not make a request modern`() async throws {
    let result = try await TestClient().request(
      "tools/list", ["_meta": ["progressToken": 0, "io.modelcontextprotocol/related-task": ["taskId": "1"]]])
    #expect(result["resultType"] == nil)
  }
}
