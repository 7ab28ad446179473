import JSONCoding

extension MessagesFormat {
  /// The translation of Chat Completions parameters: the members of the body for a value; nil if it has no equivalent.
  ///
  /// A parameter that is not in the table does not exist in the Messages API.
  static let parameters: [RequestParameter: @Sendable (JSONValue) -> JSONObject?] = [
    // The token limit and the effort are added to the body separately.
    .maxTokens: { _ in [:] },
    .reasoningEffort: { _ in [:] },
    .temperature: { ["temperature": $0] },
    .topP: { ["top_p": $0] },
    .topK: { ["top_k": $0] },
    .stop: { ["stop_sequences": $0.stringValue.map { [.string($0)] } ?? $0] },
    // The mark of the cache stands at the end of what it keeps.
    .promptCacheKey: { _ in [:] },
    .user: { ["metadata": ["user_id": $0]] },
    .serviceTier: { tier in
      tier.stringValue.flatMap(ServiceTier.init).flatMap { Anthropic.tiers[$0] }.map { ["service_tier": .string($0)] }
    },
    .responseFormat: { format in
      if format["type"] == "text" { return [:] }
      guard let schema = ResponseSchema(inFormat: format)?.schema else { return nil }
      return ["output_config": ["format": ["type": "json_schema", "schema": .object(schema)]]]
    },
    .tools: { ["tools": .array(($0.arrayValue ?? []).map(tool))] },
    .toolChoice: { choice in toolChoice(choice).map { ["tool_choice": $0] } },
    .parallelToolCalls: { value in
      value == false ? ["tool_choice": ["disable_parallel_tool_use": true]] : [:]
    },
  ]

  private static func tool(_ tool: JSONValue) -> JSONValue {
    // A tool of Anthropic's own, such as web search, already has its form.
    guard let function = tool["function"] else { return tool }
    var object = JSONObject()
    object["name"] = function["name"]
    object["description"] = function["description"]
    object["input_schema"] = function["parameters"] ?? ["type": "object", "properties": [:]]
    if function["strict"] == true { object["strict"] = true }
    return .object(object)
  }

  /// A choice with a type, and without a member about parallel calls if no call is allowed.
  static func whole(_ choice: JSONObject) -> JSONValue {
    var choice = choice
    if choice["type"] == nil { choice["type"] = "auto" }
    if choice["type"] == "none" { choice["disable_parallel_tool_use"] = nil }
    return .object(choice)
  }

  private static func toolChoice(_ choice: JSONValue) -> JSONValue? {
    switch choice.stringValue {
    case "auto": return ["type": "auto"]
    case "none": return ["type": "none"]
    case "required": return ["type": "any"]
    default: return choice["function"]?["name"].map { ["type": "tool", "name": $0] }
    }
  }
}
