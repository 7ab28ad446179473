import JSONCoding

/// A conversation in the form of the Messages API: a separate system prompt, and turns of the user and the assistant.
///
/// The results of tools belong to the user. Consecutive messages of one role are one turn, because the turn after tool
/// calls must hold all their results.
struct MessagesConversation: Sendable {
  /// A text, or blocks if the cache is to keep it.
  let system: JSONValue?
  private(set) var turns: [JSONValue] = []

  /// - Parameter kept: the messages divided where a beginning ends that the cache is to keep; nil to keep nothing.
  init(_ messages: [ChatMessage], keeping kept: (messages: [ChatMessage], shared: Int, isWhole: Bool)? = nil) {
    let mark = kept.flatMap(Mark.init)
    let messages = mark == nil ? messages : kept?.messages ?? messages
    let text = messages.filter(Self.isSystem).map(\.content).filter { !$0.isEmpty }.joined(separator: "\n\n").nonEmpty
    system = text.map { text in
      mark == .system ? [Self.marked(["type": "text", "text": .string(text)])] : .string(text)
    }
    var open: (role: String, blocks: [JSONValue])?
    for (index, message) in messages.enumerated() where !Self.isSystem(message) {
      let role = message.role == .assistant ? "assistant" : "user"
      var blocks = Self.blocks(of: message)
      if let place = mark?.block(of: index, blocks.count) { blocks[place] = Self.marked(blocks[place]) }
      if let turn = open, turn.role == role {
        open = (role, turn.blocks + blocks)
      } else {
        close(open)
        open = (role, blocks)
      }
    }
    close(open)
  }

  /// The last block that the cache is to keep, with everything before it: tools, system prompt, turns.
  private enum Mark: Equatable {
    case system
    /// The last block of a message.
    case message(Int)
    /// The first block of a message, which is divided there.
    case beginning(Int)

    /// Nil if nothing in the order of the API is the same in all requests.
    init?(_ kept: (messages: [ChatMessage], shared: Int, isWhole: Bool)) {
      let rest = kept.messages.dropFirst(kept.shared)
      // The system prompt comes first, wherever its messages stand.
      guard !rest.contains(where: isSystem) else { return nil }
      if !kept.isWhole {
        self = .beginning(kept.shared)
      } else if let last = kept.messages.prefix(kept.shared).lastIndex(where: { !isSystem($0) }) {
        self = .message(last)
      } else {
        self = .system
      }
    }

    /// The block to mark, if it is one of a message.
    func block(of message: Int, _ count: Int) -> Int? {
      switch self {
      case .message(message) where count > 0: count - 1
      case .beginning(message) where count > 0: 0
      default: nil
      }
    }
  }

  private static func marked(_ block: JSONValue) -> JSONValue {
    guard var object = block.objectValue else { return block }
    object["cache_control"] = ["type": "ephemeral"]
    return .object(object)
  }

  static func isSystem(_ message: ChatMessage) -> Bool { message.role == .system || message.role == .developer }

  private mutating func close(_ turn: (role: String, blocks: [JSONValue])?) {
    guard let turn else { return }
    turns.append(["role": .string(turn.role), "content": Self.content(turn.blocks)])
  }

  /// A single text is a string.
  private static func content(_ blocks: [JSONValue]) -> JSONValue {
    if blocks.count == 1, blocks[0]["type"] == "text", blocks[0]["cache_control"] == nil, let text = blocks[0]["text"] {
      return text
    }
    return blocks.isEmpty ? "" : .array(blocks)
  }

  private static func blocks(of message: ChatMessage) -> [JSONValue] {
    let parts = message.parts.compactMap(block)
    if message.role == .tool {
      return [
        ["type": "tool_result", "tool_use_id": .string(message.toolCallID ?? ""), "content": content(parts)]
      ]
    }
    // Thoughts come first: a turn that calls tools is refused without those that it began with.
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
