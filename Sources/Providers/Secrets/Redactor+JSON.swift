import JSONCoding

extension Redactor {
  /// What went over the wire, with every key in it replaced by `<redacted>`.
  func redact(_ exchange: RawExchange) -> RawExchange {
    RawExchange(request: redact(exchange.request), response: redact(exchange.response))
  }

  private func redact(_ object: JSONObject) -> JSONObject {
    var redacted = JSONObject()
    // By subscript: two names that held a key have become one.
    for member in object.members { redacted[redact(member.key)] = redact(member.value) }
    return redacted
  }

  private func redact(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(redact(text))
    case .array(let elements): .array(elements.map(redact))
    case .object(let object): .object(redact(object))
    case .null, .bool, .integer, .bigInteger, .double: value
    }
  }
}
