import JSONCoding

extension Check.Kind {
  static let number = Check.Kind(
    "number",
    "the answer is a number between min and max, or within the tolerance of the expected one; extract takes the last "
      + "number in it",
    [
      .init("min", .number(isSigned: true)), .init("max", .number(isSigned: true)),
      .init("expected", .number(isSigned: true)), .column, .init("tolerance", .number(isSigned: false), default: 0),
      .init("tolerance_mode", .choice(["absolute", "relative"]), default: "absolute"),
      .init("extract", .flag, default: false),
    ], comparesWith: "expected", unless: ["min", "max"]
  ) { arguments throws(EvaluationError) in
    let (least, most) = try arguments.bounds()
    let isRange = least != nil || most != nil
    if isRange, arguments.has("expected") || arguments.has("column") {
      throw EvaluationError("check has a range and an expected number. Give min and max, or expected with tolerance.")
    }
    _ = try arguments.number("expected")
    let wanted = isRange ? nil : try arguments.wanted("expected")
    let tolerance = try arguments.number("tolerance") ?? 0
    let isRelative = arguments.text("tolerance_mode") == "relative"
    let extracts = arguments.flag("extract")
    return { subject throws(EvaluationError) in
      guard let number = NumberText.number(subject.answer) ?? (extracts ? NumberText.last(in: subject.answer) : nil)
      else {
        let fault = extracts ? "contains" : "is"
        return Check.Outcome(false, "The answer \(fault) no number: \(CheckText.quoted(subject.answer)).")
      }
      guard let wanted else { return Bounds.outcome(number, least, most, "The number is \(number.plainText)") }
      let text = try wanted(subject)[0]
      guard let expected = NumberText.number(text) else {
        throw EvaluationError("The expected number is \(CheckText.quoted(text)) in this row, which is no number.")
      }
      let allowed = isRelative ? tolerance * expected.magnitude : tolerance
      let difference = (number - expected).magnitude
      // 1.3 is within 0.1 of 1.2, although their binary difference is larger.
      let slack = allowed == 0 ? 0 : 1e-12 * max(number.magnitude, expected.magnitude, allowed)
      let passes = difference <= allowed + slack
      let rest = allowed == 0 ? "" : " with a tolerance of \(allowed.plainText)"
      return Check.Outcome(
        passes,
        "The number \(number.plainText) is \(passes ? "" : "not ")the expected \(expected.plainText)\(rest).")
    }
  }
}
