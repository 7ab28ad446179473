extension Check.Kind {
  static let containsAny = Check.Kind(
    "contains_any", "the answer contains at least one of the values, by default of the items of the expected output",
    [.init("values", .texts), .column, .caseSensitive], comparesWith: "values"
  ) { arguments throws(EvaluationError) in
    try TextParts.several(arguments) { found, missing in
      found.isEmpty
        ? Check.Outcome(false, "The answer contains none of the \(missing.count) values.")
        : Check.Outcome(true, "The answer contains \(CheckText.quoted(found[0])).")
    }
  }
}
