import JSONCoding
import Store

extension VerdictRecord {
  /// The verdict as clients see it, and as `verdicts_create` takes it.
  ///
  /// - Parameter entry: its response; nil if that is not looked up.
  func object(of entry: ResponseEntry? = nil) -> JSONObject {
    [
      "id": .int(id), "run_id": .int(runID), "response_id": .int(responseID),
      "row_index": .optional(entry?.rowIndex), "repeat": .optional(entry?.key.repeatIndex),
      "metric_id": .optional(metricID), "metric_name": .string(metricName), "score": .optional(score),
      "passed": hasPassed.map(JSONValue.bool) ?? .null, "note": .optional(note), "blind": .bool(isBlind),
      "created_at": createdAt.json, "fingerprint": .string(fingerprint), "wording": .optional(wording),
    ]
  }
}
