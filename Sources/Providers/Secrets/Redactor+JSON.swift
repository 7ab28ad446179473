import JSONCoding

extension Redactor {
  /// The request and response, with every key in them replaced by `<redacted>`.
  func redact(_ exchange: RawExchange) -> RawExchange {
    RawExchange(request: redact(exchange.request), response: redact(exchange.response))
  }

  private func redact(_ object: JSONObject) -> JSONObject {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(object.count)
    // Redacted member names can become equal; others remain different.
    var places: [String: Int] = [:]
    for member in object.members {
      let name = redact(member.key)
      let redacted = JSONObject.Member(key: name, value: redact(member.value))
      if name.contains(Secret.placeholder), let place = places.updateValue(members.count, forKey: name) {
        members[place] = redacted
        places[name] = place
      } else {
        members.append(redacted)
      }
    }
    return JSONObject(members)
  }

  private func redact(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(redact(text))
    case .array(let elements): .array(elements.map(redact))
    case .object(let object): .object(redact(object))
    case .null, .bool, .integer, .numeral, .double: value
    }
  }
}

extension Completion {
  /// The answer with every known key in the provider's text replaced by `<redacted>`.
  func redacted(by redactor: Redactor) -> Completion {
    guard redactor.knowsKeys else { return self }
    var completion = self
    completion.text = redactor.redactKnown(text)
    completion.model = redactor.redactKnown(model)
    completion.finishReason = finishReason.map(redactor.redactKnown)
    completion.reasoningText = reasoningText.map(redactor.redactKnown)
    completion.refusal = refusal.map(redactor.redactKnown)
    completion.toolCalls = toolCalls.map { $0.redacted(by: redactor) }
    completion.signedThoughts = signedThoughts.map { $0.mappingTexts(redactor.redactKnown) }
    completion.alternatives = alternatives.map { choice in
      Choice(
        text: redactor.redactKnown(choice.text), toolCalls: choice.toolCalls.map { $0.redacted(by: redactor) },
        finishReason: choice.finishReason.map(redactor.redactKnown))
    }
    completion.usage?.serviceTier = usage?.serviceTier.map(redactor.redactKnown)
    return completion
  }
}

extension ToolCall {
  fileprivate func redacted(by redactor: Redactor) -> ToolCall {
    ToolCall(
      id: redactor.redactKnown(id), name: redactor.redactKnown(name), arguments: redactor.redactKnown(arguments),
      extraContent: extraContent?.mappingTexts(redactor.redactKnown))
  }
}

extension JSONValue {
  /// The value with each of its texts changed; the names of members stay.
  fileprivate func mappingTexts(_ change: (String) -> String) -> JSONValue {
    switch self {
    case .string(let text): .string(change(text))
    case .array(let values): .array(values.map { $0.mappingTexts(change) })
    case .object(let object):
      .object(JSONObject(object.members.map { .init(key: $0.key, value: $0.value.mappingTexts(change)) }))
    case .null, .bool, .integer, .numeral, .double: self
    }
  }
}
