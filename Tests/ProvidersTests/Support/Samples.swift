@testable import Providers

/// A realistic key, whose parts must not occur in anything that leaves the module.
let testKey = "sk-proj-Zq8wV3nLr7TtYx2B"

func connection(
  _ provider: Vendor, endpoint: String? = nil, key: ProviderCredential.Key = .stored(Secret(testKey))
) throws -> ProviderConnection {
  let credential = ProviderCredential(id: 3, provider: provider, name: "work", endpoint: endpoint, key: key)
  return try ProviderConnection(provider: provider, credential: credential, environment: [:])
}

func request(_ model: String = "gpt-4.1-mini") -> CompletionRequest {
  CompletionRequest(model: model, messages: [ChatMessage(.user, "What is the capital of France?")])
}

/// The error of a call; nil if it succeeds.
func failure(of call: () async throws(ProviderError) -> some Any) async -> ProviderError? {
  do {
    _ = try await call()
    return nil
  } catch {
    return error
  }
}

let chatAnswer = #"""
  {"id":"c1","object":"chat.completion","created":1,"model":"gpt-4.1-mini-2025-04-14","choices":[{"index":0,
  "finish_reason":"stop","message":{"role":"assistant","content":"Paris","refusal":null}}],"usage":{"prompt_tokens":12,
  "completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":8},
  "completion_tokens_details":{"reasoning_tokens":3}}}
  """#

let messagesAnswer = #"""
  {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-5","content":[{"type":"thinking",
  "thinking":"hm","signature":"x"},{"type":"text","text":"Par"},{"type":"text","text":"is"}],"stop_reason":"end_turn",
  "stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5,"cache_read_input_tokens":4,
  "cache_creation_input_tokens":2,"output_tokens_details":{"thinking_tokens":3}}}
  """#
