import Evaluation
import JSONCoding
import Store

extension BatchRecord {
  /// A batch as the client sees it: the provider's word where it is known, else the state that is recorded.
  var json: JSONValue {
    var object: JSONObject = [
      "id": .optional(batchID), "status": .string(isAtProvider ? word ?? state.rawValue : state.rawValue),
      "total": .int(count),
      "finished": .optional(state == .collected ? count - expired - cancelled : finished),
      "submitted_at": submittedAt.json,
    ]
    if isOpen {
      object["next_poll_at"] = nextPollAt?.json
      object["expires_at"] = expiresAt?.json
    }
    if expired > 0 { object["expired"] = .int(expired) }
    if cancelled > 0 { object["cancelled"] = .int(cancelled) }
    object["error"] = error.map(JSONValue.string)
    return .object(object)
  }
}
