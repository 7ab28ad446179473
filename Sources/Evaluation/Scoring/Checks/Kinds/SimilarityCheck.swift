import JSONCoding

extension Check.Kind {
  static let similarity = Check.Kind(
    "similarity",
    "the answer is similar enough to the expected text: min is 0.75, for bleu 0.5; with score fraction the similarity is the score",
    [
      .init("expected", .text), .column,
      .init("measure", .choice(["levenshtein", "rouge_l", "rouge_1", "bleu"]), default: "levenshtein"),
      .init("min", .number(isSigned: false)), .score,
    ], comparesWith: "expected"
  ) { arguments throws(EvaluationError) in
    let wanted = try arguments.wanted("expected")
    let name = arguments.text("measure") ?? "levenshtein"
    let measure = TextSimilarity(rawValue: name) ?? .levenshtein
    let decision = try MeasureDecision(arguments, usualMinimum: measure == .bleu ? 0.5 : 0.75)
    return { subject throws(EvaluationError) in
      let expected = CheckText.comparable(try wanted(subject)[0]).trimmed()
      let answer = CheckText.comparable(subject.answer).trimmed()
      let fact = "The answer and the expected text are similar (\(name)"
      switch measure.value(answer, expected) {
      case .known(let value): return decision.outcome(value, fact)
      case .atMost(let bound):
        // A bound decides if it is too low already.
        if let minimum = decision.minimum, bound < minimum {
          return Check.Outcome(false, "\(fact) at most \(bound.shortText), less than \(minimum.shortText)).")
        }
        throw EvaluationError("The answer and the expected text are too long for check.measure \(name). Use rouge_1.")
      }
    }
  }
}
