extension JudgeTrust {
  /// The trust in one or two sentences for people.
  package var sentence: String {
    [agreement.map(Self.sentence) ?? counted, correction, wording].compactMap(\.self).joined(separator: " ")
  }

  private var counted: String {
    "\(rated.verdicts) \(rated.verdicts == 1 ? "verdict" : "verdicts") of people; \(Agreement.fewest) on as many rows say "
      + "something about the judge."
  }

  private var correction: String? {
    guard let corrected, let interval else { return reason }
    return
      "People would give \(text(corrected.mean)) on average (95 % interval \(text(interval.lowerBound)) to "
      + "\(text(interval.upperBound))), the judge gives \(text(corrected.judgeMean))."
  }

  private var wording: String? {
    outdated == 0
      ? nil : "\(outdated) \(outdated == 1 ? "verdict" : "verdicts") by another wording of \(target.name) do not count."
  }

  private func text(_ value: Double) -> String { "\(value.rounded(toPlaces: 2))" }

  /// `The judge and people gave the same score to 14 of 24 responses (58 %, 39 to 76 %); ...`
  package static func sentence(_ agreement: Agreement) -> String {
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    func number(_ value: Double) -> String { "\(value.rounded(toPlaces: 2))" }
    let interval = agreement.sameInterval
    let share = Double(agreement.same) / Double(agreement.count)
    let same =
      "The judge and people gave the same score to \(agreement.same) of \(agreement.count) responses (\(percent(share)), "
      + "interval \(percent(interval.lowerBound)) to \(percent(interval.upperBound))); always "
      + "\(agreement.commonest.shortText) would be the same in \(percent(agreement.commonestShare))."
    let kappa = agreement.kappa.map { " Weighted kappa is \(number($0)), where always the same score has 0." } ?? ""
    let size = number(abs(agreement.bias))
    let range = agreement.biasInterval.map { " (\(number($0.lowerBound)) to \(number($0.upperBound)))" } ?? ""
    let bias =
      size == "0.0"
      ? " On average the judge is as strict as people\(range)."
      : " The judge is \(size) \(agreement.bias > 0 ? "more generous" : "stricter") than people on average\(range)."
    return same + kappa + bias
  }
}
