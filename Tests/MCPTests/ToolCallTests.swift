import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct ToolCallTests {
  private static let text = Field<String>.required("text", .string, "What to say.")
  private let echo = Tool.echo(fields: [text]) { arguments, _ in ["said": .string(arguments[text])] }

  @Test func `the text is the compact JSON of the structured content`() async throws {
    let result = try await TestClient([echo]).call("echo", ["text": "a \"b\" é"])
    #expect(
      result == [
        "content": [["type": "text", "text": #"{"said":"a \"b\" é"}"#]], "structuredContent": ["said": "a \"b\" é"],
        "isError": false,
      ])
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `structured content is for versions that have it`(version: ProtocolVersion) async throws {
    let result = try await TestClient(version, [echo]).call("echo", ["text": "a"])
    #expect((result["structuredContent"] != nil) == (version >= .june2025))
    #expect(result.toolText == #"{"said":"a"}"#)
  }

  @Test func `arguments may come as the text of an object`() async throws {
    #expect(try await TestClient([echo]).call("echo", #"{"text":"a"}"#).toolText == #"{"said":"a"}"#)
  }

  @Test(arguments: [JSONValue?.none, .some(nil), "", [:]])
  func `absent arguments are an empty object`(arguments: JSONValue?) async throws {
    #expect(try await TestClient().call("echo", arguments)["isError"] == false)
    let refused = try await TestClient([echo]).call("echo", arguments)
    #expect(refused["isError"] == true)
    #expect(refused.toolText == "echo: text is missing: What to say.")
  }

  @Test(arguments: [JSONValue.array([]), 5, true, "text"])
  func `arguments of another type are invalid params`(arguments: JSONValue) async {
    let error = await TestClient([echo]).error("tools/call", ["name": "echo", "arguments": arguments])
    #expect(error == .invalidParams("arguments must be an object, not \(arguments.kindName)."))
  }

  @Test(arguments: [JSONObject?.none, [:], ["name": nil], ["name": 5]])
  func `a call without a name is invalid params`(params: JSONObject?) async {
    #expect(await TestClient().error("tools/call", params)?.code == -32602)
  }

  @Test func `an unknown tool is invalid params and names the nearest`() async {
    let client = TestClient([.echo("runs_generate"), .echo("runs_get")])
    #expect(
      await client.error("tools/call", ["name": "run_generate"])
        == .invalidParams(#"Unknown tool "run_generate". Did you mean "runs_generate"? tools/list shows all."#))
    #expect(
      await client.error("tools/call", ["name": "zebra"])
        == .invalidParams(#"Unknown tool "zebra". tools/list shows all."#))
    // A tool without a subject is no sibling of it.
    #expect(
      ToolRegistry([Tool.echo("search"), .echo("archive")]).unknown("nope")
        == .invalidParams(#"Unknown tool "nope". tools/list shows all."#))
  }

  @Test func `for an unknown verb of a known subject the tools of that subject are listed`() {
    let tools = ["responses_list", "responses_get", "runs_list", "runs_update"].map { Tool.echo($0) }
    let registry = ToolRegistry(tools)
    #expect(
      registry.unknown("responses_update").message
        == #"Unknown tool "responses_update". responses has responses_list, responses_get. tools/list shows all."#)
    #expect(registry.unknown("responses_gte").message.contains(#"Did you mean "responses_get"?"#))
    #expect(registry.unknown("run_list").message.contains(#"Did you mean "runs_list"?"#))
  }

  private struct Broken: ClientFacingError { let description = "The disk is full." }

  @Test func `a handler's error is an error result with its sentence`() async throws {
    let client = TestClient([
      .echo("refuses") { _, _ in throw ToolError("No run 7.") }, .echo("breaks") { _, _ in throw Broken() },
    ])
    #expect(
      try await client.call("refuses", nil) == ["content": [["type": "text", "text": "No run 7."]], "isError": true])
    #expect(try await client.call("breaks", nil).toolText == "The disk is full.")
    #expect(try await client.call("breaks", nil)["structuredContent"] == nil)
  }

  private struct Secretive: Error, CustomStringConvertible { let description = "sk-123" }

  @Test func `only the type of other errors is reported`() async throws {
    // Its description is not quoted either, because it may not be meant for clients.
    let client = TestClient([.echo { _, _ in throw Secretive() }])
    let result = try await client.call("echo", nil)
    #expect(result["isError"] == true)
    #expect(
      result.toolText == "echo failed for an internal reason (Secretive). Nothing is known to be wrong with the call.")
  }

  @Test func `a client's input is not quoted at length`() async throws {
    let long = String(repeating: "x", count: 1_000_000)
    let client = TestClient([echo])
    #expect(await client.error("tools/call", ["name": .string(long)])?.message.count ?? .max < 120)
    #expect(await client.error("tools/list", ["cursor": .string(long)])?.message.count ?? .max < 120)
    #expect(await client.error(long)?.message.count ?? .max < 120)
    #expect(try await client.call("echo", .object(["text": "a", long: 1])).toolText.count < 120)
  }

  @Test func `a result of 40,000 characters is given, a longer one is an error`() async throws {
    let overhead = #"{"said":""}"#.count
    let client = TestClient([echo])
    let fitting = try await client.call("echo", ["text": .string(String(repeating: "x", count: 40_000 - overhead))])
    #expect(fitting["isError"] == false)
    #expect(fitting.toolText.count == 40_000)
    let tooLong = try await client.call("echo", ["text": .string(String(repeating: "x", count: 40_001 - overhead))])
    #expect(tooLong["isError"] == true)
    #expect(tooLong.toolText.hasPrefix("The result has 40001 characters"))
    #expect(tooLong["structuredContent"] == nil)
  }

  @Test func `characters are counted as clients count them`() async throws {
    // One visible letter, but 41 thousand code points for a client.
    let tower = "e" + String(repeating: "\u{301}", count: 41_000)
    #expect(try await TestClient([echo]).call("echo", ["text": .string(tower)])["isError"] == true)
    let twoBytes = String(repeating: "é", count: 39_000)
    #expect(try await TestClient([echo]).call("echo", ["text": .string(twoBytes)])["isError"] == false)
  }

  @Test func `an error with long quotations is cut`() async throws {
    let long = String(repeating: "x", count: 100_000)
    let result = try await TestClient([.echo { _, _ in throw ToolError(long) }]).call("echo", nil)
    #expect(result.toolText.count == 8001)
    #expect(result.toolText.hasSuffix("x…"))
  }
}
