import Evaluation
import JSONCoding
import Store

extension RunRecord {
  /// A response as the client sees it, with the prompt that was sent for it.
  func object(_ response: ResponseRecord) -> JSONObject {
    [
      "id": .int(response.id), "run_id": .int(id), "row_index": .int(response.rowIndex),
      "input_data": .object(response.input), "response_text": .optional(response.responseText),
      "expected_output": .optional(response.expectedOutput), "created_at": response.createdAt.json,
      "status": .string(response.status.rawValue), "score": .optional(response.score),
      "reviewed": .bool(response.reviews.contains { $0.status == .completed }),
      "reviews": .array(response.reviews.map { .object(Self.object($0, of: response)) }),
      "attempts": .int(response.attempts), "error": .optional(response.error),
      "rendered_prompt": .optional(renderedPrompt(of: response)), "model": .optional(response.model),
      "finish_reason": .optional(response.finishReason), "latency_ms": .optional(response.latency),
      "usage": response.usage.map { .object(Self.object($0)) } ?? .null,
      "cost": .optional(response.totalCost),
    ]
  }

  private static func object(_ review: ReviewRecord, of response: ResponseRecord) -> JSONObject {
    [
      "id": .int(review.id), "response_id": .int(response.id), "metric_id": .optional(review.metricID),
      "metric_name": .string(review.metricName), "ai_score": .optional(review.score),
      "ai_feedback": .optional(review.feedback), "status": .string(review.status.rawValue),
      "error": .optional(review.error),
    ]
  }

  static func object(_ usage: ResponseRecord.Usage) -> JSONObject {
    [
      "prompt_tokens": .int(usage.promptTokens), "completion_tokens": .int(usage.completionTokens),
      "total_tokens": .int(usage.totalTokens),
    ]
  }

  /// The template of the run's snapshot with the row's values.
  private func renderedPrompt(of response: ResponseRecord) -> String? {
    guard let template = snapshot?.template else { return nil }
    let expected = expectedColumn ?? RunRows.standardExpectedColumn
    do {
      return try Template(template).render { name in
        response.input[name]?.stringValue ?? (name == expected ? response.expectedOutput : nil)
      }
    } catch {
      return nil
    }
  }
}
