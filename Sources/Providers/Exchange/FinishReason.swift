/// The reason why an answer ended, in the words of Chat Completions whatever the server calls it.
enum FinishReason: Sendable, Equatable {
  /// The answer is complete: `stop`, `length`, `content_filter`, `tool_calls`, `refusal`, or the server's own word.
  case answer(String)
  /// The server gave up the answer, with its own word for the reason.
  case failure(String)

  /// Nil if the server gave no reason.
  init?(_ word: String?) {
    guard let word, !word.isEmpty else { return nil }
    // The common reasons return early, without further work.
    if word == "stop" || word == "length" {
      self = .answer(word)
      return
    }
    let plain = word.lowercased()
    if Self.failures.contains(plain) {
      self = .failure(word)
    } else {
      self = .answer(Self.words[plain] ?? word)
    }
  }

  var answer: String? {
    if case .answer(let word) = self { word } else { nil }
  }

  /// The words of servers that were stopped, out of memory or overloaded: vLLM, SGLang, DeepSeek, Z.ai, Gemini and
  /// their gateways.
  private static let failures: Set<String> = [
    "error", "abort", "aborted", "cancelled", "canceled", "failed", "failure", "timeout", "network_error",
    "insufficient_system_resource", "malformed_function_call", "internal_error", "server_error",
  ]

  private static let words: [String: String] = [
    "stop": "stop", "end_turn": "stop", "stop_sequence": "stop", "eos": "stop", "eos_token": "stop", "end": "stop",
    "complete": "stop", "completed": "stop", "done": "stop",
    "length": "length", "max_tokens": "length", "max_output_tokens": "length", "max_completion_tokens": "length",
    "max_length": "length", "model_length": "length", "token_limit": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "content_filter", "content_filtered": "content_filter", "safety": "content_filter",
    "prohibited_content": "content_filter", "recitation": "content_filter", "blocklist": "content_filter",
    "spii": "content_filter", "sensitive": "content_filter", "image_safety": "content_filter",
    "tool_calls": "tool_calls", "tool_use": "tool_calls", "refusal": "refusal",
  ]

  /// The warning about an answer that ended for this reason; nil for a complete answer.
  static func warning(for word: String?) -> String? {
    word == "content_filter"
      ? "The provider's content filter ended an answer before it was complete (finish_reason content_filter)." : nil
  }
}
