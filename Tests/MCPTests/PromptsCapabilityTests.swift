import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct PromptsCapabilityTests {
  private let client = TestClient(
    prompts: FakePrompts([.greeting(aliases: ["hello"]), .greeting("bare", arguments: [])]))

  private func text(_ result: JSONObject) -> String? {
    result["messages"]?.arrayValue?.first?["content"]?["text"]?.stringValue
  }

  // MARK: Listing

  @Test(arguments: ProtocolVersion.allCases)
  func `a prompt has the members that the version knows`(version: ProtocolVersion) async throws {
    let client = try await TestClient(version, prompts: FakePrompts([.greeting(), .greeting("bare", arguments: [])]))
    let prompts = try await client.request("prompts/list")["prompts"]?.arrayValue
    let keys = version >= .june2025 ? ["name", "title", "description"] : ["name", "description"]
    #expect(prompts?.map { $0.objectValue?.keys } == [keys + ["arguments"], keys])
    #expect(
      prompts?.first?["arguments"] == [
        ["name": "who", "description": "Whom to greet.", "required": true],
        ["name": "how", "description": "In what manner.", "required": false],
      ])
  }

  @Test func `prompts are declared only with a source`() async throws {
    let initialize: JSONObject = ["protocolVersion": "2025-11-25"]
    #expect(try await client.request("initialize", initialize)["capabilities"]?["prompts"] == ["listChanged": true])
    #expect(try await TestClient().request("initialize", initialize)["capabilities"]?["prompts"] == nil)
    #expect(await TestClient().error("prompts/list")?.code == -32601)
  }

  private func walk(_ client: TestClient, afterFirst: () -> Void = {}) async throws -> [String] {
    var names: [String] = []
    var params: JSONObject = [:]
    while true {
      let page = try await client.request("prompts/list", params)
      names += page["prompts"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
      if params.isEmpty { afterFirst() }
      guard let cursor = page["nextCursor"] else { return names }
      params["cursor"] = cursor
    }
  }

  @Test(arguments: [0, 1, 99, 100, 101, 250])
  func `pages make up the whole list`(count: Int) async throws {
    let client = TestClient(prompts: FakePrompts(count: count))
    #expect(try await walk(client) == (0..<count).map { "p\($0)" })
  }

  @Test(arguments: ["p0", "p50", "p99", "p100", "p249"])
  func `a prompt deleted between two pages skips no other`(removed: String) async throws {
    let prompts = FakePrompts(count: 250)
    let names = try await walk(TestClient(prompts: prompts)) { prompts.remove(removed) }
    let isSeen = ["p0", "p50", "p99"].contains(removed)
    #expect(names == (0..<250).map { "p\($0)" }.filter { isSeen || $0 != removed })
  }

  @Test(arguments: [JSONValue.string("abc"), "5", ":p1", "0:p1", "-1:p1", "1:", 5, ["1:p1"]])
  func `an invalid cursor is refused with advice`(cursor: JSONValue) async {
    let error = await client.error("prompts/list", ["cursor": cursor])
    #expect(error?.code == -32602)
    #expect(error?.message.hasSuffix("is not a nextCursor of this list. Leave it out to start over.") == true)
  }

  @Test(arguments: [JSONObject?.none, [:], ["cursor": nil], ["cursor": ""], ["cursor": "900:gone"]])
  func `any place in the list is a page`(params: JSONObject?) async throws {
    let count = try await client.request("prompts/list", params)["prompts"]?.arrayValue?.count
    #expect(count == (params?["cursor"]?.stringValue?.isEmpty == false ? 0 : 2))
  }

  // MARK: Getting

  @Test(
    arguments: [
      (["who": "anna"], "who=anna"),
      (["who": "anna", "how": "loudly"], "how=loudly who=anna"),
      (["who": "", "how": nil], "who="),
      (["who": 5], "who=5"),
      (["who": 1.5, "how": true], "how=true who=1.5"),
      (["who": ["a", 1]], #"who=["a",1]"#),
      (#"{"who":"anna"}"#, "who=anna"),
    ] as [(JSONValue, String)])
  func `arguments are texts, and numbers and booleans are accepted as texts`(
    arguments: JSONValue, said: String
  ) async throws {
    let result = try await client.request("prompts/get", ["name": "greeting", "arguments": arguments])
    #expect(
      result == [
        "description": "Says hello.",
        "messages": [["role": "user", "content": ["type": "text", "text": .string(said)]]],
      ])
  }

  @Test(
    arguments: [
      (nil, "who is missing: Whom to greet."),
      (.some(.null), "who is missing: Whom to greet."),
      ("", "who is missing: Whom to greet."),
      (["who": nil], "who is missing: Whom to greet."),
      (["whom": "a"], "whom is not an argument. Did you mean \"who\"? who is missing: Whom to greet."),
      (["who": "a", "zebra": "b"], "zebra is not an argument. Known: who, how."),
      (["who": "a", "zebra": "b", "yak": "c"], "zebra is not an argument. yak is not an argument. Known: who, how."),
    ] as [(JSONValue?, String)])
  func `all faults of the arguments are named`(arguments: JSONValue?, problem: String) async {
    var params: JSONObject = ["name": "greeting"]
    params["arguments"] = arguments
    let error = await client.error("prompts/get", params)
    #expect(error == .invalidParams("Prompt \"greeting\": \(problem)"))
  }

  @Test(arguments: [JSONValue.array([]), 5, "text"])
  func `arguments that are not an object are refused`(arguments: JSONValue) async {
    #expect(await client.error("prompts/get", ["name": "greeting", "arguments": arguments])?.code == -32602)
  }

  @Test func `a prompt without arguments says so`() async throws {
    #expect(text(try await client.request("prompts/get", ["name": "bare"])) == "")
    let error = await client.error("prompts/get", ["name": "bare", "arguments": ["x": "y"]])
    #expect(error?.message == "Prompt \"bare\": x is not an argument. It takes none.")
  }

  @Test(
    arguments: [
      (nil, "prompts/get needs the prompt's name. prompts/list shows all."),
      (["name": 5], "prompts/get needs the prompt's name. prompts/list shows all."),
      (["name": "greetin"], "Unknown prompt \"greetin\". Did you mean \"greeting\"? prompts/list shows all."),
      (["name": "xyz"], "Unknown prompt \"xyz\". prompts/list shows all."),
    ] as [(JSONObject?, String)])
  func `an unknown prompt gets the nearest name as a suggestion`(params: JSONObject?, message: String) async {
    #expect(await client.error("prompts/get", params) == .invalidParams(message))
  }

  @Test func `a prompt is found by another name unless that is a prompt's own`() async throws {
    #expect(text(try await client.request("prompts/get", ["name": "hello", "arguments": ["who": "a"]])) == "who=a")
    let other = Prompt.greeting("hello", arguments: []) { _ in [PromptMessage(.assistant, "mine")] }
    let both = TestClient(prompts: FakePrompts([.greeting(aliases: ["hello"]), other]))
    #expect(text(try await both.request("prompts/get", ["name": "hello"])) == "mine")
  }

  // MARK: Failures

  @Test(
    arguments: [
      (ToolError("No such run."), RPCError.invalidParams("No such run.")),
      (Described(), .internalError("The disk is full.")),
      (
        Undescribed(),
        .internalError(
          "prompts/get failed for an internal reason (Undescribed). Nothing is known to be wrong with the request.")
      ),
    ] as [(any Error, RPCError)])
  func `only client-facing errors are quoted`(error: any Error, answer: RPCError) async {
    let client = TestClient(prompts: FakePrompts([.greeting("p", arguments: []) { _ in throw error }]))
    #expect(await client.error("prompts/get", ["name": "p"]) == answer)
    #expect(await TestClient(prompts: FakePrompts([], failure: error)).error("prompts/list")?.code == answer.code)
  }
}
