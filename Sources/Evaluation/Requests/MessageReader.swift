package import JSONCoding
package import Providers

/// Parses messages from clients, prompt versions and columns, in the form of Chat Completions.
package enum MessageReader {
  /// A part of a message before its image is resolved.
  enum Part: Sendable, Equatable {
    case text(String)
    case image(source: String)
  }

  /// Parses the messages of a list with a closure; an error names the message's index.
  package static func list<Message>(
    _ objects: [JSONObject], _ read: (JSONObject) throws(EvaluationError) -> Message
  ) throws(EvaluationError) -> [Message] {
    var messages: [Message] = []
    for (index, object) in objects.enumerated() {
      do throws(EvaluationError) {
        messages.append(try read(object))
      } catch {
        throw EvaluationError("messages[\(index)] must be a message of a conversation. \(error.description)")
      }
    }
    return messages
  }

  /// A message.
  ///
  /// - Throws: ``EvaluationError`` with its fault.
  package static func message(_ object: JSONObject, _ images: ImageReader) throws(EvaluationError) -> ChatMessage {
    var message = try envelope(of: object)
    for part in try parts(of: object) {
      switch part {
      case .text(let text): message.parts.append(.text(text))
      case .image(let source): message.parts.append(.image(try images.image(source)))
      }
    }
    return message
  }

  /// A message without its parts.
  static func envelope(of object: JSONObject) throws(EvaluationError) -> ChatMessage {
    guard let name = object["role"]?.stringValue else {
      throw EvaluationError(
        "A message needs a role and content: {\"role\": \"user\", \"content\": \"...\"}. Turns of a prompt version may also be "
          + "{\"placeholder\": \"COLUMN\"}, for the turns that a column holds.")
    }
    guard let role = ChatMessage.Role(rawValue: name) else {
      let roles = ChatMessage.Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw EvaluationError("A message has the role \"\(name)\". Roles are \(roles).")
    }
    for key in object.keys where !members.contains(key) {
      throw EvaluationError("A message has \"\(key)\", which is not one of \(members.joined(separator: ", ")).")
    }
    return ChatMessage(
      role, parts: [], name: object["name"]?.stringValue, toolCalls: try toolCalls(object["tool_calls"]),
      toolCallID: object["tool_call_id"]?.stringValue)
  }

  private static let members = ["role", "content", "name", "tool_calls", "tool_call_id"] + answered
  /// Further members of an answer, accepted when a client sends the answer back; they are not sent on.
  private static let answered = ["refusal", "reasoning_content", "annotations", "audio", "function_call"]

  static func parts(of object: JSONObject) throws(EvaluationError) -> [Part] {
    switch object["content"] {
    case .string(let text): return [.text(text)]
    case .array(let values):
      var parts: [Part] = []
      for value in values { parts.append(try part(value)) }
      return parts
    case nil, .null:
      guard object["tool_calls"]?.arrayValue?.isEmpty == false else {
        throw EvaluationError("A message has no content. Give a text, or a list of parts.")
      }
      return []
    case let other?:
      throw EvaluationError("The content of a message is \(other.text.prefix(40)), which is neither a text nor a list.")
    }
  }

  private static func part(_ value: JSONValue) throws(EvaluationError) -> Part {
    if let text = value.stringValue { return .text(text) }
    switch value["type"]?.stringValue {
    case "text", "input_text", "output_text":
      if let text = value["text"]?.stringValue { return .text(text) }
    case "image":
      if let source = value["source"]?.stringValue { return .image(source: source) }
    case "image_url", "input_image":
      if let source = value["image_url"]?["url"]?.stringValue ?? value["image_url"]?.stringValue {
        return .image(source: source)
      }
    default: break
    }
    throw EvaluationError(
      "A part of a message is \(value.text.prefix(80)). Parts are {\"type\": \"text\", \"text\": ...}, "
        + "{\"type\": \"image\", \"source\": ...} and {\"type\": \"image_url\", \"image_url\": {\"url\": ...}}.")
  }

  private static func toolCalls(_ value: JSONValue?) throws(EvaluationError) -> [ToolCall] {
    var calls: [ToolCall] = []
    for (index, call) in (value?.arrayValue ?? []).enumerated() {
      guard let function = call["function"], let name = function["name"]?.stringValue else {
        throw EvaluationError("A tool call needs {\"id\": ..., \"function\": {\"name\": ..., \"arguments\": ...}}.")
      }
      let arguments = function["arguments"]
      calls.append(
        ToolCall(
          id: call["id"]?.stringValue ?? "call_\(index + 1)", name: name,
          arguments: arguments?.stringValue ?? arguments?.text ?? "{}"))
    }
    return calls
  }
}
