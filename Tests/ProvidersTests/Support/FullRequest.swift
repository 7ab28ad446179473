import JSONCoding

@testable import Providers

/// A conversation with every role and every kind of part.
let fullConversation = [
  ChatMessage(.system, "Be short."),
  ChatMessage(.developer, "Answer in French."),
  ChatMessage(
    .user,
    parts: [
      .text("What is this?"), .image(.url("https://example.com/cat.png")),
      .image(.data(mediaType: "image/png", base64: "iVBORw0KGgo=")),
    ], name: "Ada"),
  ChatMessage(
    .assistant, parts: [],
    toolCalls: [
      ToolCall(id: "call_1", name: "look", arguments: #"{"at":"cat"}"#),
      ToolCall(id: "call_2", name: "look", arguments: "{}"),
    ]),
  ChatMessage(.tool, parts: [.text("A cat.")], toolCallID: "call_1"),
  ChatMessage(.tool, parts: [.text("Nothing.")], toolCallID: "call_2"),
  ChatMessage(.user, "And now?"),
]

let weatherTool: JSONValue = [
  "type": "function",
  "function": [
    "name": "weather", "description": "Tells the weather.", "strict": true,
    "parameters": [
      "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
      "additionalProperties": false,
    ],
  ],
]

/// Every commonly used parameter.
let fullParameters = RequestParameters([
  "temperature": 0, "top_p": 0.5, "max_completion_tokens": 50_000, "n": 2, "stop": ["END"], "seed": 7, "user": "u",
  "frequency_penalty": 0.5, "presence_penalty": 0.25, "logit_bias": ["50": -100], "logprobs": true, "top_logprobs": 3,
  "reasoning_effort": "high", "service_tier": "auto", "tools": [weatherTool], "tool_choice": "auto",
  "parallel_tool_calls": false, "verbosity": nil,
  "response_format": [
    "type": "json_schema", "json_schema": ["name": "review", "strict": true, "schema": ["type": "object"]],
  ],
])

extension JSONObject {
  /// The object without some of its members.
  func without(_ keys: String...) -> JSONObject { JSONObject(members.filter { !keys.contains($0.key) }) }

  /// The object with additional or changed members.
  func with(_ other: JSONObject) -> JSONObject {
    var object = self
    for member in other.members { object[member.key] = member.value }
    return object
  }
}
