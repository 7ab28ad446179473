import JSONCoding

extension Check.Kind {
  static let length = Check.Kind(
    "length", "the answer has at least min and at most max characters or words",
    [
      .init("unit", .choice(["chars", "words"]), default: "chars"), .init("min", .number(isSigned: false)),
      .init("max", .number(isSigned: false)),
    ]
  ) { arguments throws(EvaluationError) in
    let (least, most) = try arguments.bounds(isCount: true)
    guard least != nil || most != nil else {
      throw EvaluationError("check.min and check.max are missing. Give at least one of them.")
    }
    let countsWords = arguments.text("unit") == "words"
    return { subject in
      let count = countsWords ? subject.answer.split(whereSeparator: \.isWhitespace).count : subject.answer.count
      return Bounds.outcome(
        Double(count), least, most, "The answer has \(count) \(countsWords ? "words" : "characters")")
    }
  }
}
