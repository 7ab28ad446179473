package import Store

/// Where the scores of a run come from.
extension RunScoring {
  /// Whether a counted score or review lacks its origin, or a score comes from an earlier rule.
  package func hasUnrecorded(_ entries: [ResponseEntry]) -> Bool {
    if scorer.comparesTexts { return entries.containsInPlace { !isMade($0) && score(of: $0) != nil } }
    return !metrics.isEmpty
      && entries.containsInPlace { entry in metrics.contains { review(of: entry, by: $0)?.origin == 0 } }
  }

  /// The origin of the scores of these responses.
  package func origin(of entries: [ResponseEntry]) -> ScoreOrigin { origin(isRecorded: !hasUnrecorded(entries)) }

  /// The origin of scores.
  ///
  /// - Parameter isRecorded: whether every response has it; see ``hasUnrecorded(_:)``.
  func origin(isRecorded: Bool) -> ScoreOrigin {
    let isJudged = scorer.isJudged
    return ScoreOrigin(
      scoring: scoring, expectedColumn: scoring == .none ? nil : expectedColumn,
      judgeModel: isJudged ? judgeModel : nil,
      judgeSamples: isJudged ? judgeSamples : 1, judgeEffort: isJudged ? judgeEffort : nil,
      criteria: Set(scoringMetrics.map { .init(metricID: $0.id == 0 ? nil : $0.id, fingerprint: $0.fingerprint) }),
      isRecorded: isRecorded)
  }

  /// Equal for rules that give the same scores, and different for others.
  package var fingerprint: String {
    let origins = scorer.comparesTexts ? [comparison] : scoringMetrics.map(\.origin).sorted()
    return Fingerprint.of(([scoring.rawValue] + origins.map(String.init)).joined(separator: " "))
  }
}
