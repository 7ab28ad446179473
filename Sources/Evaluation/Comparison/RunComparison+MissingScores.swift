import Store

/// Rows without a score, and how they get one.
extension RunComparison {
  /// Advice on how rows without a score get one, if reviews are missing; nil otherwise.
  static func missingReviews(_ sides: [ComparedRun]) -> String? {
    let lacking = sides.filter { $0.scoring.scorer.isJudged && $0.statistics.reviewsMissing > 0 }
    if sides.contains(where: { $0.scoring.scorer.isJudged && $0.statistics.reviewsCutOff > 0 }) {
      return "reviews were cut off at judge_max_tokens. \(MissingReviews.higherLimit)"
    }
    if let sentence = missingChecks(sides) { return sentence }
    let hasFailed = sides.contains { $0.statistics.failed > 0 || $0.statistics.reviewsFailed > 0 }
    if lacking.isEmpty { return nil }
    return hasFailed
      ? "some failed, others lack reviews. runs_generate with retry_failed: true tries and makes them."
      : "they lack reviews. \(MissingReviews.remedy(runs: lacking.map(\.run.id)))"
  }

  /// The same for results of checks.
  private static func missingChecks(_ sides: [ComparedRun]) -> String? {
    let lacking = sides.filter { $0.scoring.scorer.isChecked && $0.statistics.checksMissing > 0 }
    if lacking.isEmpty {
      let hasFailed = sides.contains { $0.scoring.scorer.isChecked && $0.statistics.checksFailed > 0 }
      return hasFailed ? "a check could not score answers. \(MissingReviews.checkChange)" : nil
    }
    return "they lack results of checks. \(MissingReviews.checkRemedy(runs: lacking.map(\.run.id)))"
  }
}
