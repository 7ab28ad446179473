extension CorrectedDifference {
  /// What people's verdicts say of two runs, before the sentence on the judge's scores alone; or why they say nothing.
  ///
  /// - Parameters:
  ///   - text: the sentence on the scores alone, with its way to word numbers.
  ///   - alone: its words.
  func sentence(_ text: VerdictSentence, alone: String) -> String {
    guard let difference, let interval else { return [alone, reason].compactMap(\.self).joined(separator: " ") }
    let (candidate, baseline) = (text.candidate, text.baseline)
    let finding =
      switch verdict {
      case .better, .worse: "\(candidate) is \(verdict.rawValue) than \(baseline)"
      case .same: "\(candidate) and \(baseline) score the same to within \(text.comparison.margin.plainText)"
      case .notWorse: "\(candidate) is not worse than \(baseline) by more than \(text.comparison.margin.plainText)"
      case .unclear, .notComparable: "Not shown whether \(candidate) is better or worse than \(baseline)"
      }
    let range = "\(text.signed(interval.lowerBound)) to \(text.signed(interval.upperBound))"
    let corrected =
      "\(finding), by the scores as people's verdicts on \(difference.rated) of \(difference.rated + difference.unrated) "
      + "rows correct them: \(text.signed(difference.mean)) on average, \(text.percent(text.comparison.level)) interval "
      + "\(range)."
    let precedence =
      verdict == judgeVerdict ? "The scores alone say the same." : "That takes precedence over the scores alone."
    return "\(corrected) \(precedence) The scores alone: \(alone)"
  }
}
