package import Store

/// How many answers of a run satisfy the schema that was sent with its requests.
///
/// A diagnosis only: no score changes by it.
package struct SchemaCheck: Sendable, Equatable {
  package private(set) var valid = 0
  /// How many do not, by the first thing that is wrong with each.
  package private(set) var reasons: [SchemaFault.Reason: Int] = [:]
  /// Answers that were not looked at, because there are so many.
  package private(set) var unchecked = 0

  package var invalid: Int { reasons.values.reduce(0, +) }

  /// The most answers that are looked at.
  private static let limit = 1_000

  /// Looks at the answers of a run; nil where none was sent a schema that can be checked.
  package init?(_ entries: [ResponseEntry], _ settings: RequestSettings) throws(StoreError) {
    guard let schema = settings.checkedSchema else { return nil }
    for entry in entries where entry.status != .failed {
      guard valid + invalid < Self.limit else {
        unchecked += 1
        continue
      }
      let response = try entry.decoded()
      guard schema.applies(to: response) else { continue }
      add(schema.fault(in: response))
    }
  }

  mutating func add(_ fault: SchemaFault?) {
    if let fault { reasons[fault.reason, default: 0] += 1 } else { valid += 1 }
  }

  /// What a run warns of; nil where every answer is valid.
  package var warning: String? {
    let most = SchemaFault.Reason.allCases.max { (reasons[$0] ?? 0) < (reasons[$1] ?? 0) }
    guard invalid > 0, let most else { return nil }
    let (all, count) = (valid + invalid, reasons[most] ?? 0)
    let answers = all == 1 ? "The only answer does" : "\(invalid) of \(all) answers do"
    let share = count == invalid ? "" : " (\(count) of them)"
    let rest = unchecked > 0 ? " \(unchecked) more answers were not checked." : ""
    let often = invalid == 1 ? "" : "most often "
    return
      "\(answers) not satisfy response_schema, \(often)because \(most.because)\(share). \(most.advice)\(rest)"
  }
}

extension RequestSettings {
  /// The schema that answers are checked against; nil where there is none.
  ///
  /// - Throws: ``EvaluationError`` for a schema that cannot be checked.
  package var answerSchema: JSONSchema? {
    get throws(EvaluationError) { try responseSchema.map { schema throws(EvaluationError) in try JSONSchema(schema) } }
  }
}

extension RequestSettings {
  /// The same; nil too for a schema that nobody has checked, such as one that was written into the store by hand.
  package var checkedSchema: JSONSchema? {
    do { return try answerSchema } catch { return nil }
  }
}

extension JSONSchema {
  /// Whether a response is an answer that a schema is for: tool calls have schemas of their own.
  fileprivate func applies(to response: ResponseRecord) -> Bool {
    response.status != .failed && response.finishReason != "tool_calls" && response.responseText != nil
  }

  /// What is wrong with the answer of a response; nil for a valid one, and where there is none.
  package func fault(in response: ResponseRecord) -> SchemaFault? {
    guard applies(to: response) else { return nil }
    return fault(inAnswer: response.responseText ?? "", isCutOff: response.finishReason == "length")
  }
}

extension SchemaFault.Reason {
  fileprivate var because: String {
    switch self {
    case .notJSON: "the answer is no JSON"
    case .codeFence: "the JSON stands in a code fence"
    case .truncated: "the answer was cut off at the token limit"
    case .missingKey: "a required key is missing"
    case .wrongType: "a value has another type"
    case .extraKey: "a key is there that the schema does not have"
    case .other: "a value is not allowed"
    }
  }

  fileprivate var advice: String {
    switch self {
    case .notJSON: "Ask for JSON alone in the prompt, or choose a model that is held to a schema."
    case .codeFence: "Ask in the prompt for bare JSON."
    case .truncated: "Raise max_tokens."
    case .missingKey, .wrongType, .extraKey, .other: "schema_fault in each response says what and where."
    }
  }
}
