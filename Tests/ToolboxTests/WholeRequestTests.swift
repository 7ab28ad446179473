import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Toolbox

/// A prompt version with a complete request, wherever prompts are used.
@Suite struct WholeRequestTests {
  private let transport = FakeTransport(
    #"{"model":"m","choices":[{"message":{"content":"Paris"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"#
  )
  private let server: TestServer

  private static let request: JSONObject = [
    "system_prompt": "Answer in {{ language }}.",
    "messages": [["role": "user", "content": "Capital of Spain?"], ["role": "assistant", "content": "Madrid"]],
    "temperature": 0.5, "max_tokens": 20, "stop": ["."],
  ]
  private static let messages: JSONValue = [
    ["role": "system", "content": "Answer in English."], ["role": "user", "content": "Capital of Spain?"],
    ["role": "assistant", "content": "Madrid"], ["role": "user", "content": "Capital of France?"],
  ]

  init() { server = TestServer(transport: transport) }

  @discardableResult
  private func prompt(_ request: JSONObject = request) async throws -> JSONObject {
    var arguments: JSONObject = [
      "name": "capitals", "template": "Capital of {{ country }}?", "llm_model": "ollama/m",
    ]
    for member in request.members { arguments[member.key] = member.value }
    return try await server.call("prompts_create", arguments)
  }

  private func run(_ settings: JSONObject = [:]) async throws -> JSONObject {
    try await server.dataset("country,language\nFrance,English")
    var arguments: JSONObject = ["prompt_id": 1, "dataset_id": 1]
    for member in settings.members { arguments[member.key] = member.value }
    return try await server.call("runs_create", arguments)
  }

  @Test func `a version shows its whole request, with the variables of every text`() async throws {
    let prompt = try await prompt()
    #expect(prompt["variables"] == ["language", "country"])
    for member in Self.request.members { #expect(prompt[member.key] == member.value, "\(member.key)") }
  }

  @Test func `a run sends the conversation and the settings`() async throws {
    try await prompt()
    let run = try await run()
    #expect(run["system_prompt"] == "Answer in {{ language }}." && run["temperature"] == 0.5 && run["max_tokens"] == 20)
    try await server.call("runs_generate", ["id": 1])
    let body = try #require(transport.bodies.first)
    #expect(body["messages"] == Self.messages)
    #expect(body["temperature"] == 0.5 && body["max_tokens"] == 20 && body["stop"] == ["."])
  }

  @Test func `a run's own settings override its prompt's, and an empty one sends nothing`() async throws {
    try await prompt()
    let run = try await run(["system_prompt": "", "temperature": 1, "max_tokens": ""])
    #expect(run["system_prompt"] == .some(.null) && run["temperature"] == 1.0 && run["max_tokens"] == .some(.null))
    try await server.call("runs_generate", ["id": 1])
    let body = try #require(transport.bodies.first)
    #expect(body["messages"]?.arrayValue?.first?["role"] == "user")
    #expect(body["temperature"] == 1.0 && body["max_tokens"] == nil && body["stop"] == ["."])
  }

  @Test func `a run and its responses show all that was sent`() async throws {
    try await prompt()
    let run = try await run()
    #expect(run["stop"] == ["."] && run["messages"] == Self.request["messages"] && run["tools"] == nil)
    try await server.call("runs_generate", ["id": 1, "wait_seconds": 600])
    let response = try await server.call("responses_get", ["run_id": 1, "id": 1])
    #expect(response["rendered_messages"] == Self.messages)
    #expect(response["rendered_prompt"] == "Capital of France?")
  }

  @Test(arguments: ["system_prompt", "messages", "temperature", "stop", "provider_credential_id"])
  func `a change of any part creates a new version once there are runs`(name: String) async throws {
    try await server.credential()
    try await prompt()
    _ = try await run()
    try await server.call("runs_generate", ["id": 1])
    let values: JSONObject = [
      "system_prompt": "", "messages": [["role": "user", "content": "x"]], "temperature": 0, "stop": [],
      "provider_credential_id": 1,
    ]
    let changed = try await server.call("prompts_update", ["id": 1, .init(name): values[name] ?? .null])
    #expect(changed["version_number"] == 2 && changed["id"] == 2)
    #expect(try await server.call("prompts_get", ["id": 1])[name] == (Self.request[name] ?? .null))
  }

  @Test func `invalid turns are refused, and nothing is stored`() async throws {
    let refusal = try await server.refusal(
      "prompts_create",
      ["name": "p", "template": "q", "llm_model": "echo", "messages": [["role": "narrator", "content": "x"]]])
    #expect(refusal.contains("narrator"))
    #expect(try await server.call("prompts_list")["total"] == 0)
  }

  @Test func `rows that cannot be sent are counted by reason, when the run is made and when it is started`()
    async throws
  {
    try await prompt(["messages": [["placeholder": "turns"]]])
    let values = ["none", "[]", "nothing", "none", #""[{""role"": ""user"", ""content"": ""Hello.""}]""#, "[1]", "[2]"]
    let csv = "country,turns\n" + values.map { "France,\($0)\n" }.joined()
    let dataset = try await server.dataset(csv)
    let made = try await server.call("runs_create", ["prompt_id": 1, "dataset_id": .int(dataset)])
    let sentence = try #require(made.strings("warnings").first)
    #expect(sentence.contains("5 rows (row_index 0, 2, 3, ...) cannot be sent, for 4 reasons. "), "\(sentence)")
    #expect(sentence.contains("2 rows (row_index 0, 3): ") && sentence.hasSuffix(" And 1 more."), "\(sentence)")
    #expect(try await server.refusal("runs_generate", ["id": 1]) == sentence)
    #expect(transport.requests.isEmpty)
  }

  @Test func `rows whose turns cannot be sent keep a run from starting`() async throws {
    try await prompt(["messages": [["placeholder": "language"]]])
    _ = try await run()
    let refusal = try await server.refusal("runs_generate", ["id": 1])
    #expect(refusal.contains("1 row") && refusal.contains("language"))
    #expect(transport.requests.isEmpty)
  }

  @Test func `a chat completion with a prompt sends its conversation, and its own settings first`() async throws {
    try await prompt()
    try await server.call(
      "chat_completions_create",
      ["prompt_id": 1, "inputs": ["country": "France", "language": "English"], "temperature": 0])
    let body = try #require(transport.bodies.first)
    #expect(body["messages"] == Self.messages && body["temperature"] == 0.0 && body["max_tokens"] == 20)
  }

  @Test func `an experiment sends the conversation of the drawn version`() async throws {
    try await prompt()
    try await prompt()
    try await server.call("experiments_create", ["name": "e", "prompt_ids": [1, 2]])
    try await server.call(
      "experiments_generate", ["experiment_id": 1, "inputs": ["country": "France", "language": "English"]])
    #expect(try transport.bodies.first?["messages"] == Self.messages)
  }

  @Test func `the MCP prompt is the whole conversation, its system prompt first`() async throws {
    try await prompt()
    let messages = try await server.server.result(
      "prompts/get", ["name": "capitals", "arguments": ["country": "France", "language": "English"]])["messages"]
    let texts =
      messages?.arrayValue?.map { ($0["role"]?.stringValue ?? "", $0["content"]?["text"]?.stringValue ?? "") } ?? []
    #expect(texts.map(\.0) == ["user", "user", "assistant", "user"])
    #expect(texts.first?.1.hasSuffix("Answer in English.") == true && texts.last?.1 == "Capital of France?")
  }

  @Test func `text that other tools would replace causes a warning`() async throws {
    try await prompt(["system_prompt": "Speak {language}."])
    _ = try await run()
    let warnings = try await server.call("runs_generate", ["id": 1])["warnings"]?.arrayValue?.compactMap(\.stringValue)
    #expect(warnings?.contains { $0.contains("{language}") && $0.contains("{{ language }}") } == true)
  }

  @Test func `runs differ in the settings that they send`() async throws {
    try await prompt()
    _ = try await run(["name": "a"])
    try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1, "name": "b", "temperature": 0])
    for id in [1, 2] { try await server.call("runs_generate", ["id": .int(id)]) }
    let statistics = try await server.call("runs_compare", ["run_ids": [1, 2]])["statistics"]?.arrayValue?.first
    #expect(statistics?["differs"] == ["temperature": [0.5, 0.0]])
  }

  @Test func `runs with equal requests are one draft, wherever their settings come from`() async throws {
    try await prompt(["temperature": 0.5])
    _ = try await run(["name": "a"])
    for settings: JSONObject in [["temperature": 0.5], ["top_p": ""], ["system_prompt": "", "seed": ""]] {
      var arguments: JSONObject = ["prompt_id": 1, "dataset_id": 1]
      for member in settings.members { arguments[member.key] = member.value }
      try await server.call("runs_create", arguments)
    }
    for id in 1...4 { try await server.call("runs_generate", ["id": .int(id)]) }
    let statistics = try await server.call("runs_compare", ["run_ids": [1, 4]])["statistics"]?.arrayValue?.first
    #expect(statistics?["level"] == 0.95 || statistics?["level"] == nil)
    #expect(statistics?["differs"] == [:])
  }

  @Test func `a run continues only with the credential that it began with`() async throws {
    let server = TestServer(transport: FakeTransport(.ok("{}", status: 422)))
    try await server.credential()
    try await server.credential()
    try await server.call(
      "prompts_create",
      ["name": "p", "template": "{{ text }}", "llm_model": "ollama/m", "provider_credential_id": 1])
    try await server.dataset("text\na\nb")
    let run = try await server.call("runs_create", ["prompt_id": 1, "dataset_id": 1])
    #expect(run["provider_credential_id"] == 1)
    try await server.call("runs_generate", ["id": 1])
    try await server.call("provider_credentials_delete", ["id": 1, "confirm": true])
    let refusal = try await server.refusal("runs_generate", ["id": 1, "retry_failed": true])
    #expect(refusal.contains("credential 1") && refusal.contains("restart"))
  }

  @Test func `the estimate includes the tokens of tools`() async throws {
    let description = String(repeating: "long ", count: 8_000)
    let tool: JSONValue = ["type": "function", "function": ["name": "f", "description": .string(description)]]
    try await server.call(
      "provider_credentials_create", ["provider": "ollama", "input_price": 1, "output_price": 1])
    try await prompt(["tools": [tool]])
    let estimate = try #require(try await run()["estimated_cost"]?.doubleValue)
    // 40,000 bytes are about 10,000 tokens, at one dollar per million.
    #expect(estimate > 0.005)
  }

  @Test(arguments: [[["foo": 1]], [["type": "function"]]] as [JSONValue])
  func `invalid tools are refused`(tools: JSONValue) async throws {
    let refusal = try await server.refusal(
      "prompts_create", ["name": "p", "template": "q", "llm_model": "echo", "tools": tools])
    #expect(refusal.contains("OpenAI's form"))
  }

  @Test(
    arguments: [
      (
        ["type": "object", "properties": ["a": ["type": "string"]], "required": ["a"], "additionalProperties": false],
        true
      ),
      (["type": "object", "properties": ["a": ["type": "string"]]], false),
      (["type": "object", "properties": ["a": ["type": "string"]], "additionalProperties": false], false),
    ] as [(JSONValue, Bool)])
  func `a schema is sent as strict if it keeps the rules of strict ones`(schema: JSONValue, isStrict: Bool)
    async throws
  {
    try await prompt(["response_schema": schema])
    _ = try await run()
    try await server.call("runs_generate", ["id": 1])
    #expect(try transport.bodies.first?["response_format"]?["json_schema"]?["strict"] == .bool(isStrict))
  }

  @Test func `tools and a schema are refused together`() async throws {
    let tool: JSONValue = ["type": "function", "function": ["name": "f"]]
    try await prompt(["tools": [tool]])
    let refusal = try await server.refusal("prompts_update", ["id": 1, "response_schema": ["type": "string"]])
    #expect(refusal.contains("either tools or a response_schema"))
    let changed = try await server.call(
      "prompts_update", ["id": 1, "response_schema": ["type": "string"], "tools": []])
    #expect(changed["response_schema"] == ["type": "string"] && changed["tools"] == nil)
  }

  @Test func `an empty word clears the setting`() async throws {
    try await prompt()
    _ = try await run(["judge_effort": "low"])
    #expect(try await server.call("runs_update", ["id": 1, "judge_effort": ""])["judge_effort"] == .some(.null))
  }

  @Test func `choices differ in their seeds`() async throws {
    try await server.call(
      "chat_completions_create",
      ["model": "ollama/m", "messages": [["role": "user", "content": "q"]], "n": 3, "seed": 7])
    #expect(try Set(transport.bodies.compactMap { $0["seed"]?.intValue }) == [7, 8, 9])
  }

  @Test func `text that other tools would replace is reported before the run costs anything`() async throws {
    try await prompt(["system_prompt": "Speak {language}."])
    let warnings = try await run()["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.contains { $0.contains("{language}") })
  }
}
