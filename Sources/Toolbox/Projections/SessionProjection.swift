import Evaluation
import JSONCoding
import Store

extension SessionRecord {
  /// A session with the totals of its exchanges, which are given oldest first.
  func object(_ exchanges: [SessionExchangeRecord]) -> JSONObject {
    let usages = exchanges.compactMap(\.usage)
    let spending = Spending(exchanges)
    var object: JSONObject = [
      "id": .int(id), "session_id": .string(key), "created_at": createdAt.json,
      "updated_at": (exchanges.last?.createdAt ?? createdAt).json,
      "model": .optional(exchanges.last(where: \.isAnswered).map { $0.requestedModel ?? $0.model }),
      "messages_count": .int(exchanges.messageCount),
      "exchanges_count": .int(exchanges.count), "failed": .int(exchanges.count { !$0.isAnswered }),
      "usage": usages.isEmpty
        ? .null
        : .object(
          SessionExchangeRecord.object(
            prompt: usages.reduce(0) { $0 + $1.promptTokens },
            completion: usages.reduce(0) { $0 + $1.completionTokens })),
      "total_cost": .optional(exchanges.isEmpty ? nil : spending.total?.rounded(toDigits: 6)),
      "uncounted_calls": .int(spending.uncountedCalls),
    ]
    if let remark = spending.remark(on: "the session", of: "exchange") {
      if spending.known > 0 { object["known_cost"] = .double(spending.known.rounded(toDigits: 6)) }
      object["warnings"] = [.string(remark)]
    }
    return object
  }
}

extension SessionExchangeRecord {
  /// One call of a session: its new messages, and the answer or the error.
  var object: JSONObject {
    [
      "id": .int(id),
      "messages": .array(messages.map { .object($0.object) }),
      "answer": isAnswered ? .string(answer) : .null, "error": .optional(error), "tool_calls": toolCalls ?? .null,
      "model": .string(model),
      "finish_reason": .optional(finishReason),
      "usage": usage.map { .object(Self.object(prompt: $0.promptTokens, completion: $0.completionTokens)) } ?? .null,
      "cost": .optional(totalCost?.rounded(toDigits: 6)), "uncounted_calls": .int(uncountedCalls),
      "latency_ms": .optional(latency), "created_at": createdAt.json,
    ]
  }

  fileprivate static func object(prompt: Int, completion: Int) -> JSONObject {
    [
      "prompt_tokens": .int(prompt), "completion_tokens": .int(completion), "total_tokens": .int(prompt + completion),
    ]
  }
}
