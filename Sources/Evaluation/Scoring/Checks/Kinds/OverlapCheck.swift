import JSONCoding

extension Check.Kind {
  static let overlap = Check.Kind(
    "overlap", "enough items of the answer's list are in the expected list; with score fraction the share is the score",
    [
      .init("expected", .texts), .column,
      .init("measure", .choice(["recall", "precision", "f1", "jaccard"]), default: "recall"),
      .init("min", .number(isSigned: false)), .score,
    ], comparesWith: "expected", takesEmptyText: true
  ) { arguments throws(EvaluationError) in
    let wanted = try arguments.wanted("expected")
    let measure = arguments.text("measure") ?? "recall"
    let decision = try MeasureDecision(arguments, usualMinimum: 1)
    return { subject throws(EvaluationError) in
      let expected = Set(try wanted(subject).flatMap { ListItems.items(of: $0) })
      let answer = Set(ListItems.items(of: subject.answer))
      let common = Double(expected.intersection(answer).count)
      let (inAnswer, inExpected) = (Double(answer.count), Double(expected.count))
      let value: Double
      if expected.isEmpty || answer.isEmpty {
        value = expected.isEmpty && answer.isEmpty ? 1 : 0
      } else {
        value =
          switch measure {
          case "precision": common / inAnswer
          case "f1": 2 * common / (inAnswer + inExpected)
          case "jaccard": common / (inAnswer + inExpected - common)
          default: common / inExpected
          }
      }
      return decision.outcome(
        value,
        "\(Int(common)) of \(expected.count) expected items are among the \(answer.count) of the answer (\(measure)")
    }
  }
}
