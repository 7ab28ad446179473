extension PairedComparison {
  /// A row's score in both runs.
  package struct Row: Sendable, Equatable {
    /// Nil where the run has no score because the answer, or a review of it, failed.
    package var baseline: Double?
    package var candidate: Double?
    /// Rows with the same group, such as copies of a row, are one piece of evidence.
    package var group: Int
    /// Whether an answer has no score although there is an answer, so that no missing score of the row counts 0.
    package var isUnknown: Bool
    /// The failed answers that count 0; nil if none failed, and for a row without a score all of whose answers are lost.
    package var baselineFailures: FailedAnswers?
    package var candidateFailures: FailedAnswers?

    package init(
      baseline: Double?, candidate: Double?, group: Int, isUnknown: Bool = false,
      baselineFailures: FailedAnswers? = nil, candidateFailures: FailedAnswers? = nil
    ) {
      self.isUnknown = isUnknown
      self.baseline = baseline
      self.candidate = candidate
      self.group = group
      self.baselineFailures = baselineFailures
      self.candidateFailures = candidateFailures
    }

    /// The same row with missing scores filled in.
    func filled(baseline first: Double, candidate second: Double) -> Row {
      var row = self
      (row.baseline, row.candidate) = (baseline ?? first, candidate ?? second)
      return row
    }

    /// The same row without the answers that were lost.
    ///
    /// - Parameter counted: the row with what counts for a missing score.
    func withoutLost(_ counted: Row) -> Row {
      var row = self
      row.baseline = counted.baseline.flatMap { _ in baselineFailures.map(\.scoreWithoutLost) ?? baseline }
      row.candidate = counted.candidate.flatMap { _ in candidateFailures.map(\.scoreWithoutLost) ?? candidate }
      return row
    }
  }

  /// What the failed answers to a row leave of its score.
  ///
  /// An answer that failed in passing, as in an outage, is lost: it says nothing of its run. An answer that the model
  /// withheld, or a request that the provider rejected for what it holds, is the run's own result: see
  /// ``Store/ResponseEntry/failure``.
  package struct FailedAnswers: Sendable, Equatable {
    /// The mean without the lost answers, in which other failed ones count 0; nil if all are lost.
    package let scoreWithoutLost: Double?

    package init(scoreWithoutLost: Double?) { self.scoreWithoutLost = scoreWithoutLost }
  }
}
