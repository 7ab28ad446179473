import Evaluation
import JSONCoding
import Store

extension GenerationRecord {
  /// The generation as shown in lists.
  var summary: JSONObject {
    [
      "id": .int(id), "experiment_id": .int(experimentID), "prompt_id": .int(promptID), "index": .int(sampleIndex),
      "status": .string(status.rawValue), "outcome": .string(outcome?.rawValue ?? ExperimentFeedback.none),
      "inputs": .object(inputs), "output": .optional(output),
      "text_beside_calls": .optional(textBesideCalls), "error": .optional(error), "model": .optional(model),
      "finish_reason": .optional(finishReason), "latency_ms": .optional(latency),
      "attempts": .int(attempts),
      "usage": usage.map { .object($0.object) } ?? .null, "cost": .optional(totalCost?.rounded(toDigits: 6)),
      "session_id": .optional(caller.sessionID), "session_reference_id": .optional(caller.sessionReferenceID),
      "user": .optional(caller.user), "metadata": caller.metadata.map(JSONValue.object) ?? .null,
      "warnings": .array(warnings.map(JSONValue.string)), "created_at": createdAt.json,
    ]
  }

  /// The whole recorded generation.
  var object: JSONObject {
    var object = summary
    object["provider_request"] = providerRequest.map(JSONValue.object) ?? .null
    object["provider_response"] = providerResponse.map(JSONValue.object) ?? .null
    return object
  }

  /// The tool calls of the answer; they were not carried out, so they have no result.
  private var toolResults: [JSONValue] {
    (toolCalls?.arrayValue ?? []).map { call in
      [
        "id": call["id"] ?? .null, "name": call["function"]?["name"] ?? .null,
        "signature": call["function"]?["arguments"] ?? .null, "result": .null,
      ]
    }
  }

  /// An element of a call's `data`, in the form of the corresponding API.
  fileprivate var datum: JSONObject {
    [
      "id": .int(id), "index": .int(sampleIndex), "output": .optional(output), "raw_output": .optional(output),
      "inputs": .object(inputs), "model_config_id": .int(promptID), "finish_reason": .optional(finishReason),
      "tool_results": .array(toolResults), "model": .optional(model), "latency_ms": .optional(latency),
      "cost": .optional(totalCost?.rounded(toDigits: 6)),
    ]
  }
}

extension TokenCounts {
  fileprivate var object: JSONObject {
    [
      "prompt_tokens": .int(promptTokens), "generation_tokens": .int(completionTokens),
      "total_tokens": .int(promptTokens + completionTokens), "reasoning_tokens": .int(reasoningTokens),
    ]
  }
}

/// The result of `experiments_generate`.
struct GenerationResult {
  let call: ExperimentCall
  /// The generations in sample order, including failed ones.
  let records: [GenerationRecord]
  /// The caller's project, which is only returned.
  let projectID: String?
  /// Whether the raw request and answers are shown even if they are long.
  let showsExchange: Bool

  /// The largest number of characters of an answer that includes the raw request and answers by default.
  private static let shortAnswer = 4000

  private var answered: [GenerationRecord] { records.filter { $0.status == .completed } }

  /// The tokens of all calls; nil if none was counted.
  private var usage: TokenCounts? {
    let counted = records.compactMap(\.usage)
    return counted.isEmpty ? nil : counted.reduce(TokenCounts(), +)
  }

  /// The members of the API in its order, followed by cost and others, cut to a size that clients accept.
  var object: JSONObject {
    var object = object { $0 }
    let size = Clipping.size(of: object)
    if !showsExchange, size >= Self.shortAnswer {
      object["provider_request"] = nil
      object["provider_responses"] = nil
      return Clipping.fit(object)
    }
    if size <= Clipping.resultLimit { return object }
    // The raw exchange repeats the answers, so it is cut first.
    return Clipping.fit(self.object(exchanged: Clipping.listItem))
  }

  /// The experiment, which the caller has named, is left out, and so is an empty list of failures.
  private func object(exchanged: (JSONObject) -> JSONObject) -> JSONObject {
    let spending = Spending(records)
    var object: JSONObject = [
      "data": .array(answered.map { .object($0.datum) }),
      "provider_responses": .array(answered.compactMap(\.providerResponse).map { .object(exchanged($0)) }),
      "project_id": .optional(projectID), "num_samples": .int(call.sampleCount), "logprobs": .optional(call.logprobs),
      "suffix": .optional(call.suffix), "user": .optional(call.caller.user),
      "usage": usage.map { .object($0.object) } ?? .null,
      "metadata": call.caller.metadata.map(JSONValue.object) ?? .null,
      "provider_request": answered.first?.providerRequest.map { .object(exchanged($0)) } ?? .null,
      "session_id": .optional(call.caller.sessionID),
      "cost": .optional(spending.total?.rounded(toDigits: 6)),
      "latency_ms": .optional(answered.compactMap(\.latency).max()),
    ]
    let failures = records.filter { $0.status == .failed }.map { record -> JSONValue in
      [
        "id": .int(record.id), "index": .int(record.sampleIndex), "model_config_id": .int(record.promptID),
        "error": .optional(record.error),
      ]
    }
    if !failures.isEmpty { object["failures"] = .array(failures) }
    let warnings = Set(records.flatMap(\.warnings)).sorted() + [spending.remark(on: "the call")].compactMap(\.self)
    object["warnings"] = .array(warnings.map(JSONValue.string))
    return object
  }
}
