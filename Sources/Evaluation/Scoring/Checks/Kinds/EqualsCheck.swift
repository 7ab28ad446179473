import JSONCoding

extension Check.Kind {
  static let equals = Check.Kind(
    "equals", "the answer is the value or one of several, by default the expected output",
    [
      .init("value", .texts), .column, .init("trim", .flag, default: true), .caseSensitive,
    ], comparesWith: "value", comparesWholeAnswer: true
  ) { arguments throws(EvaluationError) in
    let wanted = try arguments.wanted()
    let (trims, isCaseSensitive) = (arguments.flag("trim"), arguments.flag("case_sensitive"))
    @Sendable func comparable(_ text: String) -> String {
      CheckText.comparable(trims ? text.trimmed() : text, isCaseSensitive: isCaseSensitive)
    }
    return { subject throws(EvaluationError) in
      let answer = comparable(subject.answer)
      let texts = try wanted(subject)
      let json = subject.isJSON ? CheckText.canonicalJSON(subject.answer).map(comparable) : nil
      let passes = texts.contains { text in
        comparable(text) == answer || json != nil && CheckText.canonicalJSON(text).map(comparable) == json
      }
      return Check.Outcome(passes, "The answer is \(passes ? "" : "not ")\(CheckText.quoted(anyOf: texts)).")
    }
  }
}
