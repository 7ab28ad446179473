import JSONCoding

extension Check.Kind {
  static let startsWith = Check.Kind(
    "starts_with", "the answer begins with the value, by default the expected output",
    [.init("value", .text), .column, .caseSensitive], comparesWith: "value"
  ) { arguments throws(EvaluationError) in
    try TextParts.one(arguments) { answer, part in
      answer.trimmed().hasPrefix(part)
    } _: { passes, part in
      "The answer \(passes ? "begins" : "does not begin") with \(part)."
    }
  }
}
