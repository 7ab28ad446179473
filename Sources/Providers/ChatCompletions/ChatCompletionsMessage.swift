package import JSONCoding

extension ChatCompletionsFormat {
  static func message(_ message: ChatMessage, _ rules: ParameterRules) -> JSONValue {
    let role = message.role == .developer && !rules.takesDeveloper ? ChatMessage.Role.system : message.role
    var object: JSONObject = ["role": .string(role.rawValue), "content": content(of: message)]
    if rules.takesNames, let name = message.name { object.append("name", .string(name)) }
    if !message.toolCalls.isEmpty {
      let calls = message.toolCalls.map { call in
        var call = call
        if !rules.takesExtraContent { call.extraContent = nil }
        return call.chatCompletions
      }
      object.append("tool_calls", .array(calls))
      // A turn without any is refused; an empty text is not.
      if rules.takesReasoning { object.append("reasoning_content", .string(message.reasoningContent ?? "")) }
    }
    if let id = message.toolCallID { object.append("tool_call_id", .string(id)) }
    return .object(object)
  }

  /// A single text is a string, which every server supports, unlike parts.
  private static func content(of message: ChatMessage) -> JSONValue {
    if message.parts.contains(where: { $0.text == nil }) || message.parts.count > 1 {
      return .array(message.parts.map(part))
    }
    return message.content.isEmpty && !message.toolCalls.isEmpty ? .null : .string(message.content)
  }

  private static func part(_ part: ContentPart) -> JSONValue {
    switch part {
    case .text(let text): ["type": "text", "text": .string(text)]
    case .image(let source): ["type": "image_url", "image_url": ["url": .string(source.address)]]
    }
  }
}

extension ChatMessage {
  /// The message in the form of Chat Completions, with everything that a vendor wants back.
  package var chatCompletions: JSONValue {
    var rules = ParameterRules()
    rules.takesDeveloper = true
    rules.takesExtraContent = true
    return ChatCompletionsFormat.message(self, rules)
  }
}

extension ChatMessage {
  /// The thoughts that a vendor of Chat Completions wants back with tool calls.
  package var reasoningContent: String? {
    get { signedThoughts.first { $0["type"] == "reasoning_content" }?["text"]?.stringValue }
    set { signedThoughts = newValue.map { [["type": "reasoning_content", "text": .string($0)]] } ?? [] }
  }
}

extension ToolCall {
  package var chatCompletions: JSONValue {
    var object: JSONObject = [
      "id": .string(id), "type": "function", "function": ["name": .string(name), "arguments": .string(arguments)],
    ]
    object["extra_content"] = extraContent
    return .object(object)
  }

  /// The tool calls in a message of Chat Completions.
  ///
  /// Some servers give no id, or the arguments as an object.
  static func all(inMessage message: JSONValue) -> [ToolCall] {
    var calls = message["tool_calls"]?.arrayValue ?? []
    // The older form of `tool_calls`, for a single call.
    if calls.isEmpty, let call = message["function_call"] { calls = [["function": call]] }
    return calls.enumerated().compactMap { index, call in
      guard let function = call["function"], let name = function["name"]?.stringValue.nonEmpty else { return nil }
      return ToolCall(
        id: call["id"]?.stringValue.nonEmpty ?? "call_\(index)", name: name,
        arguments: text(ofArguments: function["arguments"]), extraContent: extraContent(of: call))
    }
  }

  /// What a call holds for the vendor that made it.
  package static func extraContent(of call: JSONValue) -> JSONValue? {
    call["extra_content"]?.objectValue.map(JSONValue.object)
  }

  static func text(ofArguments value: JSONValue?) -> String { value.map { $0.stringValue ?? $0.text } ?? "" }
}

extension ImageSource {
  /// An https address, or the image itself as a data: URL.
  package var address: String {
    switch self {
    case .url(let url): url
    case .data(let mediaType, let base64): "data:\(mediaType);base64,\(base64)"
    }
  }
}
