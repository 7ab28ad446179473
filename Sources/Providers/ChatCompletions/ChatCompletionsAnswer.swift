import JSONCoding

extension ChatCompletionsFormat {
  func usage(of answer: JSONValue) -> TokenUsage? {
    TokenUsage(chatCompletions: answer["usage"] ?? .null, tier: answer["service_tier"])
  }

  func answer(_ value: JSONValue, to request: CompletionRequest) -> WireAnswer {
    let usage = usage(of: value)
    if let error = ProviderErrorBody(besideChoices: value) { return .error(error, usage: usage) }
    let choices = value["choices"]?.arrayValue ?? []
    guard let choice = choices.first else {
      if let error = ProviderErrorBody(inAnswer: value) { return .error(error, usage: usage) }
      return .unlike("answered without choices: this is not a Chat Completions answer.", usage: usage)
    }
    if let error = ProviderErrorBody(besideChoices: choice) { return .error(error, usage: usage) }
    if case .failure(let word) = FinishReason(choice["finish_reason"]?.stringValue) {
      return .broken(word, usage: usage)
    }
    let model = value["model"]?.stringValue.nonEmpty ?? request.model
    var completion = Self.completion(of: choice, by: model, to: request)
    completion.usage = usage
    completion.reportedCost = TokenUsage.cost(chatCompletions: value["usage"] ?? .null)
    completion.alternatives = choices.dropFirst().map { choice in
      let other = Self.completion(of: choice, by: model, to: request)
      return Completion.Choice(text: other.text, toolCalls: other.toolCalls, finishReason: other.finishReason)
    }
    guard completion.isBlank else { return .completion(completion) }
    return .unusable(
      Self.emptiness(completion.finishReason, choice["message"] ?? .null, completion.reasoningText, request),
      usage: usage, thoughts: completion.reasoningText, finishReason: completion.finishReason)
  }

  private static func completion(of choice: JSONValue, by model: String, to request: CompletionRequest) -> Completion {
    let message = choice["message"] ?? .null
    let reason = FinishReason(choice["finish_reason"]?.stringValue)?.answer
    var completion = Completion(
      text: text(message["content"] ?? .null), model: model, finishReason: reason,
      warnings: FinishReason.warning(for: reason).map { [$0] } ?? [], reasoningText: thoughts(message))
    completion.takeOutThoughts()
    completion.takeToolCalls(ToolCall.all(inMessage: message), askedFor: request)
    if !completion.toolCalls.isEmpty {
      var turn = ChatMessage(.assistant, "")
      turn.reasoningContent = completion.reasoningText
      completion.signedThoughts = turn.signedThoughts
    }
    completion.logprobs = choice["logprobs"].flatMap { $0.isNull ? nil : $0 }
    completion.refusal = message["refusal"]?.stringValue.nonEmpty
    if let refusal = completion.refusal, completion.toolCalls.isEmpty {
      // A model's refusal is its answer, which can be judged and compared.
      if completion.isBlank { completion.text = refusal }
      completion.finishReason = "refusal"
    }
    return completion
  }

  /// A string, or the text of those parts that have any.
  static func text(_ content: JSONValue) -> String {
    if let text = content.stringValue { return text }
    return (content.arrayValue ?? []).compactMap { $0.stringValue ?? $0["text"]?.stringValue }.joined()
  }

  /// The reasoning beside the text, under the names used by servers.
  static func thoughts(_ message: JSONValue) -> String? {
    if let text = message["reasoning_content"]?.stringValue.nonEmpty ?? message["reasoning"]?.stringValue.nonEmpty {
      return text
    }
    let parts = (message["content"]?.arrayValue ?? []).compactMap { $0["thinking"] ?? $0["reasoning"] }
    return parts.map(text).joined().nonEmpty
  }

  private static func emptiness(
    _ reason: String?, _ message: JSONValue, _ thoughts: String?, _ request: CompletionRequest
  ) -> String {
    if message["tool_calls"]?.arrayValue?.isEmpty == false { return "asked for a tool in place of an answer." }
    switch reason {
    case "length": return request.emptiness(hasThoughts: thoughts != nil)
    case "content_filter": return "held the answer back by its content filter."
    default: return CompletionRequest.silence(hasThoughts: thoughts != nil, isLasting: reason != nil)
    }
  }
}

extension Completion {
  /// Whether the answer has neither text nor tool calls.
  var isBlank: Bool { text.isBlank && toolCalls.isEmpty }

  /// Adopts the model's tool calls if the request offered tools; otherwise nobody could carry out a call.
  mutating func takeToolCalls(_ calls: [ToolCall], askedFor request: CompletionRequest) {
    guard !calls.isEmpty, request.sets(.tools) else { return }
    toolCalls = calls
    // Some servers, and OpenAI for a forced call, report `stop`.
    if finishReason == nil || finishReason == "stop" { finishReason = "tool_calls" }
  }

  /// Moves reasoning at the beginning of the text to ``reasoningText``.
  mutating func takeOutThoughts() {
    // OpenAI and Anthropic keep reasoning separate, so a tag in their text is intended.
    let parts = ReasoningSplit(in: text, canBeOpened: ModelName.family(ofBare: model) == nil)
    guard let thoughts = parts.thoughts else { return }
    text = parts.answer
    reasoningText = reasoningText.map { "\($0)\n\n\(thoughts)" } ?? thoughts
  }
}
