import JSONCoding
import Testing

@testable import MCP

@Suite struct ToolLinkTests {
  private func client(
    _ version: ProtocolVersion = .latestHandshake, links: [String] = ["fake://0"],
    resources: FakeResources? = FakeResources(),
    handler: @escaping Tool.Handler = { _, _ in ["id": 7] }
  ) async throws -> TestClient {
    let tool = Tool(
      name: "get", title: "Get", description: "Gets.", toolset: "test", annotations: .reading, fields: [],
      links: { object in object["id"] == 7 ? links : [] }, handler: handler)
    return try await TestClient(version, [tool], resources: resources)
  }

  private func content(_ client: TestClient) async throws -> [JSONValue]? {
    try await client.call("get", nil)["content"]?.arrayValue
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `a result links to its resource if the version has links`(version: ProtocolVersion) async throws {
    let text: JSONValue = ["type": "text", "text": #"{"id":7}"#]
    let link: JSONValue = [
      "type": "resource_link", "uri": "fake://0", "name": "fake 0", "mimeType": "text/plain",
    ]
    #expect(try await content(client(version)) == (version >= .june2025 ? [text, link] : [text]))
  }

  @Test func `a disabled resource is not linked to`() async throws {
    #expect(try await content(client(links: ["fake://8", "other://1"]))?.count == 1)
    #expect(try await content(client(resources: nil))?.count == 1)
    #expect(try await content(client { _, _ in ["id": 8] })?.count == 1)
  }

  @Test func `a missing link does not undo a change`() async throws {
    let result = try await client(resources: FakeResources(failure: Described())).call("get", nil)
    #expect(result["isError"] == false)
    #expect(result["content"]?.arrayValue?.count == 1)
  }

  @Test func `an error links to nothing`() async throws {
    let result = try await client { _, _ in throw ToolError("No.") }.call("get", nil)
    #expect(result["content"]?.arrayValue?.count == 1)
    #expect(result["isError"] == true)
  }
}
