import JSONCoding

extension TokenUsage {
  /// Reads the `usage` of an answer in the names of Chat Completions, or else in those of Messages.
  ///
  /// Nil unless both prompt and completion are counted, because an unknown part makes the whole unknown.
  /// - Parameter tier: the `service_tier` beside the usage.
  init?(chatCompletions usage: JSONValue, tier: JSONValue? = nil) {
    guard !usage.isNull, let counts = Self(promptNames: usage) ?? Self(inputNames: usage) else { return nil }
    self = counts
    serviceTier = Self.tier(tier) ?? Self.tier(usage["service_tier"])
    reportedCost = Self.cost(chatCompletions: usage)
  }

  /// The cost of the call in US dollars, as reported by the server.
  ///
  /// For a user's own key, OpenRouter bills its fee and the provider bills the rest.
  static func cost(chatCompletions usage: JSONValue) -> Double? {
    guard let cost = usage["cost"]?.amount else { return nil }
    let upstream = usage["cost_details"]?["upstream_inference_cost"]?.amount ?? 0
    return usage["is_byok"]?.boolValue == true || cost == 0 ? cost + upstream : cost
  }

  /// Reads the `usage` of an answer in the names of Messages, or else in those of Chat Completions.
  init?(messages usage: JSONValue) {
    guard !usage.isNull, let counts = Self(inputNames: usage) ?? Self(promptNames: usage) else { return nil }
    self = counts
    serviceTier = Self.tier(usage["service_tier"])
  }

  /// `prompt_tokens` and `completion_tokens`.
  ///
  /// Cached tokens are part of the prompt and reasoning is part of the completion, as at OpenAI. The total or the
  /// counts can show that they are counted separately: the cache by gateways to Anthropic, reasoning by xAI and Gemini.
  private init?(promptNames usage: JSONValue) {
    let total = usage["total_tokens"]?.count
    guard let prompt = usage["prompt_tokens"]?.count ?? Self.rest(total, usage["completion_tokens"]),
      let completion = usage["completion_tokens"]?.count ?? Self.rest(total, usage["prompt_tokens"])
    else { return nil }
    let details = usage["prompt_tokens_details"]
    let reasoning = Self.reasoning(usage)
    let read =
      details?["cached_tokens"]?.count ?? usage["prompt_cache_hit_tokens"]?.count
      ?? usage["cache_read_input_tokens"]?.count ?? 0
    let written =
      details?["cache_write_tokens"]?.count ?? details?["cache_creation_tokens"]?.count
      ?? usage["cache_creation_input_tokens"]?.count ?? 0
    let beside = Self.outside(
      prompt: prompt, completion, total: total, caches: [read + written, read, written], reasoning: reasoning ?? 0)
    self.init(
      promptTokens: prompt + beside.prompt, completionTokens: completion + beside.completion, cachedTokens: read,
      cacheWriteTokens: written, cacheWriteHourTokens: Self.hourWrites(usage) ?? 0,
      reasoningTokens: max(reasoning ?? 0, beside.completion))
  }

  /// `input_tokens` and `output_tokens`.
  ///
  /// Anthropic counts tokens read from and written to its cache separately from the input.
  private init?(inputNames usage: JSONValue) {
    guard let input = usage["input_tokens"]?.count, let output = usage["output_tokens"]?.count else { return nil }
    let hour = Self.hourWrites(usage) ?? 0
    let short = usage["cache_creation"]?["ephemeral_5m_input_tokens"]?.count ?? 0
    let written = max(usage["cache_creation_input_tokens"]?.count ?? 0, Self.count(hour + short))
    let read = usage["cache_read_input_tokens"]?.count ?? 0
    // The Responses API uses the same names and counts the cache within the input.
    let within = usage["input_tokens_details"]
    self.init(
      promptTokens: input + read + written, completionTokens: output,
      cachedTokens: read > 0 ? read : within?["cached_tokens"]?.count ?? 0,
      cacheWriteTokens: written > 0 ? written : within?["cache_write_tokens"]?.count ?? 0,
      cacheWriteHourTokens: hour, reasoningTokens: Self.reasoning(usage) ?? 0)
  }

  private static func hourWrites(_ usage: JSONValue) -> Int? {
    usage["cache_creation"]?["ephemeral_1h_input_tokens"]?.count
  }

  private static func reasoning(_ usage: JSONValue) -> Int? {
    usage["completion_tokens_details"]?["reasoning_tokens"]?.count ?? usage["reasoning_tokens"]?.count
      ?? usage["output_tokens_details"]?["thinking_tokens"]?.count
      ?? usage["output_tokens_details"]?["reasoning_tokens"]?.count
  }

  /// The tokens that are not included in the prompt and the completion.
  ///
  /// - Parameter caches: the cache counts that may be separate from the prompt, the total first.
  private static func outside(
    prompt: Int, _ completion: Int, total: Int?, caches: [Int], reasoning: Int
  ) -> (prompt: Int, completion: Int) {
    let surplus = reasoning > completion ? reasoning : 0
    // A part cannot exceed the whole.
    guard let total else { return (caches[0] > prompt ? caches[0] : 0, surplus) }
    let left = total - prompt - completion
    if reasoning > 0, left == reasoning { return (0, reasoning) }
    for cache in caches where cache > 0 {
      if left == cache { return (cache, surplus) }
      if left == cache + reasoning { return (cache, reasoning) }
    }
    return (0, reasoning > 0 ? surplus : max(left, 0))
  }

  private static func rest(_ total: Int?, _ part: JSONValue?) -> Int? {
    guard let total, let part = part?.count, total >= part else { return nil }
    return total - part
  }

  private static func tier(_ value: JSONValue?) -> String? {
    guard let text = value?.stringValue, !text.isEmpty, text.utf8.count <= 40 else { return nil }
    return text.lowercased()
  }
}

extension JSONValue {
  /// The value as a count, written `5`, `5.0` or `"5"`; nil if it cannot be a count.
  var count: Int? {
    let number: Int? =
      switch self {
      case .integer(let value): Int(exactly: value)
      case .double(let value): Int(exactly: value)
      case .string(let text): text.utf8.count > 24 ? nil : Int(text) ?? Double(text).flatMap(Int.init(exactly:))
      default: nil
      }
    return number.flatMap { (0...TokenUsage.highest).contains($0) ? $0 : nil }
  }

  /// The value as an amount of US dollars, at least 0, written as a number or as a text.
  var amount: Double? {
    let number = doubleValue ?? stringValue.flatMap { $0.utf8.count > 40 ? nil : Double($0) }
    return number.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
  }
}
