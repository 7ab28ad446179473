package import Store

extension Tables {
  /// The rule for a run's scores, by the current run, metrics and judge.
  package func scoring(of run: RunRecord) -> RunScoring {
    var scoring = RunScoring(
      scoring: run.scoring, expectedColumn: run.expectedColumn, judgeModel: run.judgeModel,
      judgeSamples: run.judgeSamples, judgeEffort: run.judgeEffort, judgeMaxTokens: run.judgeMaxTokens,
      form: run.comparedForm(of: prompts[run.promptID]),
      judgeMaterial: run.judgeMaterial(of: prompts[run.promptID]), criteria: criteria(of: run),
      checks: checkedMetrics(of: run))
    let deleted = deletedMetricIDs(of: run)
    if deleted.isEmpty { return scoring }
    // A damaged record is reported where it is displayed.
    do { try scoring.count(deleted: deleted, reviewedIn: responses.entries(ofRun: run.id)) } catch {}
    return scoring
  }

  /// The criteria of a run's judge; empty for a run without a judge.
  ///
  /// A deleted metric is no longer used, and nothing replaces it. LlmJudge without any metric for a judge judges agreement with the
  /// expected output.
  package func criteria(of run: RunRecord) -> [Criterion] {
    guard run.judgeModel != nil else { return [] }
    if judgeMetricIDs(of: run).isEmpty { return run.scoring.scorer.isJudged ? [.agreement] : [] }
    return judgeMetrics(of: run).map(Criterion.init)
  }

  /// The run's metrics for a judge that were not deleted, also of a run without a judge.
  package func judgeMetrics(of run: RunRecord) -> [MetricRecord] { judgeMetricIDs(of: run).compactMap { metrics[$0] } }

  /// The run's metrics with checks.
  package func checkedMetrics(of run: RunRecord) -> [CheckedMetric] {
    run.metricIDs.compactMap { metrics[$0] }.compactMap(CheckedMetric.init)
  }

  /// The run's metrics for a judge, some of which may have been deleted.
  package func judgeMetricIDs(of run: RunRecord) -> [Int] {
    let checks = Set(checkMetricIDs(of: run))
    return run.metricIDs.filter { !checks.contains($0) }
  }

  /// The run's metrics with checks, some of which may have been deleted.
  ///
  /// The reviews of the run tell what a deleted metric was, and without any, the run's scoring.
  package func checkMetricIDs(of run: RunRecord) -> [Int] {
    let deleted = Set(deletedMetricIDs(of: run))
    let entries = deleted.isEmpty ? [] : responses.entries(ofRun: run.id)
    return run.metricIDs.filter { id in
      guard deleted.contains(id) else { return metrics[id]?.check != nil }
      return entries.lazy.flatMap(\.reviews).first { $0.metricID == id }?.isCheck ?? run.scoring.scorer.isChecked
    }
  }

  /// The run's metrics that were deleted.
  package func deletedMetricIDs(of run: RunRecord) -> [Int] { run.metricIDs.filter { !metrics.contains(id: $0) } }
}

extension RunScoring {
  /// The column of the expected output as it is recorded: nil for the standard one.
  static func recorded(_ expectedColumn: String?) -> String? {
    expectedColumn == RunRows.standardExpectedColumn ? nil : expectedColumn
  }
}
