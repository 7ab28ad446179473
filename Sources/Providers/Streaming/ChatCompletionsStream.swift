import JSONCoding

/// A stream of Chat Completions: events with chunks of the answer, the last one `[DONE]`.
///
/// Reasoning that some servers send beside the text is kept apart from the answer. Of several choices only the first is
/// read; one without an index has index 0. A token count followed by more text is outdated and ignored.
struct ChatCompletionsStream: StreamAssembler {
  /// The index of the choice that arrived first.
  private var index: Int?
  /// Whether text has arrived in pieces; a whole message after them repeats it.
  private var hasDelta = false
  private var hasContent = false
  private var hasRefusal = false
  private var model: String?
  private var finishReason: String?
  private var usage: JSONValue?
  private var tier: JSONValue?
  private var thoughts = StreamedReasoning()
  private var toolCalls = StreamedToolCalls()
  private var logprobs: [JSONValue] = []
  private(set) var progress = StreamProgress.nothing

  /// The largest number of tokens whose log probabilities are kept.
  private static let mostLogprobs = 50_000

  var isWhole: Bool { finishReason != nil }

  mutating func read(_ event: ServerSentEvent) -> StreamStep {
    event.step { read($0) }
  }

  private mutating func read(_ chunk: JSONValue) -> StreamStep {
    if let name = chunk["service_tier"], !name.isNull { tier = name }
    if let name = chunk["model"]?.stringValue, !name.isEmpty { model = name }
    // Many servers send null, or nothing, in every chunk except one.
    // Groq reports the usage in a field of its own.
    let counts = chunk["usage"]?.objectValue ?? chunk["x_groq"]?["usage"]?.objectValue ?? [:]
    if !counts.isEmpty {
      usage = .object(counts)
      progress = max(progress, .counted)
    }
    if let error = ProviderErrorBody(besideChoices: chunk) { return .error(error) }
    if let reason = chunk["x_groq"]?["error"]?.stringValue.nonEmpty { return .error(ProviderErrorBody(text: reason)) }
    guard let choices = chunk["choices"]?.arrayValue, !choices.isEmpty else {
      return ProviderErrorBody(inAnswer: chunk).map(StreamStep.error) ?? .nothing
    }
    guard let choice = choices.first(where: { isFirst($0) }) else { return .nothing }
    if let error = ProviderErrorBody(besideChoices: choice) { return .error(error) }
    // Some servers send an empty reason in every chunk except the last.
    if let reason = choice["finish_reason"]?.stringValue, !reason.isEmpty { finishReason = reason }
    if logprobs.count < Self.mostLogprobs { logprobs += choice["logprobs"]?["content"]?.arrayValue ?? [] }
    return read(choice, isCounted: !counts.isEmpty)
  }

  private mutating func read(_ choice: JSONValue, isCounted: Bool) -> StreamStep {
    let delta = Part(choice["delta"])
    hasDelta = hasDelta || !delta.isEmpty
    // A server that ignores the request to stream sends a message in place of deltas.
    let part = hasDelta ? delta : Part(choice["message"])
    for call in part.toolCalls { add(call) }
    if toolCalls.isTooLarge { return .unreadable("sent calls of tools of more than 8 MB.") }
    thoughts.add(part.thoughts)
    guard !part.isEmpty else { return .nothing }
    progress = .output
    if !isCounted { usage = nil }
    if !part.content.isEmpty { hasContent = true }
    if !part.refusal.isEmpty { hasRefusal = true }
    let text = part.content + part.refusal
    return text.isEmpty ? .nothing : .text(text)
  }

  private mutating func add(_ call: JSONValue) {
    toolCalls.add(
      index: call["index"]?.count, id: call["id"]?.stringValue, name: call["function"]?["name"]?.stringValue,
      arguments: ToolCall.text(ofArguments: call["function"]?["arguments"]),
      extraContent: ToolCall.extraContent(of: call))
  }

  /// The contribution of a chunk to the answer.
  private struct Part {
    let content: String
    let refusal: String
    let thoughts: String?
    let toolCalls: [JSONValue]

    var isEmpty: Bool { content.isEmpty && refusal.isEmpty && thoughts == nil && toolCalls.isEmpty }

    init(_ message: JSONValue?) {
      let message = message ?? .null
      content = ChatCompletionsFormat.text(message["content"] ?? .null)
      refusal = message["refusal"]?.stringValue ?? ""
      thoughts = ChatCompletionsFormat.thoughts(message)
      toolCalls = message["tool_calls"]?.arrayValue ?? []
    }
  }

  /// Whether a choice is the one that arrived first.
  private mutating func isFirst(_ choice: JSONValue) -> Bool {
    let index = choice["index"]?.count ?? 0
    self.index = self.index ?? index
    return index == self.index
  }

  func answer(text: String) -> JSONValue {
    let isRefusal = hasRefusal && !hasContent
    var message: JSONObject = ["role": "assistant", isRefusal ? "refusal" : "content": .string(text)]
    if !toolCalls.isEmpty { message["tool_calls"] = toolCalls.chatCompletions }
    message["reasoning_content"] = thoughts.text.map(JSONValue.string)
    var choice: JSONObject = [
      "index": 0, "message": .object(message), "finish_reason": finishReason.map(JSONValue.string) ?? .null,
    ]
    if !logprobs.isEmpty { choice["logprobs"] = ["content": .array(logprobs)] }
    var answer: JSONObject = ["choices": [.object(choice)]]
    answer["model"] = model.map(JSONValue.string)
    answer["usage"] = usage
    answer["service_tier"] = tier
    return .object(answer)
  }
}
