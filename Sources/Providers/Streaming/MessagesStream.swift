import JSONCoding

/// A stream of the Messages API: `message_start`, the deltas of content blocks, `message_delta`, `message_stop`.
///
/// Reasoning is kept apart from the answer.
struct MessagesStream: StreamAssembler {
  private var model: String?
  private var stop = JSONObject()
  /// The initial counts, replaced by the final ones.
  private var usage = JSONObject()
  /// Whether the output was counted at the end; the initial count is always 1.
  private var hasOutputCount = false
  /// The last block with text.
  private var textBlock: Int?
  private var hasText = false
  private var thoughts = StreamedThinking()
  private var toolCalls = StreamedToolCalls()

  var isWhole: Bool { stop["stop_reason"] != nil }
  var progress: StreamProgress {
    if hasText || !thoughts.isEmpty || !toolCalls.isEmpty { return .output }
    return usage.isEmpty ? .nothing : .counted
  }

  mutating func read(_ event: ServerSentEvent) -> StreamStep { event.step { read($0) } }

  private mutating func read(_ event: JSONValue) -> StreamStep {
    switch event["type"]?.stringValue {
    case "message_start":
      let message = event["message"] ?? .null
      model = message["model"]?.stringValue
      count(message["usage"])
    case "content_block_start":
      let block = event["content_block"] ?? .null
      // A repeated part of a block was received before.
      let isRepeated = textBlock != nil && event["index"]?.count == textBlock
      if block["type"] == "text", !isRepeated { return new(block["text"], in: event) }
      if block["type"] == "tool_use" { begin(block, at: event["index"]?.count) }
      thoughts.begin(block, at: event["index"]?.count)
    case "content_block_delta":
      let delta = event["delta"] ?? .null
      if delta["type"] == "text_delta" { return new(delta["text"], in: event) }
      thoughts.add(delta, at: event["index"]?.count)
      if delta["type"] == "input_json_delta" {
        let part = delta["partial_json"]?.stringValue ?? ""
        toolCalls.add(index: event["index"]?.count, id: nil, name: nil, arguments: part)
        if toolCalls.isTooLarge { return .unreadable("sent calls of tools of more than 8 MB.") }
      }
    case "message": return whole(event)
    case "message_delta":
      for member in event["delta"]?.objectValue?.members ?? [] where !member.value.isNull {
        stop[member.key] = member.value
      }
      countAll(event["usage"])
    case "message_stop": return .end
    case "error": return .error(ProviderErrorBody(event))
    // `ping`, the ends of blocks, and events of later versions.
    default: break
    }
    return .nothing
  }

  /// An unstreamed answer in one event; after the parts of an answer it repeats them.
  private mutating func whole(_ message: JSONValue) -> StreamStep {
    model = message["model"]?.stringValue
    for key in ["stop_reason", "stop_details"] { if let value = message[key], !value.isNull { stop[key] = value } }
    countAll(message["usage"])
    let blocks = message["content"]?.arrayValue ?? []
    if thoughts.isEmpty {
      for (index, block) in blocks.enumerated() { thoughts.begin(block, at: index) }
    }
    if toolCalls.isEmpty {
      for block in blocks where block["type"] == "tool_use" { begin(block, at: nil) }
    }
    let text = blocks.filter { $0["type"] == "text" }.compactMap { $0["text"]?.stringValue }.joined()
    return hasText ? .nothing : new(.string(text), in: message)
  }

  /// The input usually follows in pieces; some servers send all of it at the beginning.
  private mutating func begin(_ block: JSONValue, at index: Int?) {
    let input = block["input"]?.objectValue.flatMap { $0.isEmpty ? nil : JSONValue.object($0).text }
    toolCalls.add(
      index: index, id: block["id"]?.stringValue, name: block["name"]?.stringValue, arguments: input ?? "")
  }

  private mutating func new(_ value: JSONValue?, in event: JSONValue) -> StreamStep {
    guard let part = value?.stringValue.nonEmpty else { return .nothing }
    hasText = true
    textBlock = event["index"]?.count
    return .text(part)
  }

  private mutating func countAll(_ usage: JSONValue?) {
    count(usage)
    if usage?["output_tokens"]?.count != nil { hasOutputCount = true }
  }

  private mutating func count(_ usage: JSONValue?) {
    for member in usage?.objectValue?.members ?? [] where !member.value.isNull { self.usage[member.key] = member.value }
  }

  func answer(text: String) -> JSONValue {
    var blocks: [JSONValue] = [["type": "text", "text": .string(text)]]
    blocks += thoughts.messages
    blocks += toolCalls.messages
    var answer: JSONObject = ["content": .array(blocks)]
    for member in stop.members { answer[member.key] = member.value }
    answer["model"] = model.map(JSONValue.string)
    if hasOutputCount { answer["usage"] = .object(usage) }
    return .object(answer)
  }
}
