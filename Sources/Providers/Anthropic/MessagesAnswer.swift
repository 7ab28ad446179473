import JSONCoding

extension MessagesFormat {
  func answer(_ value: JSONValue, to request: CompletionRequest) -> WireAnswer {
    let usage = Self.usage(value["usage"] ?? .null)
    guard let blocks = value["content"]?.arrayValue else {
      if value["error"].map({ !$0.isNull }) ?? false { return .error(ProviderErrorBody(value), usage: usage) }
      return .unusable("answered without content: this is no Messages answer.", usage: usage)
    }
    let text = blocks.filter { $0["type"]?.stringValue == "text" }.compactMap { $0["text"]?.stringValue }.joined()
    let reason = value["stop_reason"]?.stringValue
    var completion = Completion(
      text: text, model: value["model"]?.stringValue ?? request.model, finishReason: reason.map(Self.finishReason),
      usage: usage)
    if reason == "refusal", completion.isBlank, let words = value["stop_details"]?["explanation"]?.stringValue {
      completion.text = words
    }
    return completion.isBlank ? .unusable(Self.emptiness(reason), usage: usage) : .completion(completion)
  }

  /// Chat Completions' word for a stop reason; `refusal` and reasons not known here keep theirs.
  private static func finishReason(_ reason: String) -> String {
    switch reason {
    case "end_turn", "stop_sequence": "stop"
    case "max_tokens", "model_context_window_exceeded": "length"
    case "tool_use": "tool_calls"
    default: reason
    }
  }

  /// Anthropic counts what it reads from and writes to its cache beside the input, not within it.
  private static func usage(_ value: JSONValue) -> TokenUsage? {
    guard let input = value["input_tokens"]?.intValue, let output = value["output_tokens"]?.intValue else { return nil }
    let read = TokenUsage.count(value["cache_read_input_tokens"]?.intValue ?? 0)
    let written = TokenUsage.count(value["cache_creation_input_tokens"]?.intValue ?? 0)
    return TokenUsage(
      promptTokens: TokenUsage.count(input) + read + written, completionTokens: output, cachedTokens: read,
      reasoningTokens: value["output_tokens_details"]?["thinking_tokens"]?.intValue ?? 0)
  }

  private static func emptiness(_ reason: String?) -> String {
    switch reason {
    case "max_tokens": "used up max_tokens before any text, perhaps on thinking. Raise max_tokens."
    case "refusal": "refused to answer and gave no words."
    case "tool_use": "asked for a tool in place of an answer."
    default: "answered without any text."
    }
  }
}
