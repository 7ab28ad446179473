import JSONCoding

extension Check.Kind {
  static let jsonPath = Check.Kind(
    "json_path",
    "the JSON of the answer has a value at the path, such as a.b.0.c, and the value passes the check if there is one",
    [
      .init("path", .text, isRequired: true), .init("check", .check), .init("extract", .flag, default: false),
    ]
  ) { arguments throws(EvaluationError) in
    let path = try JSONValuePath(arguments.text("path") ?? "")
    let check = try arguments.object("check").map { object throws(EvaluationError) in try Check(object) }
    let extracts = arguments.flag("extract")
    return { subject throws(EvaluationError) in
      let json: JSONValue
      switch JSONInText.value(in: subject.answer, extracts: extracts) {
      case .failure(let fault): return Check.Outcome(false, fault.sentence)
      case .success(let value): json = value
      }
      guard let value = path.value(in: json) else {
        return Check.Outcome(false, "The JSON has nothing at \(path.source.shown).")
      }
      guard let check else { return Check.Outcome(true, "The JSON has a value at \(path.source.shown).") }
      var inner = subject
      (inner.answer, inner.isJSON) = (value.stringValue ?? value.text, value.stringValue == nil)
      // Of an expected output that is JSON as well, the same part is expected.
      if let expected = subject.expected.flatMap(path.value(inContainer:)) {
        inner.expected = expected.stringValue ?? expected.text
      }
      let outcome = try check.score(inner)
      return Check.Outcome(score: outcome.score, reason: "At \(path.source.shown): \(outcome.reason)")
    }
  }
}
