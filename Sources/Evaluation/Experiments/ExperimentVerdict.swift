/// One sentence or two that say whether an experiment has found the best of its versions.
package enum ExperimentVerdict {
  /// The probability of being the best from which on a version counts as found.
  static let enough = 0.95
  /// Outcomes below which no probability is believed: three in a row are soon had.
  static let fewestOutcomes = 20

  /// The verdict.
  ///
  /// - Parameters:
  ///   - arms: with their probabilities of being the best.
  ///   - name: what to call a version.
  ///   - isPublished: whether a version is the current one of its prompt.
  package static func sentence(
    _ arms: [ExperimentStatistics.Arm], name: (Int) -> String, isPublished: (Int) -> Bool
  ) -> String {
    guard arms.count > 1 else { return "Only one version takes part, so there is nothing to compare." }
    guard arms.contains(where: { $0.outcomes > 0 }) else {
      return "Not enough evidence yet: no outcomes. experiments_feedback records them."
    }
    guard let best = arms.max(by: { $0.probabilityOfBest ?? 0 < $1.probabilityOfBest ?? 0 }),
      let probability = best.probabilityOfBest
    else { return "" }
    let leader = "\(name(best.promptID)) (prompt \(best.promptID))"
    let rates = "\(best.positive) of \(best.outcomes) positive against \(others(arms, than: best))"
    let share = "a probability of \(percent(probability)) of being the best"
    guard probability >= enough else {
      return "Not enough evidence yet: \(leader) leads with \(share), \(rates); \(percent(enough)) decide."
    }
    guard best.outcomes >= fewestOutcomes else {
      return "Not enough evidence yet: \(leader) leads with \(share), but on \(best.outcomes) outcomes only, "
        + "\(rates); \(fewestOutcomes) decide."
    }
    if let untried = arms.first(where: { $0.outcomes == 0 }) {
      let other = "\(name(untried.promptID)) (prompt \(untried.promptID))"
      return "Not enough evidence yet: \(leader) leads with \(share), but nothing is known of \(other), \(rates). "
        + "Give it a share, or take it out with experiments_update."
    }
    let wayOn =
      isPublished(best.promptID)
      ? "It is published already." : "prompts_publish with id \(best.promptID) publishes it."
    return "Enough evidence: \(leader) is the best with a probability of \(percent(probability)), \(rates). \(wayOn)"
  }

  private static func others(_ arms: [ExperimentStatistics.Arm], than best: ExperimentStatistics.Arm) -> String {
    let rest = arms.filter { $0.promptID != best.promptID }
    return rest.map { "\($0.positive) of \($0.outcomes)" }.joined(separator: ", ")
  }

  private static func percent(_ share: Double) -> String {
    // What is never certain must not read as if it were.
    let tenths = min(Int((share * 1000).rounded()), 999)
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
