import JSONCoding

/// A stream of the Messages API: `message_start`, the deltas of content blocks, `message_delta`, `message_stop`.
///
/// Thinking is kept apart from the answer.
struct MessagesStream: StreamAssembler {
  private var model: String?
  private var stop = JSONObject()
  /// Counts of the beginning, overtaken by those of the end.
  private var usage = JSONObject()
  private var thoughts = StreamedThoughts()

  var isWhole: Bool { stop["stop_reason"] != nil }

  mutating func read(_ event: ServerSentEvent) -> StreamStep { event.step { read($0) } }

  private mutating func read(_ event: JSONValue) -> StreamStep {
    switch event["type"]?.stringValue {
    case "message_start":
      let message = event["message"] ?? .null
      model = message["model"]?.stringValue
      count(message["usage"])
    case "content_block_start":
      let block = event["content_block"] ?? .null
      if block["type"] == "text" { return new(block["text"]) }
    case "content_block_delta":
      let delta = event["delta"] ?? .null
      if delta["type"] == "text_delta" { return new(delta["text"]) }
      if delta["type"] == "thinking_delta" { thoughts.add(delta["thinking"]?.stringValue) }
    case "message": return whole(event)
    case "message_delta":
      for member in event["delta"]?.objectValue?.members ?? [] where !member.value.isNull {
        stop[member.key] = member.value
      }
      count(event["usage"])
    case "message_stop": return .end
    case "error": return .error(ProviderErrorBody(event))
    // `ping`, the ends of blocks, and what later versions add.
    default: break
    }
    return .nothing
  }

  /// An answer that is not streamed, in one event.
  private mutating func whole(_ message: JSONValue) -> StreamStep {
    model = message["model"]?.stringValue
    for key in ["stop_reason", "stop_details"] { if let value = message[key], !value.isNull { stop[key] = value } }
    count(message["usage"])
    let blocks = message["content"]?.arrayValue ?? []
    for block in blocks where block["type"] == "thinking" { thoughts.add(block["thinking"]?.stringValue) }
    return new(.string(blocks.filter { $0["type"] == "text" }.compactMap { $0["text"]?.stringValue }.joined()))
  }

  private func new(_ value: JSONValue?) -> StreamStep {
    let part = value?.stringValue ?? ""
    return part.isEmpty ? .nothing : .text(part)
  }

  private mutating func count(_ usage: JSONValue?) {
    for member in usage?.objectValue?.members ?? [] where !member.value.isNull { self.usage[member.key] = member.value }
  }

  func answer(text: String) -> JSONValue {
    var blocks: [JSONValue] = [["type": "text", "text": .string(text)]]
    if let thoughts = thoughts.text { blocks.append(["type": "thinking", "thinking": .string(thoughts)]) }
    var answer: JSONObject = ["content": .array(blocks)]
    for member in stop.members { answer[member.key] = member.value }
    answer["model"] = model.map(JSONValue.string)
    if !usage.isEmpty { answer["usage"] = .object(usage) }
    return .object(answer)
  }
}
