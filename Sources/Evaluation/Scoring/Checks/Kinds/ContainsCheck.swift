extension Check.Kind {
  static let contains = Check.Kind(
    "contains", "the answer contains the value, by default the expected output",
    [.init("value", .text), .column, .caseSensitive], comparesWith: "value"
  ) { arguments throws(EvaluationError) in
    try TextParts.one(arguments) { answer, part in
      CheckText.contains(answer, part)
    } _: { passes, part in
      "The answer \(passes ? "contains" : "does not contain") \(part)."
    }
  }
}
