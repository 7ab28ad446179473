package import Store

/// What makes a run's scores doubtful.
package enum RunWarnings {
  /// The fewest scores whose share at the ceiling says something.
  private static let fewestForCeiling = 10

  /// Sentences on a run's figures, most serious first; empty for a sound one.
  ///
  /// - Parameters:
  ///   - model: the generating model, nil if unknown.
  ///   - judgeModel: the judging one, nil for a run that is not judged. Both named in the same way.
  package static func sentences(
    _ statistics: RunStatistics, scoring: Scoring, model: String?, judgeModel: String?
  ) -> [String] {
    [
      failedReviews(statistics), truncation(statistics), selfJudgement(model, judgeModel),
      sameScores(statistics) ?? ceiling(statistics, scoring),
    ].compactMap { $0 }
  }

  private static func selfJudgement(_ model: String?, _ judgeModel: String?) -> String? {
    guard let model, model == judgeModel else { return nil }
    return "The judge is the model that wrote the responses (\(model)); models favour their own text. "
      + "Judge with another one."
  }

  private static func sameScores(_ statistics: RunStatistics) -> String? {
    guard let score = statistics.highestScore, statistics.scoreCount > 1, score == statistics.lowestScore else {
      return nil
    }
    return "All \(statistics.scoreCount) scores are \(text(score)): they tell no response from another. "
      + "Use harder rows or a sharper rubric."
  }

  private static func ceiling(_ statistics: RunStatistics, _ scoring: Scoring) -> String? {
    let count = statistics.scoreCount
    guard count >= fewestForCeiling, let top = scoring.range?.upperBound, statistics.highestScore == top,
      statistics.highestScoreCount * 10 >= count * 9
    else { return nil }
    return
      "\(statistics.highestScoreCount) of \(count) scores are at the ceiling (\(text(top))): there is hardly room to "
      + "see an improvement. Use harder rows or a sharper rubric."
  }

  private static func truncation(_ statistics: RunStatistics) -> String? {
    guard statistics.truncated > 0 else { return nil }
    return "\(statistics.truncated) of \(statistics.completed + statistics.failed) responses were cut off at the token "
      + "limit: raise max_tokens."
  }

  private static func failedReviews(_ statistics: RunStatistics) -> String? {
    guard statistics.reviewsFailed > 0 else { return nil }
    return
      "\(statistics.reviewsFailed) of \(statistics.reviewsFailed + statistics.reviewsCompleted) reviews failed and "
      + "count in no score: see error in the reviews; runs_generate with retry_failed: true tries them again."
  }

  private static func text(_ score: Double) -> String {
    score == score.rounded() ? "\(Int(score))" : "\((score * 100).rounded() / 100)"
  }
}
