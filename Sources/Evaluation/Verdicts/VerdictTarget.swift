import JSONCoding
package import Store

/// What people score: a metric in one wording, or a run's score as a whole.
package struct VerdictTarget: Sendable, Equatable {
  /// Nil for the run's score as a whole, and for the built-in ``Criterion/agreement``.
  package let metricID: Int?
  package let name: String
  /// The fingerprint of the wording, as of a review.
  package let fingerprint: String
  /// Whether people give 1 to 5, like a judge; otherwise they say whether the response is right.
  package let takesStars: Bool

  /// Whether a verdict is about it, in this wording.
  package func matches(_ verdict: VerdictRecord) -> Bool {
    verdict.metricID == metricID && verdict.fingerprint == fingerprint && (verdict.score != nil) == takesStars
  }
}

extension VerdictTarget {
  init(_ metric: RunScoring.Metric) {
    self.init(
      metricID: metric.id == 0 ? nil : metric.id, name: metric.name, fingerprint: metric.fingerprint,
      takesStars: metric.scale.bounds.upperBound > 1)
  }
}

extension RunScoring {
  /// What people can score of the run: its score, and each of its metrics.
  package var targets: [VerdictTarget] {
    (scoreTarget.map { [$0] } ?? []) + allMetrics.map(VerdictTarget.init).filter { $0 != scoreTarget }
  }

  /// Whether the run's score is the target or consists of it, besides others.
  package func isScored(by target: VerdictTarget) -> Bool {
    target == scoreTarget || scoringMetrics.contains { VerdictTarget($0) == target }
  }

  /// The run's score; nil where nothing is scored.
  ///
  /// A score that consists of one metric is that metric's.
  package var scoreTarget: VerdictTarget? {
    if scorer.comparesTexts {
      return VerdictTarget(
        metricID: nil, name: "score", fingerprint: Fingerprint.of("right\u{1f}\(expectedColumn ?? "")"),
        takesStars: false)
    }
    if scoringMetrics.count == 1 { return VerdictTarget(scoringMetrics[0]) }
    return scoringMetrics.isEmpty
      ? nil
      : VerdictTarget(
        metricID: nil, name: "score",
        fingerprint: Fingerprint.of(scoringMetrics.map(\.fingerprint).sorted().joined(separator: "\u{1f}")),
        takesStars: scorer.isJudged)
  }
}

extension RunScoring {
  /// Refuses a verdict by a metric that does not apply to the row of a response: it would count for nothing.
  func check(_ verdict: VerdictRecord, on entry: ResponseEntry) throws(EvaluationError) {
    let metric = verdict.metricID.flatMap { id in allMetrics.first { $0.id == id } }
    if let metric, isSkipped(entry, by: metric) {
      throw EvaluationError(
        "Metric \(metric.id) \"\(metric.name.clipped(to: 60))\" does not apply to row_index \(entry.rowIndex), so response "
          + "\(entry.id) has no score by it. Leave this verdict out.")
    }
    if verdict.metricID == nil, isBeyondMetrics(entry) {
      throw EvaluationError(
        "No metric of run \(entry.runID) applies to row_index \(entry.rowIndex), so response \(entry.id) has no score. Leave "
          + "this verdict out.")
    }
  }
}

extension Tables {
  /// What a verdict on a response of a run is about.
  ///
  /// - Parameter metricID: nil for the run's score as a whole.
  /// A metric that was deleted is that of the run's reviews by it.
  ///
  /// - Returns: the criterion, and its wording for people; no wording for a metric that was deleted.
  package func verdictTarget(
    of run: RunRecord, metricID: Int?
  ) throws(EvaluationError) -> (target: VerdictTarget, wording: String?) {
    if let metricID {
      if !metrics.contains(id: metricID),
        let deleted = scoring(of: run).allMetrics.first(where: { $0.id == metricID && $0.isDeleted })
      {
        return (VerdictTarget(deleted), nil)
      }
      let metric = try find(MetricRecord.self, metricID)
      if let check = CheckedMetric(metric) {
        return (
          VerdictTarget(
            metricID: metric.id, name: metric.name,
            fingerprint: check.fingerprint(expectedColumn: RunScoring.recorded(run.expectedColumn)), takesStars: false),
          check.text
        )
      }
      let criterion = Criterion(metric)
      return (
        VerdictTarget(
          metricID: metric.id, name: metric.name, fingerprint: criterion.fingerprint, takesStars: true),
        CriterionWording(criterion, values: [:]).text
      )
    }
    let scoring = scoring(of: run)
    guard let target = scoring.scoreTarget else {
      throw EvaluationError(
        "Run \(run.id) has no score to give a verdict on. Give metric_id: the metric by which the response is scored.")
    }
    if let metricID = target.metricID { return try verdictTarget(of: run, metricID: metricID) }
    let criteria = criteria(of: run)
    let wording =
      scoring.scorer.isJudged && criteria.count == 1
      ? CriterionWording(criteria[0], values: [:]).text
      : scoring.scorer.comparesTexts
        ? "Is the response right?" : "All of: \(scoring.scoringMetrics.map(\.name).joined(separator: ", "))."
    return (target, wording)
  }
}
