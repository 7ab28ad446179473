import Store

/// Why the scores of two runs measure different things.
enum ScoreDifference {
  /// The reason with the way on; nil for scores that can be compared.
  static func sentence(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    let names = "\(candidate.title) and \(baseline.title)"
    guard let difference = difference(baseline, candidate, baseline.origin, candidate.origin) else {
      return [candidate, baseline].lazy.compactMap(missingScores).first
    }
    return "\(names) cannot be compared: \(difference)"
  }

  private static func difference(
    _ baseline: ComparedRun, _ candidate: ComparedRun, _ first: ScoreOrigin, _ second: ScoreOrigin
  ) -> String? {
    if first.scoring != second.scoring {
      return
        "they are scored differently (\(second.scoring.rawValue), \(first.scoring.rawValue)). runs_update with scoring "
        + "scores either of them again."
    }
    if first.scoring == .none { return "neither of them is scored. runs_update with scoring scores their answers." }
    if first.expectedColumn != second.expectedColumn {
      let columns = [second, first].map { $0.expectedColumn ?? RunRows.standardExpectedColumn }
      return "their answers were compared with different expected columns (\(columns.joined(separator: ", "))). "
        + "runs_update with expected_column scores either of them again, free of charge."
    }
    guard first.scoring == .llmJudge else { return nil }
    let judgeAgain = "Judge both alike with runs_judge."
    if first.judgeModel != second.judgeModel {
      let models = [second, first].compactMap(\.judgeModel).joined(separator: ", ")
      return "they were judged by different models (\(models)). \(judgeAgain)"
    }
    if first.judgeSamples != second.judgeSamples {
      return "they were judged with different numbers of samples (judge_samples \(second.judgeSamples), "
        + "\(first.judgeSamples)). \(judgeAgain)"
    }
    if Set(first.criteria.map(\.metricID)) != Set(second.criteria.map(\.metricID)) {
      let metrics = [candidate, baseline].map { $0.scoring.metrics.map(\.name).joined(separator: " and ") }
      return "they were judged by different metrics (\(metrics.joined(separator: "; "))). \(judgeAgain)"
    }
    if first.isRecorded != second.isRecorded {
      let old = first.isRecorded ? candidate : baseline
      return "run \(old.run.id) was judged before judge and wording of the metrics were recorded. \(judgeAgain)"
    }
    let reworded = Set(first.criteria.symmetricDifference(second.criteria).map { $0.metricID ?? 0 })
    guard !reworded.isEmpty else { return nil }
    // A metric that is still there has one wording, by which both are read; of a deleted one each run keeps its own.
    let metrics = candidate.scoring.metrics.filter { reworded.contains($0.id) }.map(\.name)
    return "they were judged by different wordings of \(metrics.joined(separator: " and ")), which was deleted since. "
      + "Judge both by the same metrics with runs_judge and metric_ids."
  }

  /// Why a run has no score at all, where its answers were judged; nil for one that has some.
  private static func missingScores(_ side: ComparedRun) -> String? {
    guard side.scoring.scoring == .llmJudge, side.statistics.scoreCount == 0, side.statistics.completed > 0 else {
      return nil
    }
    guard side.statistics.reviewsFailed == 0 else {
      return "Run \(side.run.id) \(side.title) cannot be compared: every review of it that counts has failed. "
        + "runs_generate with retry_failed: true tries them again."
    }
    let count = side.statistics.completed
    return
      "Run \(side.run.id) \(side.title) cannot be compared: \(count == 1 ? "its row has" : "its \(count) rows have") no "
      + "review by its judge of its metrics as they are worded now. runs_judge makes them; earlier reviews are kept."
  }
}
