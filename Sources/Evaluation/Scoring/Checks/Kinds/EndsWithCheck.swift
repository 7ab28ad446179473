import JSONCoding

extension Check.Kind {
  static let endsWith = Check.Kind(
    "ends_with", "the answer ends with the value, by default the expected output",
    [.init("value", .text), .column, .caseSensitive], comparesWith: "value"
  ) { arguments throws(EvaluationError) in
    try TextParts.one(arguments) { answer, part in
      answer.trimmed().hasSuffix(part)
    } _: { passes, part in
      "The answer \(passes ? "ends" : "does not end") with \(part)."
    }
  }
}
