/// A parameter of a completion request, by its name in Chat Completions.
///
/// Any name is allowed; one without a static member here is passed on unchanged unless a vendor's rules differ.
package struct RequestParameter: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral {
  package let rawValue: String

  /// `max_completion_tokens` is the newer name of `max_tokens`; both are one parameter.
  package init(rawValue: String) {
    self.rawValue = rawValue == "max_completion_tokens" ? "max_tokens" : rawValue
  }

  package init(stringLiteral name: String) { self.init(rawValue: name) }

  package static let temperature: Self = "temperature"
  package static let topP: Self = "top_p"
  package static let topK: Self = "top_k"
  package static let maxTokens: Self = "max_tokens"
  package static let stop: Self = "stop"
  package static let seed: Self = "seed"
  package static let n: Self = "n"
  package static let user: Self = "user"
  package static let logprobs: Self = "logprobs"
  package static let topLogprobs: Self = "top_logprobs"
  package static let logitBias: Self = "logit_bias"
  package static let frequencyPenalty: Self = "frequency_penalty"
  package static let presencePenalty: Self = "presence_penalty"
  package static let suffix: Self = "suffix"
  package static let responseFormat: Self = "response_format"
  package static let reasoningEffort: Self = "reasoning_effort"
  package static let tools: Self = "tools"
  package static let toolChoice: Self = "tool_choice"
  package static let parallelToolCalls: Self = "parallel_tool_calls"
  package static let serviceTier: Self = "service_tier"
  /// Requests with the same key go where the provider's cache has their beginning.
  package static let promptCacheKey: Self = "prompt_cache_key"

  /// Whether the user set it, and not the program to save cost, so that its absence is no news.
  var isAsked: Bool { self != .promptCacheKey }

  /// The parameter that gives it a meaning; nil for an independent one.
  var principal: RequestParameter? { Self.principals[self] }

  /// The words that providers' errors use for it, in lower case; some write `presencePenalty` for `presence_penalty`.
  var names: [String] {
    let names = Self.names[self] ?? [rawValue]
    return names + names.filter { $0.contains("_") }.map { $0.filter { $0 != "_" } }
  }

  private static let principals: [Self: Self] = [
    .topLogprobs: .logprobs, .toolChoice: .tools, .parallelToolCalls: .tools,
  ]

  private static let names: [Self: [String]] = [
    .topP: ["top_p"],
    .stop: ["stop", "stop_sequences"],
    .seed: ["seed", "random_seed"],
    .maxTokens: ["max_tokens", "max_completion_tokens", "max_new_tokens", "max_output_tokens"],
    .user: ["user", "user_id"],
    .promptCacheKey: ["prompt_cache_key", "cache_control"],
    .logprobs: ["logprobs", "top_logprobs"],
    .responseFormat: [
      "response_format", "json_schema", "output_config", "output_format", "structured outputs", "structured output",
      "response format", "json schema", "response_schema", "grammar", "guided_json",
    ],
    .reasoningEffort: ["reasoning_effort", "reasoning", "thinking", "output_config.effort", "effort"],
  ]
}
