extension JudgeTrust {
  /// The trust in one or two sentences for people.
  package var sentence: String {
    [figures, correction, blindness, decided, wording, copies].compactMap(\.self).joined(separator: " ")
  }

  /// The same without what the sentence of ``decision`` says, for a place that has both.
  package var sentenceBesideDecision: String {
    [figures, corrected.flatMap { _ in correction }, blindness, wording, copies].compactMap(\.self).joined(
      separator: " ")
  }

  private var figures: String { agreement.map { Self.sentence($0, on: scorer) } ?? counted }

  private var counted: String {
    "\(rated.verdicts) \(rated.verdicts == 1 ? "verdict" : "verdicts") of people; \(Agreement.fewest) on as many rows say "
      + "something about the \(scorer)."
  }

  /// What gave the scores, in a word.
  var scorer: String { target.takesStars ? "judge" : target.metricID == nil ? "scoring" : "check" }

  /// The decision; nil where ``reason`` says what is lacking.
  private var decided: String? { agreement == nil || reason != nil ? nil : decision.sentence }

  private var correction: String? {
    guard let corrected, let interval else { return reason }
    return
      "People would give \(corrected.mean.shortText) on average (95 % interval \(interval.lowerBound.shortText) to "
      + "\(interval.upperBound.shortText)), the \(scorer) gives \(corrected.judgeMean.shortText)."
  }

  private var blindness: String? { reason == nil ? BlindShare(rated).note : nil }

  private var wording: String? {
    outdated == 0
      ? nil : "\(outdated) \(outdated == 1 ? "verdict" : "verdicts") by another wording of \(target.name) do not count."
  }

  private var copies: String? {
    inherited == 0
      ? nil
      : "\(inherited) of the verdicts \(inherited == 1 ? "was" : "were") given in other runs, on the answers that this one copies."
  }

  /// The agreement in sentences: how often the scores are the same, kappa, and the bias.
  ///
  /// - Parameter scorer: what gave the scores that people check.
  package static func sentence(_ agreement: Agreement, on scorer: String = "judge") -> String {
    func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    let interval = agreement.sameInterval
    let share = Double(agreement.same) / Double(agreement.count)
    let same =
      "The \(scorer) and people gave the same score to \(agreement.same) of \(agreement.count) responses (\(percent(share)), "
      + "interval \(percent(interval.lowerBound)) to \(percent(interval.upperBound))); always "
      + "\(agreement.commonest.shortText) would be the same in \(percent(agreement.commonestShare))."
    let kappa = agreement.kappa.map { " Weighted kappa is \($0.shortText), where always the same score has 0." } ?? ""
    let size = abs(agreement.bias).rounded(toPlaces: 2).shortText
    let range = agreement.biasInterval.map { " (\($0.lowerBound.shortText) to \($0.upperBound.shortText))" } ?? ""
    let bias =
      size == "0"
      ? " On average the \(scorer) is as strict as people\(range)."
      : " The \(scorer) is \(size) \(agreement.bias > 0 ? "more generous" : "stricter") than people on average\(range)."
    return same + kappa + bias
  }
}
