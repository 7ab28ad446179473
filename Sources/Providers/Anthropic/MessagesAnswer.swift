import JSONCoding

extension MessagesFormat {
  func usage(of answer: JSONValue) -> TokenUsage? { TokenUsage(messages: answer["usage"] ?? .null) }

  func answer(_ value: JSONValue, to request: CompletionRequest) -> WireAnswer {
    let usage = usage(of: value)
    guard let blocks = value["content"]?.arrayValue else {
      if let error = ProviderErrorBody(inAnswer: value) { return .error(error, usage: usage) }
      return .unlike("answered without content: this is not a Messages answer.", usage: usage)
    }
    let text = blocks.filter { $0["type"]?.stringValue == "text" }.compactMap { $0["text"]?.stringValue }.joined()
    let reason = value["stop_reason"]?.stringValue
    let finish = FinishReason(reason)
    if case .failure(let word) = finish { return .broken(word, usage: usage) }
    let thoughts = blocks.filter { $0["type"]?.stringValue == "thinking" }.compactMap { $0["thinking"]?.stringValue }
    var completion = Completion(
      text: text, model: value["model"]?.stringValue.nonEmpty ?? request.model, finishReason: finish?.answer,
      usage: usage, warnings: FinishReason.warning(for: finish?.answer).map { [$0] } ?? [],
      reasoningText: thoughts.joined(separator: "\n\n").nonEmpty)
    completion.takeOutThoughts()
    completion.takeToolCalls(blocks.compactMap(Self.toolCall), askedFor: request)
    if !completion.toolCalls.isEmpty { completion.signedThoughts = blocks.filter(Self.isSignedThought) }
    if reason == "refusal", let words = value["stop_details"]?["explanation"]?.stringValue.nonEmpty {
      completion.refusal = words
      if completion.isBlank { completion.text = words }
    }
    guard completion.isBlank else { return .completion(completion) }
    return .unusable(
      Self.emptiness(reason, completion.reasoningText, request), usage: usage, thoughts: completion.reasoningText,
      finishReason: completion.finishReason)
  }

  /// Whether a block is thoughts that the API takes back (platform.claude.com/docs/en/build-with-claude/extended-thinking).
  static func isSignedThought(_ block: JSONValue) -> Bool {
    switch block["type"] {
    case "thinking": block["signature"]?.stringValue.nonEmpty != nil
    case "redacted_thinking": block["data"]?.stringValue.nonEmpty != nil
    default: false
    }
  }

  private static func toolCall(_ block: JSONValue) -> ToolCall? {
    guard block["type"] == "tool_use", let name = block["name"]?.stringValue.nonEmpty else { return nil }
    return ToolCall(
      id: block["id"]?.stringValue ?? "", name: name, arguments: ToolCall.text(ofArguments: block["input"]))
  }

  private static func emptiness(_ reason: String?, _ thoughts: String?, _ request: CompletionRequest) -> String {
    switch reason {
    case "max_tokens": request.emptiness(hasThoughts: thoughts != nil)
    case "refusal": "refused to answer and gave no reason."
    case "tool_use": "asked for a tool in place of an answer."
    case "model_context_window_exceeded": "filled its context window before any text. Shorten the prompt."
    case "pause_turn": "paused its turn before any text."
    default: CompletionRequest.silence(hasThoughts: thoughts != nil, isLasting: reason?.isEmpty == false)
    }
  }
}
