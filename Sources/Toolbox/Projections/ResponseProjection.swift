import Evaluation
import JSONCoding
import Providers
import Store

/// The responses of a run as clients see them.
struct ResponseProjection: Sendable {
  let run: RunRecord
  let scoring: RunScoring
  /// The schema for checking answers; nil if the run sent none.
  private let schema: JSONSchema?
  /// The request that was sent, with its variables; nil where it is not recorded.
  private let template: RequestTemplate?

  init(run: RunRecord, scoring: RunScoring) {
    self.run = run
    self.scoring = scoring
    schema = run.snapshot?.settings.checkedSchema
    template = run.recordedTemplate
  }

  /// Members that only the responses of some runs have.
  static let optionalMembers = ["repeat", "schema_fault", "rendered_messages", "reused_from", "known_cost"]

  /// Whether answers are checked against a schema.
  var hasSchema: Bool { schema != nil }

  /// A response with the prompt that was sent for it.
  ///
  /// - Parameter isWhole: whether reviews that do not count are included: by another judge or of another wording.
  func object(_ response: ResponseRecord, isWhole: Bool = false) -> JSONObject {
    let current = scoring.reviews(of: response)
    let reviews = (isWhole ? response.reviews : current).map { review in
      JSONValue.object(
        Self.object(review, of: response, isCurrent: isWhole ? current.contains { $0.id == review.id } : nil))
    }
    let sent = rendered(response)
    var object: JSONObject = [
      "id": response.id == 0 ? .null : .int(response.id), "run_id": .int(run.id), "row_index": .int(response.rowIndex),
      "datapoint_id": .int(response.rowIndex),
      "input_data": .object(response.input), "response_text": .optional(response.responseText),
      "text_beside_calls": .optional(response.textBesideCalls),
      "expected_output": .optional(response.expectedOutput), "created_at": response.createdAt.json,
      "status": .string(scoring.status(of: response).rawValue), "score": .optional(scoring.score(of: response)),
      "reviewed": .bool(Self.isReviewed(response, current)), "reviews": .array(reviews),
      "attempts": .int(response.attempts), "error": .optional(scoring.error(of: response)),
      "rendered_prompt": .optional(sent?.prompt), "model": .optional(response.model),
      "finish_reason": .optional(response.finishReason), "latency_ms": .optional(response.latency),
      "usage": response.usage.map { .object(RunRecord.object($0)) } ?? .null,
      "judge_usage": response.judgeUsage.map { .object(RunRecord.object($0)) } ?? .null,
      "tokens": .optional(Self.tokens(of: response)), "cost": .optional(Self.cost(of: response)),
    ]
    if run.repeats > 1 { object.append("repeat", .int(response.repeatIndex)) }
    if response.totalCost == nil, response.knownCost > 0 {
      object.append("known_cost", .double(response.knownCost.rounded(toDigits: 6)))
    }
    if let source = response.reusedFrom { object.append("reused_from", .int(source)) }
    if let sent, sent.messages.count > 1 {
      object.append("rendered_messages", .array(sent.messages.map(\.chatCompletions)))
    }
    if hasSchema { object.append("schema_fault", .optional(schemaFault(in: response))) }
    return object
  }

  /// Whether an answer has a review, or no metric applies to its row.
  private static func isReviewed(_ response: ResponseRecord, _ reviews: [ReviewRecord]) -> Bool {
    reviews.contains { $0.status == .completed }
      || response.status != .failed && !reviews.isEmpty && reviews.allSatisfy { $0.status == .skipped }
  }

  /// Why an answer does not satisfy its run's schema; nil for one that does, and where there is none.
  func schemaFault(in response: ResponseRecord) -> String? {
    schema?.fault(in: response).map { "\($0.reason.rawValue): \($0)" }
  }

  /// What was sent for a response; nil where that is not recorded.
  func rendered(_ response: ResponseRecord) -> RenderedRequest? {
    guard let template else { return nil }
    var inputs = JSONObject()
    for name in template.variables {
      guard let value = response.value(of: name, in: run) else { return nil }
      inputs[name] = .string(value)
    }
    do { return try template.render(inputs: inputs, .unread) } catch { return nil }
  }

  /// A response as lists show it: its texts also by their names in the second document.
  func listed(_ response: ResponseRecord) -> JSONObject {
    var object = object(response)
    object.append("output", .optional(response.responseText))
    object.append("expected", .optional(response.expectedOutput))
    return object
  }

  /// A row in the words of the second document.
  func resultItem(_ response: ResponseRecord) -> JSONObject {
    var item: JSONObject = [
      "datapoint_id": .int(response.rowIndex), "output": .optional(response.responseText),
      "expected": .optional(response.expectedOutput), "score": .optional(scoring.score(of: response)),
      "latency_ms": .optional(response.latency), "tokens": .optional(Self.tokens(of: response)),
      "cost": .optional(Self.cost(of: response)), "status": .string(scoring.status(of: response).rawValue),
      "error": .optional(scoring.error(of: response)),
    ]
    if run.repeats > 1 { item.append("repeat", .int(response.repeatIndex)) }
    if hasSchema { item.append("schema_fault", .optional(schemaFault(in: response))) }
    return item
  }

  /// The tokens of the answer; nil if they were not counted.
  private static func tokens(of response: ResponseRecord) -> Int? {
    response.usage.map { $0.promptTokens + $0.completionTokens }
  }

  private static func cost(of response: ResponseRecord) -> Double? { response.totalCost?.rounded(toDigits: 6) }

  /// A review; in a list of answers only the metric of one that was skipped, because nothing was said of the answer.
  ///
  /// - Parameter isCurrent: whether the review counts; nil if only counted reviews are shown.
  private static func object(_ review: ReviewRecord, of response: ResponseRecord, isCurrent: Bool?) -> JSONObject {
    if isCurrent == nil, review.status == .skipped {
      return [
        "metric_id": .optional(review.metricID), "metric_name": .string(review.metricName),
        "status": .string(review.status.rawValue),
      ]
    }
    var object: JSONObject = [
      "id": .int(review.id), "response_id": .int(response.id), "metric_id": .optional(review.metricID),
      "metric_name": .string(review.metricName), "ai_score": .optional(review.score),
      "ai_feedback": .optional(review.feedback), "status": .string(review.status.rawValue),
      "error": .optional(review.error), "judge_model": .optional(review.judgeModel),
    ]
    if let check = review.check { object["check"] = .string(check) }
    guard let isCurrent else { return object }
    object["current"] = .bool(isCurrent)
    if let effort = review.judgeEffort { object["judge_effort"] = .string(effort) }
    if review.judgeSamples > 1 { object["samples"] = .array(review.samples.map(JSONValue.double)) }
    return object
  }
}

extension RunRecord {
  /// - Parameter usage: reasoning tokens, and those read from or written to the provider's cache, are shown separately if
  ///   the provider counted them.
  static func object(_ usage: TokenCounts) -> JSONObject {
    var object: JSONObject = [
      "prompt_tokens": .int(usage.promptTokens), "completion_tokens": .int(usage.completionTokens),
      "total_tokens": .int(usage.totalTokens),
    ]
    if usage.cachedTokens > 0 { object.append("cached_tokens", .int(usage.cachedTokens)) }
    if usage.cacheWriteTokens > 0 { object.append("cache_write_tokens", .int(usage.cacheWriteTokens)) }
    if usage.reasoningTokens > 0 { object.append("reasoning_tokens", .int(usage.reasoningTokens)) }
    return object
  }

  /// The request that the run sent, with its variables; nil for a run that was never started.
  fileprivate var recordedTemplate: RequestTemplate? {
    do { return snapshot == nil ? nil : try sentTemplate } catch { return nil }
  }
}
