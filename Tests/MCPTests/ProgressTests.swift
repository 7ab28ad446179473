import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct ProgressTests {
  /// A tool that reports these steps of 10.
  private static func worker(_ steps: [Double], total: Double? = 10) -> Tool {
    .echo { _, context in
      for step in steps { context.report(step, of: total, message: "step \(step)") }
      return ["wanted": .bool(context.wantsProgress)]
    }
  }

  @Test(arguments: [
    JSONValue.int(0), 7, -1, "", "abc", "0", .numeral("99999999999999999999"),
  ])
  func `every token is echoed unchanged`(token: JSONValue) async throws {
    let client = TestClient([Self.worker([1])])
    let result = try await client.call("echo", nil, meta: ["progressToken": token])
    #expect(result["structuredContent"]?["wanted"] == true)
    #expect(
      client.sent == [
        Notification(
          method: "notifications/progress",
          params: ["progressToken": token, "progress": 1, "total": 10, "message": "step 1.0"], supersedesEarlier: true)
      ])
  }

  @Test(arguments: [
    JSONObject?.none, [:], ["progressToken": nil], ["progressToken": true], ["progressToken": [1]],
    ["progressToken": 1.5],
  ])
  func `without a token nothing is sent`(meta: JSONObject?) async throws {
    let client = TestClient([Self.worker([1, 2])])
    let result = try await client.call("echo", nil, meta: meta)
    #expect(result["structuredContent"]?["wanted"] == false)
    #expect(client.sent.isEmpty)
  }

  @Test func `progress only grows`() async throws {
    let client = TestClient([Self.worker([0, 1, 1, 3, 2, 3.5, -1, 10])])
    _ = try await client.call("echo", nil, meta: ["progressToken": 1])
    #expect(client.sent.compactMap { $0.params?["progress"]?.doubleValue } == [0, 1, 3, 3.5, 10])
  }

  @Test func `progress that is not a number is not sent`() async throws {
    let client = TestClient([Self.worker([.nan, .infinity, 1], total: .infinity)])
    _ = try await client.call("echo", nil, meta: ["progressToken": 1])
    #expect(client.sent.map { $0.params?.keys } == [["progressToken", "progress", "message"]])
  }

  @Test func `each call has its own progress`() async throws {
    let client = TestClient([Self.worker([5])])
    _ = try await client.call("echo", nil, meta: ["progressToken": 1])
    _ = try await client.call("echo", nil, meta: ["progressToken": 2])
    #expect(client.sent.compactMap { $0.params?["progressToken"]?.intValue } == [1, 2])
  }

  @Test func `an unknown total is left out`() async throws {
    let client = TestClient([Self.worker([1], total: nil)])
    _ = try await client.call("echo", nil, meta: ["progressToken": 1])
    #expect(client.sent.first?.params?.keys == ["progressToken", "progress", "message"])
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `messages are for versions that have them`(version: ProtocolVersion) async throws {
    let client = try await TestClient(version, [Self.worker([1])])
    _ = try await client.call("echo", nil, meta: ["progressToken": 1])
    #expect((client.sent.first?.params?["message"] != nil) == (version >= .march2025))
  }
}
