package import Store

/// Everything that determines a run's scores besides its responses.
///
/// Scores of unequal origin measure different things: they are never averaged, and never compared without saying so.
package struct ScoreOrigin: Sendable, Equatable {
  /// A metric of a run as it is worded now.
  package struct Criterion: Sendable, Equatable, Hashable {
    /// Nil for the built-in criterion, agreement with the expected output.
    package let metricID: Int?
    /// Of the metric's name, instruction and bands.
    package let fingerprint: String

    package init(metricID: Int?, fingerprint: String) {
      self.metricID = metricID
      self.fingerprint = fingerprint
    }
  }

  package var scoring: Scoring
  /// The column that answers are compared with; nil for the standard one.
  package var expectedColumn: String?
  /// The judge's canonical name; nil for scores that no judge gave.
  package var judgeModel: String?
  /// How many judgements a review is the median of.
  package var judgeSamples: Int
  /// How much the judge was to think; nil where its vendor decided.
  package var judgeEffort: String?
  /// In no particular order.
  package var criteria: Set<Criterion>
  /// Whether all scores record what they were made with; those made before format 3 of the store do not.
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
