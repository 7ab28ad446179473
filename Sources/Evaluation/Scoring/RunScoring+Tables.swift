package import Store

extension Tables {
  /// How the scores of a run follow from its responses, as run, metrics and judge are now.
  package func scoring(of run: RunRecord) -> RunScoring {
    var scoring = RunScoring(
      scoring: run.scoring, expectedColumn: run.expectedColumn, judgeModel: run.judgeModel,
      judgeSamples: run.judgeSamples, judgeEffort: run.judgeEffort, judgeMaxTokens: run.judgeMaxTokens,
      form: run.comparedForm(of: prompts[run.promptID]), criteria: criteria(of: run))
    let deleted = run.judgeModel == nil ? [] : deletedMetricIDs(of: run)
    if deleted.isEmpty { return scoring }
    // A damaged record is reported where it is shown.
    do { try scoring.count(deleted: deleted, reviewedIn: responses.entries(ofRun: run.id)) } catch {}
    return scoring
  }

  /// What the judge of a run is asked about; empty for a run without a judge.
  ///
  /// A metric that was deleted is asked about no more, and nothing takes its place. LlmJudge without any metric is asked
  /// about agreement with the expected output.
  func criteria(of run: RunRecord) -> [Criterion] {
    guard run.judgeModel != nil else { return [] }
    if run.metricIDs.isEmpty { return run.scoring.scorer.isJudged ? [.agreement] : [] }
    return run.metricIDs.compactMap { metrics[$0] }.map(Criterion.init)
  }

  /// The run's metrics that were deleted.
  package func deletedMetricIDs(of run: RunRecord) -> [Int] { run.metricIDs.filter { !metrics.contains(id: $0) } }
}
