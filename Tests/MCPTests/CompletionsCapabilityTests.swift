import JSONCoding
import JSONRPC
import Testing

@testable import MCP

@Suite struct CompletionsCapabilityTests {
  private let client = TestClient(
    prompts: FakePrompts([.greeting()]), resources: FakeResources(completions: (1...250).map { "\($0)" }))

  private func complete(
    _ ref: JSONValue, _ name: String, _ value: JSONValue = "", context: JSONValue? = nil
  ) async throws(RPCError) -> JSONValue? {
    var params: JSONObject = ["ref": ref, "argument": ["name": .string(name), "value": value]]
    params["context"] = context
    return try await client.request("completion/complete", params)["completion"]
  }

  private static let prompt: JSONValue = ["type": "ref/prompt", "name": "greeting"]
  private static let template: JSONValue = ["type": "ref/resource", "uri": "fake://{id}"]

  @Test(arguments: [("", ["anna", "bert", "carl"]), ("b", ["bert"]), ("x", [])])
  func `an argument of a prompt is completed`(value: String, values: [JSONValue]) async throws {
    #expect(
      try await complete(Self.prompt, "who", .string(value)) == [
        "values": .array(values), "total": .int(values.count), "hasMore": false,
      ])
  }

  @Test func `arguments already chosen are considered`() async throws {
    #expect(
      try await complete(Self.prompt, "who", "", context: ["arguments": ["not": "anna", "odd": 5]])?["values"]
        == ["bert", "carl"])
    #expect(try await complete(Self.prompt, "who", "a", context: ["arguments": nil])?["values"] == ["anna"])
  }

  @Test func `an argument without suggestions has none`() async throws {
    #expect(try await complete(Self.prompt, "how") == ["values": [], "total": 0, "hasMore": false])
  }

  @Test func `at most a hundred values are sent, with their total number`() async throws {
    let all = try await complete(Self.template, "id")
    #expect(all?["values"]?.arrayValue?.count == 100)
    #expect(all?["total"] == 250)
    #expect(all?["hasMore"] == true)
    #expect(try await complete(Self.template, "id", "25")?["values"] == ["25", "250"])
  }

  @Test(
    arguments: [
      (nil, "who", "ref must be"),
      (["type": "ref/other", "name": "x"], "who", "ref must be"),
      (["type": "ref/prompt"], "who", "ref needs the name of a prompt."),
      (["type": "ref/prompt", "name": "nobody"], "who", "Unknown prompt \"nobody\"."),
      (Self.prompt, "whom", "whom is not an argument. Did you mean \"who\"?"),
      (["type": "ref/resource"], "id", "ref needs the uri of a resource template."),
      (["type": "ref/resource", "uri": "fake://1"], "id", "Unknown resource template \"fake://1\"."),
      (Self.template, "name", "fake://{id} has no variable name. Known: id."),
    ] as [(JSONValue, String, String)])
  func `an impossible completion is refused with the reason`(ref: JSONValue, name: String, reason: String) async {
    do throws(RPCError) {
      _ = try await complete(ref, name)
      Issue.record("accepted")
    } catch {
      #expect(error.code == -32602)
      #expect(error.message.contains(reason))
    }
  }

  @Test func `the argument must be named`() async {
    #expect(await client.error("completion/complete", ["ref": Self.prompt])?.code == -32602)
    #expect(await client.error("completion/complete")?.code == -32602)
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `completion is declared to versions that know it, and available to all`(version: ProtocolVersion) async throws {
    let client = TestClient(prompts: FakePrompts([.greeting()]))
    let answer = try await client.request("initialize", ["protocolVersion": .string(version.rawValue)])
    #expect((answer["capabilities"]?["completions"] != nil) == (version >= .march2025))
    let params: JSONObject = ["ref": Self.prompt, "argument": ["name": "who", "value": "a"]]
    #expect(try await client.request("completion/complete", params)["completion"]?["values"] == ["anna"])
  }

  @Test func `without prompts and resources there is nothing to complete`() async throws {
    #expect(await TestClient().error("completion/complete")?.code == -32601)
    let onlyResources = TestClient(resources: FakeResources())
    let params: JSONObject = ["ref": Self.prompt, "argument": ["name": "who", "value": ""]]
    #expect(await onlyResources.error("completion/complete", params)?.code == -32602)
  }
}
