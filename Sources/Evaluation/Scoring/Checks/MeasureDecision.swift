/// Decides by a measure between 0 and 1.
struct MeasureDecision: Sendable {
  /// Nil if the measure is the score.
  let minimum: Double?

  /// - Throws: ``EvaluationError`` for a minimum above 1, or one without effect.
  init(_ arguments: Check.Arguments, usualMinimum: Double) throws(EvaluationError) {
    let given = try arguments.number("min")
    let isFraction = arguments.text("score") == "fraction"
    if given != nil, isFraction {
      throw EvaluationError("check.min has no effect with score fraction. Leave one of them out.")
    }
    if let given, given > 1 || given < 0 {
      throw EvaluationError("check.min is \(given.plainText). Give a share from 0 to 1.")
    }
    minimum = isFraction ? nil : given ?? usualMinimum
  }

  /// - Parameter fact: the beginning of the reason, with an open bracket before the value.
  func outcome(_ value: Double, _ fact: String) -> Check.Outcome {
    let text = "\(fact) \(value.shortText)"
    guard let minimum else { return Check.Outcome(score: value, reason: "\(text)).") }
    // 2 / 3 of three items is not less than 0.6666666666666667.
    let passes = value >= minimum - 1e-12
    return Check.Outcome(passes, "\(text), \(passes ? "at least" : "less than") \(minimum.shortText)).")
  }
}
