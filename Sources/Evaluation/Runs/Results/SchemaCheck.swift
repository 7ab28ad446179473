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
    guard invalid > 0 else { return nil }
    let all = valid + invalid
    let answers = all == 1 ? "The only answer does" : "\(invalid) of \(all) answers do"
    let rest = unchecked > 0 ? " \(unchecked) more answers were not checked." : ""
    return "\(answers) not satisfy response_schema\(why)\(rest)"
  }

  /// How many reasons are told where none prevails.
  private static let told = 3

  /// The reasons with their shares, and advice.
  private var why: String {
    // A sort by count alone may change the order of equal counts.
    let counts = SchemaFault.Reason.allCases.enumerated().compactMap { place, reason in
      reasons[reason].map { (reason: reason, count: $0, place: place) }
    }.sorted { ($1.count, $0.place) < ($0.count, $1.place) }
    let most = counts[0]
    if counts.count == 1 { return " because \(most.reason.because). \(most.reason.advice)" }
    if most.count > counts[1].count {
      return ", most often because \(most.reason.because) (\(most.count) of them). \(most.reason.advice)"
    }
    let list = counts.prefix(Self.told).map { "\($0.reason.because) (\($0.count))" }.joined(separator: ", ")
    let others = counts.dropFirst(Self.told).reduce(0) { $0 + $1.count }
    let more = others > 0 ? ", and for other reasons (\(others))" : ""
    return " because \(list)\(more). \(SchemaFault.Reason.other.advice)"
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
