import JSONCoding

extension Check.Kind {
  static let finish = Check.Kind(
    "finish",
    "the answer ended for one of these reasons: stop unless given; an answer cut off at its limit ends by length",
    [.init("reason", .texts, default: "stop")]
  ) { arguments throws(EvaluationError) in
    let reasons = arguments.texts("reason") ?? []
    return { subject throws(EvaluationError) in
      guard let reason = subject.finishReason else {
        throw EvaluationError("Why the answer ended is unknown: its provider gave no finish_reason.")
      }
      let passes = reasons.contains(reason)
      return Check.Outcome(
        passes, "The answer ended by \(reason.shown)\(passes ? "" : ", not by \(reasons.joined(separator: " or "))").")
    }
  }
}
