package import Store

/// Everything besides the responses that determines a run's scores.
///
/// Scores of unequal origin measure different things: they are never averaged, and only compared with a warning.
package struct ScoreOrigin: Sendable, Equatable {
  /// A metric of a run in its current wording.
  package struct Criterion: Sendable, Equatable, Hashable {
    /// Nil for the built-in criterion, agreement with the expected output.
    package let metricID: Int?
    /// The fingerprint of everything that the judge is told about the metric, or that decides what its check scores.
    package let fingerprint: String

    package init(metricID: Int?, fingerprint: String) {
      self.metricID = metricID
      self.fingerprint = fingerprint
    }
  }

  package var scoring: Scoring
  /// The column of the expected output; nil for the standard one.
  package var expectedColumn: String?
  /// The judge's canonical name; nil for scores without a judge.
  package var judgeModel: String?
  /// The number of samples from which a review takes the median.
  package var judgeSamples: Int
  /// The judge's reasoning effort; nil for its vendor's default.
  package var judgeEffort: String?
  /// In no particular order.
  package var criteria: Set<Criterion>
  /// Whether all scores record their origin; those made before format 3 of the store do not.
  package var isRecorded: Bool

  package init(
    scoring: Scoring, expectedColumn: String? = nil, judgeModel: String? = nil, judgeSamples: Int = 1,
    judgeEffort: String? = nil, criteria: Set<Criterion> = [], isRecorded: Bool = true
  ) {
    self.scoring = scoring
    self.expectedColumn = expectedColumn
    self.judgeModel = judgeModel
    self.judgeSamples = judgeSamples
    self.judgeEffort = judgeEffort
    self.criteria = criteria
    self.isRecorded = isRecorded
  }
}
