extension CorrectedDifference {
  /// What people's verdicts say of two runs, before the sentence on the judge's scores alone; or why they say nothing.
  ///
  /// - Parameters:
  ///   - text: the sentence on the scores alone, with its way to word numbers.
  ///   - alone: its words.
  func sentence(_ text: VerdictSentence, alone: String) -> String {
    guard let difference, let interval else { return [alone, reason].compactMap(\.self).joined(separator: " ") }
    let (candidate, baseline) = (text.candidate, text.baseline)
    let margin = text.comparison.margin.plainText
    let finding =
      switch verdict {
      case .better, .worse: "\(candidate) is \(verdict.rawValue) than \(baseline)"
      case .same: "\(candidate) and \(baseline) score the same to within \(margin)"
      case .notWorse where interval.upperBound < 0:
        "\(candidate) is worse than \(baseline), but by less than the margin of \(margin)"
      case .notWorse: "\(candidate) is not worse than \(baseline)\(text.beyond(margin))"
      case .unclear where text.comparison.asksForNotWorse:
        "Not shown that \(candidate) is not worse than \(baseline)\(text.beyond(margin))"
      case .unclear, .notComparable: "Not shown whether \(candidate) is better or worse than \(baseline)"
      }
    let level = text.percent(text.comparison.level)
    let range = "\(text.signed(interval.lowerBound)) to \(text.signed(interval.upperBound))"
    let bound = nonInferiorityBound.map { ", one-sided \(level) bound \(text.signed($0))" } ?? ""
    let corrected =
      "\(finding), by the scores as people's verdicts on \(difference.rated) of \(difference.rated + difference.unrated) "
      + "rows correct them: \(text.signed(difference.mean)) on average, \(level) interval of the corrected difference "
      + "\(range)\(bound).\([doubt, note].compactMap { $0.map { " \($0)" } }.joined())"
    let precedence =
      verdict == judgeVerdict ? "The scores alone say the same." : "That takes precedence over the scores alone."
    return "\(corrected) \(precedence) The scores alone: \(alone)"
  }
}
