extension Check.Kind {
  static let latency = Check.Kind(
    "latency", "the answer took at most max milliseconds", [.init("max", .number(isSigned: false), isRequired: true)],
    measuresLatency: true
  ) { arguments throws(EvaluationError) in
    let (_, most) = try arguments.bounds()
    return { subject throws(EvaluationError) in
      guard let latency = subject.latency else { throw EvaluationError("The latency of the answer is unknown.") }
      let passes = latency <= most ?? .infinity
      return Check.Outcome(
        passes,
        "The answer took \(latency.shortText) ms, \(passes ? "at most" : "more than") \((most ?? 0).shortText) ms.")
    }
  }
}
