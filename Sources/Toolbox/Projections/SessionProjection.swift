import Evaluation
import JSONCoding
import Store

extension SessionRecord {
  /// A session with the totals of its exchanges, which are given oldest first.
  func object(_ exchanges: [SessionExchangeRecord]) -> JSONObject {
    let usages = exchanges.compactMap(\.usage)
    let costs = exchanges.map(\.cost)
    return [
      "id": .int(id), "session_id": .string(key), "created_at": createdAt.json,
      "updated_at": (exchanges.last?.createdAt ?? createdAt).json,
      "model": .optional(exchanges.last.map { $0.requestedModel ?? $0.model }),
      "messages_count": .int(exchanges.reduce(0) { $0 + $1.messages.count + 1 }),
      "exchanges_count": .int(exchanges.count),
      "usage": usages.isEmpty
        ? .null
        : .object(
          SessionExchangeRecord.object(
            prompt: usages.reduce(0) { $0 + $1.promptTokens },
            completion: usages.reduce(0) { $0 + $1.completionTokens })),
      "total_cost": .optional(
        costs.isEmpty || costs.contains(nil) ? nil : costs.compactMap(\.self).reduce(0, +).rounded(toDigits: 6)),
    ]
  }
}

extension SessionExchangeRecord {
  /// One call of a session: its new messages, and the answer.
  var object: JSONObject {
    [
      "id": .int(id),
      "messages": .array(messages.map { .object($0.object) }),
      "answer": .string(answer), "tool_calls": toolCalls ?? .null, "model": .string(model),
      "finish_reason": .optional(finishReason),
      "usage": usage.map { .object(Self.object(prompt: $0.promptTokens, completion: $0.completionTokens)) } ?? .null,
      "cost": .optional(cost?.rounded(toDigits: 6)), "latency_ms": .optional(latency), "created_at": createdAt.json,
    ]
  }

  fileprivate static func object(prompt: Int, completion: Int) -> JSONObject {
    [
      "prompt_tokens": .int(prompt), "completion_tokens": .int(completion), "total_tokens": .int(prompt + completion),
    ]
  }
}
