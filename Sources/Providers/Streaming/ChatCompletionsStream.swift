import JSONCoding

/// A stream of Chat Completions: events with chunks of the answer, the last one `[DONE]`.
///
/// Reasoning that some servers send beside the text is kept apart from the answer. Of several choices the first is read.
struct ChatCompletionsStream: StreamAssembler {
  /// The index of the choice that came first; nil until one has named its index.
  private var index: Int?
  private var hasContent = false
  private var hasRefusal = false
  private var model: String?
  private var finishReason: String?
  private var usage: JSONValue?
  private var tier: JSONValue?
  private var thoughts = StreamedThoughts()
  private var asksForTool = false

  var isWhole: Bool { finishReason != nil }

  mutating func read(_ event: ServerSentEvent) -> StreamStep {
    event.step { read($0) }
  }

  private mutating func read(_ chunk: JSONValue) -> StreamStep {
    if let error = chunk["error"], !error.isNull { return .error(ProviderErrorBody(chunk)) }
    if let name = chunk["service_tier"], !name.isNull { tier = name }
    if let name = chunk["model"]?.stringValue, !name.isEmpty { model = name }
    if let counts = chunk["usage"], !counts.isNull { usage = counts }
    guard let choices = chunk["choices"]?.arrayValue, !choices.isEmpty else {
      return ProviderErrorBody(inAnswer: chunk).map(StreamStep.error) ?? .nothing
    }
    guard let choice = choices.first(where: { isFirst($0) }) else { return .nothing }
    if let error = choice["error"], !error.isNull { return .error(ProviderErrorBody(choice)) }
    // Empty in every chunk but the last with some servers.
    if let reason = choice["finish_reason"]?.stringValue, !reason.isEmpty { finishReason = reason }
    // A server that does not stream although it was asked to gives a message in place of its changes.
    let delta = choice["delta"] ?? choice["message"] ?? .null
    if delta["tool_calls"]?.arrayValue?.isEmpty == false { asksForTool = true }
    thoughts.add(ChatCompletionsFormat.thoughts(delta))
    let content = ChatCompletionsFormat.text(delta["content"] ?? .null)
    let refusal = delta["refusal"]?.stringValue ?? ""
    if !content.isEmpty { hasContent = true }
    if !refusal.isEmpty { hasRefusal = true }
    return content.isEmpty && refusal.isEmpty ? .nothing : .text(content + refusal)
  }

  /// Whether it belongs to the choice that came first.
  private mutating func isFirst(_ choice: JSONValue) -> Bool {
    guard let index = choice["index"]?.count else { return true }
    self.index = self.index ?? index
    return index == self.index
  }

  func answer(text: String) -> JSONValue {
    let isRefusal = hasRefusal && !hasContent
    var message: JSONObject = ["role": "assistant", isRefusal ? "refusal" : "content": .string(text)]
    if asksForTool { message["tool_calls"] = [.null] }
    message["reasoning_content"] = thoughts.text.map(JSONValue.string)
    var answer: JSONObject = [
      "choices": [
        ["index": 0, "message": .object(message), "finish_reason": finishReason.map(JSONValue.string) ?? .null]
      ]
    ]
    answer["model"] = model.map(JSONValue.string)
    answer["usage"] = usage
    answer["service_tier"] = tier
    return .object(answer)
  }
}
