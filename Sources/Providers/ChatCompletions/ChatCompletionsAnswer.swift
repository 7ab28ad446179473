import JSONCoding

extension ChatCompletionsFormat {
  func answer(_ value: JSONValue, to request: CompletionRequest) -> WireAnswer {
    let usage = Self.usage(value["usage"] ?? .null)
    guard let choice = value["choices"]?.arrayValue?.first else {
      if value["error"].map({ !$0.isNull }) ?? false { return .error(ProviderErrorBody(value), usage: usage) }
      return .unusable("answered without choices: this is no Chat Completions answer.", usage: usage)
    }
    if let error = choice["error"], !error.isNull { return .error(ProviderErrorBody(choice), usage: usage) }
    let message = choice["message"] ?? .null
    let reason = choice["finish_reason"]?.stringValue
    var completion = Completion(
      text: Self.text(message["content"] ?? .null), model: value["model"]?.stringValue ?? request.model,
      finishReason: reason, usage: usage, reportedCost: Self.cost(value["usage"] ?? .null))
    if let refusal = message["refusal"]?.stringValue, !refusal.isEmpty, completion.isBlank {
      // What a model says in refusing is its answer: it can be judged and compared.
      completion.text = refusal
      completion.finishReason = "refusal"
    }
    return completion.isBlank ? .unusable(Self.emptiness(reason, message), usage: usage) : .completion(completion)
  }

  /// A string, or parts of which those with text count.
  static func text(_ content: JSONValue) -> String {
    if let text = content.stringValue { return text }
    return (content.arrayValue ?? []).compactMap { $0.stringValue ?? $0["text"]?.stringValue }.joined()
  }

  private static func usage(_ value: JSONValue) -> TokenUsage? {
    guard let prompt = value["prompt_tokens"]?.intValue, let completion = value["completion_tokens"]?.intValue else {
      return nil
    }
    return TokenUsage(
      promptTokens: prompt, completionTokens: completion,
      cachedTokens: value["prompt_tokens_details"]?["cached_tokens"]?.intValue ?? 0,
      reasoningTokens: value["completion_tokens_details"]?["reasoning_tokens"]?.intValue ?? 0)
  }

  /// What the server says the call cost; a number below 0 says nothing.
  private static func cost(_ usage: JSONValue) -> Double? {
    usage["cost"]?.doubleValue.flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func emptiness(_ reason: String?, _ message: JSONValue) -> String {
    if message["tool_calls"]?.arrayValue?.isEmpty == false { return "asked for a tool in place of an answer." }
    switch reason {
    case "length": return "used up max_tokens before any text, perhaps on reasoning. Raise max_tokens."
    case "content_filter": return "held the answer back by its content filter."
    default: return "answered without any text."
    }
  }
}

extension Completion {
  var isBlank: Bool { text.allSatisfy(\.isWhitespace) }
}
