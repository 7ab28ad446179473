package import JSONCoding
package import Providers

/// Reads messages as clients, prompt versions and columns write them: in the form of Chat Completions.
///
/// An error begins with the path of the field at fault, such as `messages[2].content[0].image_url.url`.
package enum MessageReader {
  /// A part of a message before its image is resolved.
  enum Part: Sendable, Equatable {
    case text(String)
    /// - Parameter place: the path of the source.
    case image(source: String, place: String)
  }

  /// A message, and its path.
  package struct Placed: Sendable {
    package let message: ChatMessage
    package let place: String
  }

  /// The messages in a field.
  ///
  /// - Throws: ``EvaluationError`` with what is wrong with one of them.
  package static func messages(
    _ values: [JSONValue], at field: String, _ images: ImageReader
  ) throws(EvaluationError) -> [Placed] {
    var messages: [Placed] = []
    for (index, value) in values.enumerated() {
      let place = "\(field)[\(index)]"
      guard let object = value.objectValue else {
        throw EvaluationError("\(place) is \(value.text.prefix(40)), which is no message. \(form)")
      }
      messages.append(Placed(message: try message(object, at: place, images), place: place))
    }
    return messages
  }

  /// - Throws: ``EvaluationError`` with what is wrong with the message.
  package static func message(
    _ object: JSONObject, at place: String, _ images: ImageReader
  ) throws(EvaluationError) -> ChatMessage {
    var message = try envelope(of: object, at: place)
    for part in try parts(of: object, at: place) { message.parts.append(try part.read(images)) }
    if !message.toolCalls.isEmpty { message.reasoningContent = object["reasoning_content"]?.stringValue }
    return message
  }

  /// A message without its parts.
  static func envelope(of object: JSONObject, at place: String) throws(EvaluationError) -> ChatMessage {
    guard let name = object["role"]?.stringValue else {
      throw EvaluationError("\(place).role is missing. \(form)")
    }
    guard let role = ChatMessage.Role(rawValue: name) else {
      let roles = ChatMessage.Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw EvaluationError("\(place).role is \"\(name.prefix(40))\". Roles are \(roles).")
    }
    for key in object.keys where !members.contains(key) {
      throw EvaluationError("\(place) has \"\(key.prefix(40))\", which is none of \(members.joined(separator: ", ")).")
    }
    return ChatMessage(
      role, parts: [], name: try text(object["name"], at: "\(place).name"),
      toolCalls: try toolCalls(object["tool_calls"], at: "\(place).tool_calls"),
      toolCallID: try text(object["tool_call_id"], at: "\(place).tool_call_id"))
  }

  package static let form =
    "A message has a role and content: {\"role\": \"user\", \"content\": \"...\"}. Turns of a prompt version may also be "
    + "{\"placeholder\": \"COLUMN\"}, for the turns that a column holds."
  private static let members = ["role", "content", "name", "tool_calls", "tool_call_id"] + answered
  /// Further members of an answer, accepted when a client sends the answer back.
  private static let answered = ["refusal", "reasoning_content", "annotations", "audio", "function_call"]

  private static func text(_ value: JSONValue?, at place: String) throws(EvaluationError) -> String? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.stringValue else {
      throw EvaluationError("\(place) is \(value.text.prefix(40)). Give a string, or leave it out.")
    }
    return text
  }

  // MARK: Parts

  static func parts(of object: JSONObject, at place: String) throws(EvaluationError) -> [Part] {
    switch object["content"] {
    case .string(let text): return [.text(text)]
    case .array(let values):
      var parts: [Part] = []
      for (index, value) in values.enumerated() { parts.append(try part(value, at: "\(place).content[\(index)]")) }
      return parts
    case nil, .null:
      guard object["tool_calls"]?.arrayValue?.isEmpty == false else {
        throw EvaluationError("\(place).content is missing. Give a text, or a list of parts.")
      }
      return []
    case let other?:
      throw EvaluationError("\(place).content is \(other.text.prefix(40)). Give a text, or a list of parts.")
    }
  }

  private static func part(_ value: JSONValue, at place: String) throws(EvaluationError) -> Part {
    if let text = value.stringValue { return .text(text) }
    switch value["type"]?.stringValue {
    case "text", "input_text", "output_text":
      if let text = value["text"]?.stringValue { return .text(text) }
    case "image":
      if let source = value["source"]?.stringValue { return .image(source: source, place: "\(place).source") }
    case "image_url", "input_image":
      if let source = value["image_url"]?["url"]?.stringValue {
        return .image(source: source, place: "\(place).image_url.url")
      }
      if let source = value["image_url"]?.stringValue { return .image(source: source, place: "\(place).image_url") }
    default: break
    }
    throw EvaluationError(
      "\(place) is \(value.text.prefix(80)). Parts are {\"type\": \"text\", \"text\": ...}, "
        + "{\"type\": \"image\", \"source\": ...} and {\"type\": \"image_url\", \"image_url\": {\"url\": ...}}.")
  }

  // MARK: Tool calls

  private static func toolCalls(_ value: JSONValue?, at place: String) throws(EvaluationError) -> [ToolCall] {
    guard let value, !value.isNull else { return [] }
    guard let values = value.arrayValue else {
      throw EvaluationError("\(place) is \(value.text.prefix(40)). Give a list of calls: \(callForm).")
    }
    var calls: [ToolCall] = []
    for (index, call) in values.enumerated() {
      guard let function = call["function"], let name = function["name"]?.stringValue.nonEmpty else {
        throw EvaluationError("\(place)[\(index)].function.name is missing. A call is \(callForm).")
      }
      let arguments = function["arguments"]
      calls.append(
        ToolCall(
          id: try text(call["id"], at: "\(place)[\(index)].id") ?? "call_\(index + 1)", name: name,
          arguments: arguments?.stringValue ?? arguments?.text ?? "{}", extraContent: ToolCall.extraContent(of: call)))
    }
    return calls
  }

  private static let callForm =
    "{\"id\": ..., \"type\": \"function\", \"function\": {\"name\": ..., \"arguments\": ...}}"
}

extension MessageReader.Part {
  /// The part with its image.
  fileprivate func read(_ images: ImageReader) throws(EvaluationError) -> ContentPart {
    switch self {
    case .text(let text): .text(text)
    case .image(let source, let place): .image(try images.image(source, at: place))
    }
  }
}
