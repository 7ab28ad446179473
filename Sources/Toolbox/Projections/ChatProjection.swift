import Evaluation
import JSONCoding
import Providers
import Store

extension ChatService.Answer {
  /// The Chat Completions object with additional members.
  func object(id: String, session: String?, isStreamed: Bool) -> JSONObject {
    var object: JSONObject = [
      "id": .string(id), "object": "chat.completion", "created": .int(Int(created.millisecondsSince1970 / 1000)),
      "model": .string(isRequestedModel ? requestedModel : first.model),
      "choices": .array(completions.enumerated().map { .object(Self.choice($1, index: $0)) }),
      "usage": usage.map { .object(Self.object($0)) } ?? .null,
      "latency_ms": .double(latency.rounded(toPlaces: 1)),
    ]
    // The exact model, if the requested name does not determine it.
    if isRequestedModel, first.model != requestedModel { object.append("provider_model", .string(first.model)) }
    if let tier = first.serviceTier { object.append("service_tier", .string(tier)) }
    if let latency = first.firstTextLatency { object.append("first_text_ms", .double(latency.rounded(toPlaces: 1))) }
    object.append("cost", .optional(spending.total?.rounded(toDigits: 6)))
    object.append("provider", .string(provider))
    object.append("attempts", .int(attempts))
    if let session {
      object.append("session_id", .string(session))
      object.append("session_messages", .optional(sessionMessages))
    }
    object.append("warnings", .array(warnings.map(JSONValue.string)))
    return fitted(object, isStreamed: isStreamed)
  }

  private var first: Completion { completions[0] }

  /// Whether the requested model answered, ignoring the provider's spelling.
  private var isRequestedModel: Bool { ModelName.isSame(first.model, requestedModel) }

  private static func choice(_ completion: Completion, index: Int) -> JSONObject {
    let calls = completion.toolCallsInChatCompletions
    var message: JSONObject = [
      "role": "assistant", "content": completion.text.isEmpty && calls != nil ? .null : .string(completion.text),
    ]
    message["refusal"] = completion.refusal.map(JSONValue.string)
    message["reasoning_content"] = completion.reasoningText.map(JSONValue.string)
    message["tool_calls"] = calls
    var choice: JSONObject = [
      "index": .int(index), "message": .object(message), "finish_reason": .optional(completion.finishReason),
    ]
    choice["logprobs"] = completion.logprobs
    return choice
  }

  /// Cuts a text that is too long; the object tells how to get the rest.
  private func fitted(_ object: JSONObject, isStreamed: Bool) -> JSONObject {
    if Clipping.size(of: object) <= Clipping.resultLimit { return object }
    let rest =
      isStreamed ? "the progress messages had all of it" : "stream sends all of it, max_tokens makes it shorter"
    var object = object
    object["warnings"] = .array(
      (warnings + ["The text is too long for a result and was cut: \(rest)."]).map(JSONValue.string))
    return Clipping.fit(object)
  }

  private static func object(_ usage: TokenUsage) -> JSONObject {
    var object: JSONObject = [
      "prompt_tokens": .int(usage.promptTokens), "completion_tokens": .int(usage.completionTokens),
      "total_tokens": .int(usage.totalTokens),
    ]
    var details: JSONObject = [:]
    if usage.cachedTokens > 0 { details.append("cached_tokens", .int(usage.cachedTokens)) }
    if usage.cacheWriteTokens > 0 { details.append("cache_write_tokens", .int(usage.cacheWriteTokens)) }
    if !details.isEmpty { object.append("prompt_tokens_details", .object(details)) }
    if usage.reasoningTokens > 0 {
      object.append("completion_tokens_details", ["reasoning_tokens": .int(usage.reasoningTokens)])
    }
    return object
  }
}
