import JSONCoding

/// A conversation in the form of the Messages API: a separate system prompt, and turns of the user and the assistant.
///
/// The results of tools belong to the user. Consecutive messages of one role are one turn, because the turn after tool
/// calls must hold all their results.
struct MessagesConversation: Sendable {
  let system: String?
  private(set) var turns: [JSONValue] = []

  init(_ messages: [ChatMessage]) {
    system =
      messages.filter(Self.isSystem).map(\.content).filter { !$0.isEmpty }
      .joined(separator: "\n\n").nonEmpty
    var open: (role: String, blocks: [JSONValue])?
    for message in messages where !Self.isSystem(message) {
      let role = message.role == .assistant ? "assistant" : "user"
      let blocks = Self.blocks(of: message)
      if let turn = open, turn.role == role {
        open = (role, turn.blocks + blocks)
      } else {
        close(open)
        open = (role, blocks)
      }
    }
    close(open)
  }

  static func isSystem(_ message: ChatMessage) -> Bool { message.role == .system || message.role == .developer }

  private mutating func close(_ turn: (role: String, blocks: [JSONValue])?) {
    guard let turn else { return }
    turns.append(["role": .string(turn.role), "content": Self.content(turn.blocks)])
  }

  /// A single text is a string.
  private static func content(_ blocks: [JSONValue]) -> JSONValue {
    if blocks.count == 1, blocks[0]["type"] == "text", let text = blocks[0]["text"] { return text }
    return blocks.isEmpty ? "" : .array(blocks)
  }

  private static func blocks(of message: ChatMessage) -> [JSONValue] {
    let parts = message.parts.compactMap(block)
    if message.role == .tool {
      return [
        ["type": "tool_result", "tool_use_id": .string(message.toolCallID ?? ""), "content": content(parts)]
      ]
    }
    // ReasoningSplit come first: a turn that calls tools is refused without those that it began with.
    return message.signedThoughts.filter(MessagesFormat.isSignedThought) + parts + message.toolCalls.map(block)
  }

  /// Nil for an empty text, because the API rejects empty blocks.
  private static func block(_ part: ContentPart) -> JSONValue? {
    switch part {
    case .text(let text): text.isEmpty ? nil : ["type": "text", "text": .string(text)]
    case .image(.url(let url)): ["type": "image", "source": ["type": "url", "url": .string(url)]]
    case .image(.data(let mediaType, let base64)):
      [
        "type": "image",
        "source": ["type": "base64", "media_type": .string(mediaType), "data": .string(base64)],
      ]
    }
  }

  private static func block(_ call: ToolCall) -> JSONValue {
    // The API requires an object; any other form is kept as text in an object.
    let written = try? JSONValue(parsing: Array(call.arguments.utf8))
    let input = written?.objectValue ?? (call.arguments.isBlank ? [:] : ["arguments": .string(call.arguments)])
    return ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": .object(input)]
  }
}
