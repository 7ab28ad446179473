import JSONCoding
import ProvidersTestSupport
import Testing

@testable import Toolbox

/// What no model takes is refused before one is asked, by the path of the value at fault.
@Suite struct RequestCheckTests {
  private let transport = FakeTransport(#"{"model":"m","choices":[{"message":{"content":"ok"}}]}"#)
  private let server: TestServer

  init() { server = TestServer(transport: transport) }

  private static func tool(_ name: JSONValue, _ more: JSONObject = [:]) -> JSONValue {
    var function: JSONObject = ["name": name]
    for member in more.members { function[member.key] = member.value }
    return ["type": "function", "function": .object(function)]
  }

  private static let weather = tool("weather")
  private static let call: JSONValue = [
    "role": "assistant", "content": nil,
    "tool_calls": [["id": "call_1", "type": "function", "function": ["name": "weather", "arguments": "{}"]]],
  ]

  /// What chats and prompt versions refuse alike.
  static let shared: [(JSONObject, String)] = [
    (["tools": [["foo": 1]]], "tools[0].type"), (["tools": [["type": "function"]]], "tools[0].function.name"),
    (["tools": [tool("")]], "tools[0].function.name"), (["tools": [weather, weather]], "tools[1].function.name"),
    (["tools": [tool("get weather")]], "tools[0].function.name"),
    (["tools": [tool("wétter")]], "tools[0].function.name"),
    (["tools": [.object(["type": "fnction", "function": ["name": "f"]])]], "tools[0].type"),
    (["tools": [tool("f", ["parameters": "none"])]], "tools[0].function.parameters"),
    (["tools": [tool("f", ["parameters": ["type": "array"]])]], "tools[0].function.parameters.type"),
    (["tools": [tool("f", ["description": 3])]], "tools[0].function.description"),
    (["stop": [".", ""]], "stop[1]"),
    (["messages": [call, ["role": "tool", "content": "18"]]], "messages[1].tool_call_id"),
    (["messages": [["role": "tool", "content": "18", "tool_call_id": "call_1"], call]], "messages[0].tool_call_id"),
    (["messages": [call, ["role": "tool", "content": "18", "tool_call_id": "call_2"]]], "messages[1].tool_call_id"),
    (["messages": [["role": "narrator", "content": "x"]]], "messages[0].role"),
    (["messages": [["role": "assistant", "tool_calls": [["id": "a"]]]]], "messages[0].tool_calls[0].function.name"),
  ]

  /// What chats alone can be given.
  static let chats: [(JSONObject, String)] = [
    (["response_format": ["type": "jsonobject"]], "response_format.type"),
    (["response_format": ["schema": [:]]], "response_format.type"),
    (["response_format": ["type": "json_schema"]], "response_format.json_schema.name"),
    (["response_format": ["type": "json_schema", "json_schema": ["name": "a b", "schema": [:]]]], "json_schema.name"),
    (["response_format": ["type": "json_schema", "json_schema": ["name": "a", "schema": 3]]], "json_schema.schema"),
    (
      ["response_format": ["type": "json_schema", "json_schema": ["name": "a", "schema": ["type": "objekt"]]]],
      "response_format.json_schema.schema has the type"
    ),
    (["tool_choice": ["type": "function", "function": ["name": "f"]]], "tool_choice"),
    (["tool_choice": "required"], "tool_choice"), (["tools": [weather], "tool_choice": "any"], "tool_choice"),
    (["tools": [weather], "tool_choice": ["type": "function"]], "tool_choice"),
    (
      ["tools": [weather], "tool_choice": ["type": "function", "function": ["name": "whether"]]],
      "tool_choice.function.name"
    ),
    (["logit_bias": ["the": 1]], "logit_bias.the"), (["logit_bias": ["50256": 101]], "logit_bias.50256"),
    (["logit_bias": ["50256": "low"]], "logit_bias.50256"),
    (
      [
        "messages": [
          ["role": "user", "content": [["type": "image_url", "image_url": ["url": "data:image/png;base64,a$"]]]]
        ]
      ],
      "messages[0].content[0].image_url.url"
    ),
    (
      ["messages": [["role": "user", "content": [["type": "image", "source": "data:image/png;base64,"]]]]],
      "messages[0].content[0].source"
    ),
  ]

  @Test(arguments: shared + chats)
  func `a chat completion is refused by the field at fault`(given: JSONObject, field: String) async throws {
    var arguments: JSONObject = ["model": "ollama/m", "messages": [["role": "user", "content": "Hi"]]]
    for member in given.members { arguments[member.key] = member.value }
    let refusal = try await server.refusal("chat_completions_create", arguments)
    #expect(refusal.contains(field), "\(refusal)")
    #expect(transport.requests.isEmpty)
  }

  @Test(arguments: shared)
  func `a prompt version is refused by the field at fault`(given: JSONObject, field: String) async throws {
    var arguments: JSONObject = ["name": "p", "template": "Hi", "llm_model": "ollama/m"]
    for member in given.members { arguments[member.key] = member.value }
    let refusal = try await server.refusal("prompts_create", arguments)
    #expect(refusal.contains(field), "\(refusal)")
    #expect(try await server.call("prompts_list")["total"] == 0)
  }

  @Test(
    arguments: [
      ["tools": [weather, ["type": "web_search_20250305", "name": "web_search"]], "tool_choice": "auto"],
      ["tools": [tool("f-1_A", ["parameters": ["type": "object", "properties": [:]]])], "tool_choice": "required"],
      [
        "response_format": [
          "type": "json_schema", "json_schema": ["name": "a", "schema": ["allOf": [["type": "object"]]]],
        ]
      ], ["response_format": ["type": "text"]], ["tool_choice": "none"], ["stop": "\n"],
      [
        "messages": [
          ["role": "user", "content": "Warm?"], call, ["role": "tool", "tool_call_id": "call_1", "content": "18"],
          ["role": "assistant", "content": "Yes", "tool_calls": nil, "name": nil], ["role": "user", "content": "Now?"],
        ]
      ],
    ] as [JSONObject])
  func `what models take is sent`(given: JSONObject) async throws {
    var arguments: JSONObject = ["model": "openai/m", "messages": [["role": "user", "content": "Hi"]]]
    for member in given.members { arguments[member.key] = member.value }
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": "sk-test-0123456789"])
    _ = try await server.call("chat_completions_create", arguments)
    #expect(transport.requests.count == 1)
  }

  @Test func `the result of a tool may follow a call that its session holds, or a column`() async throws {
    let refusal = try await server.refusal(
      "chat_completions_create",
      [
        "model": "ollama/m", "session_id": "s",
        "messages": [["role": "tool", "tool_call_id": "call_1", "content": "18"]],
      ])
    #expect(refusal.contains("messages[0].tool_call_id"))
    try await server.call(
      "prompts_create",
      [
        "name": "p", "template": "Hi", "llm_model": "ollama/m",
        "messages": [["placeholder": "history"], ["role": "tool", "tool_call_id": "call_1", "content": "18"]],
      ])
    let held: JSONObject = ["history": .string(JSONValue.array([Self.call]).text)]
    try await server.call("chat_completions_create", ["prompt_id": 1, "inputs": .object(held)])
    let other = try await server.refusal(
      "chat_completions_create", ["prompt_id": 1, "inputs": ["history": #"[{"role": "tool", "content": "18"}]"#]])
    #expect(other.contains("history[0].tool_call_id"))
  }

  @Test func `a vendor's number of stops is kept to before anything is sent`() async throws {
    try await server.call("provider_credentials_create", ["provider": "openai", "api_key": "sk-test-0123456789"])
    let refusal = try await server.refusal(
      "chat_completions_create",
      [
        "model": "gpt-4.1-mini", "messages": [["role": "user", "content": "Hi"]],
        "stop": ["a", "b", "c", "d", "e"],
      ])
    #expect(refusal.contains("at most 4") && transport.requests.isEmpty)
  }
}
