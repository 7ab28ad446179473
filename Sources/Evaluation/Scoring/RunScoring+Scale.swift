extension RunScoring {
  /// The scale of the scores; nil without scores.
  ///
  /// A single check gives the scores that its kind and arguments allow. The mean of several can lie between them.
  package var scale: ScoreScale? { onlyCheck?.scale ?? scorer.scale }

  /// The scale of these scores; nil without scores.
  ///
  /// The scores of a single check that happen to be 0 and 1 are a rate, even if the check can give fractions.
  package func scale(of scores: some Sequence<Double>) -> ScoreScale? {
    onlyCheck.map { $0.scale.narrowed(to: scores) } ?? scorer.scale
  }

  /// The check that alone makes the score; nil for several, and for another scoring.
  private var onlyCheck: Metric? { scorer.isChecked && scoringMetrics.count == 1 ? scoringMetrics.first : nil }
}
