package import Store

/// A count of a run's answers that satisfy the schema of its requests.
///
/// It is only a diagnosis and changes no score.
package struct SchemaCheck: Sendable, Equatable {
  package private(set) var valid = 0
  /// The number of invalid answers, by the first fault of each.
  package private(set) var reasons: [SchemaFault.Reason: Int] = [:]
  /// The number of answers left unchecked because the run has too many.
  package private(set) var unchecked = 0

  package var invalid: Int { reasons.values.reduce(0, +) }

  /// The largest number of answers that are checked.
  private static let limit = 1_000

  /// Checks the answers of a run; nil if it has no schema that can be checked.
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

  /// The warning of a run; nil if every answer is valid.
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
  /// The schema for checking answers; nil if there is none.
  ///
  /// - Throws: ``EvaluationError`` for a schema that cannot be checked.
  package var answerSchema: JSONSchema? {
    get throws(EvaluationError) { try responseSchema.map { schema throws(EvaluationError) in try JSONSchema(schema) } }
  }
}

extension RequestSettings {
  /// The schema for checking answers; nil also if it cannot be checked, as after an edit of the store by hand.
  package var checkedSchema: JSONSchema? {
    do { return try answerSchema } catch { return nil }
  }
}

extension JSONSchema {
  /// Whether a response is an answer to check: tool calls have schemas of their own.
  fileprivate func applies(to response: ResponseRecord) -> Bool {
    response.status != .failed && response.finishReason != "tool_calls" && response.responseText != nil
  }

  /// The fault in the answer of a response; nil for a valid answer and for no answer.
  package func fault(in response: ResponseRecord) -> SchemaFault? {
    guard applies(to: response) else { return nil }
    return fault(inAnswer: response.responseText ?? "", isCutOff: response.finishReason == "length")
  }
}

extension SchemaFault.Reason {
  fileprivate var because: String {
    switch self {
    case .notJSON: "the answer is no JSON"
    case .codeFence: "the JSON is in a code fence"
    case .truncated: "the answer was cut off at the token limit"
    case .missingKey: "a required key is missing"
    case .wrongType: "a value has the wrong type"
    case .extraKey: "a key is not in the schema"
    case .other: "a value is not allowed"
    }
  }

  fileprivate var advice: String {
    switch self {
    case .notJSON: "Ask for JSON alone in the prompt, or choose a model that enforces a schema."
    case .codeFence: "Ask in the prompt for bare JSON."
    case .truncated: "Raise max_tokens."
    case .missingKey, .wrongType, .extraKey, .other: "schema_fault in each response says what and where."
    }
  }
}
