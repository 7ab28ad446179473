import JSONCoding

/// Checks whether texts occur in an answer.
enum TextParts {
  /// The scoring by one text: `value`, the text of `column` or the expected output.
  static func one(
    _ arguments: Check.Arguments, _ occurs: @escaping @Sendable (_ answer: String, _ part: String) -> Bool,
    _ reason: @escaping @Sendable (_ passes: Bool, _ part: String) -> String
  ) throws(EvaluationError) -> Check.Scoring {
    if arguments.text("value")?.isBlank == true {
      throw EvaluationError("check.value is empty, which is part of every answer. Give a text.")
    }
    let wanted = try arguments.wanted()
    let isCaseSensitive = arguments.flag("case_sensitive")
    return { subject throws(EvaluationError) in
      let part = try wanted(subject).joined().trimmed()
      guard !part.isEmpty else { throw emptyPart }
      let passes = occurs(
        CheckText.comparable(subject.answer, isCaseSensitive: isCaseSensitive),
        CheckText.comparable(part, isCaseSensitive: isCaseSensitive))
      return Check.Outcome(passes, reason(passes, CheckText.quoted(part)))
    }
  }

  /// The scoring by several texts: `values`, or the items of `column` or of the expected output.
  static func several(
    _ arguments: Check.Arguments,
    _ outcome: @escaping @Sendable (_ found: [String], _ missing: [String]) -> Check.Outcome
  ) throws(EvaluationError) -> Check.Scoring {
    if let blank = arguments.texts("values")?.firstIndex(where: \.isBlank) {
      throw EvaluationError("check.values[\(blank)] is empty, which is part of every answer. Give a text.")
    }
    let isGiven = arguments.has("values")
    let wanted = try arguments.wanted("values")
    let isCaseSensitive = arguments.flag("case_sensitive")
    return { subject throws(EvaluationError) in
      let texts = try wanted(subject)
      let parts = isGiven ? texts : texts.flatMap { ListItems.items(of: $0, lowercased: false) }
      guard !parts.isEmpty else { throw emptyPart }
      let answer = CheckText.comparable(subject.answer, isCaseSensitive: isCaseSensitive)
      let isFound = { (part: String) in
        CheckText.contains(answer, CheckText.comparable(part, isCaseSensitive: isCaseSensitive))
      }
      return outcome(parts.filter(isFound), parts.filter { !isFound($0) })
    }
  }

  private static let emptyPart = EvaluationError(
    "The text to look for is empty in this row, and every answer would contain it.")
}
