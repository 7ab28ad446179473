extension Check.Kind {
  static let containsAll = Check.Kind(
    "contains_all", "the answer contains every one of the values, by default the items of the expected output",
    [.init("values", .texts), .column, .caseSensitive], comparesWith: "values"
  ) { arguments throws(EvaluationError) in
    try TextParts.several(arguments) { found, missing in
      missing.isEmpty
        ? Check.Outcome(true, "The answer contains all \(found.count) values.")
        : Check.Outcome(
          false, "The answer does not contain \(missing.prefix(5).map(CheckText.quoted).joined(separator: ", ")).")
    }
  }
}
