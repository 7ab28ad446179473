extension Check.Kind {
  static let cost = Check.Kind(
    "cost", "the answer cost at most max US dollars", [.init("max", .number(isSigned: false), isRequired: true)]
  ) { arguments throws(EvaluationError) in
    let most = try arguments.bounds().1 ?? .infinity
    return { subject throws(EvaluationError) in
      guard let cost = subject.cost else {
        throw EvaluationError(
          "The cost of the answer is unknown. provider_credentials_update with input_price and output_price gives a price."
        )
      }
      let passes = cost <= most
      let (paid, limit) = Dollars.compared(cost, with: most)
      return Check.Outcome(passes, "The answer cost \(paid), \(passes ? "at most" : "more than") \(limit).")
    }
  }
}
