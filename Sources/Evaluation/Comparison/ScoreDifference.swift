import Store

/// The reasons why the scores of two runs measure different things.
enum ScoreDifference {
  /// The reason and the remedy; nil if the scores can be compared.
  static func sentence(_ baseline: ComparedRun, _ candidate: ComparedRun) -> String? {
    let names = "\(candidate.title(besides: baseline)) and \(baseline.title(besides: candidate))"
    guard let difference = difference(baseline, candidate, baseline.origin, candidate.origin) else {
      return missingReviews([candidate, baseline]) ?? missingChecks([candidate, baseline])
    }
    return "\(names) cannot be compared: \(difference)"
  }

  private static func difference(
    _ baseline: ComparedRun, _ candidate: ComparedRun, _ first: ScoreOrigin, _ second: ScoreOrigin
  ) -> String? {
    if first.scoring != second.scoring {
      return
        "they are scored differently (\(second.scoring.rawValue), \(first.scoring.rawValue)). runs_update with "
        + "scoring, and with metric_ids and judge_model where it needs them, scores either of them again."
    }
    if first.scoring.scorer.scale == nil {
      return "neither of them is scored. runs_update with scoring scores their answers."
    }
    if first.expectedColumn != second.expectedColumn {
      let columns = [second, first].map { $0.expectedColumn ?? RunRows.standardExpectedColumn }
      return "their answers were compared with different expected columns (\(columns.joined(separator: ", "))). "
        + "runs_update with expected_column scores either of them again, free of charge."
    }
    if first.scoring.scorer.isChecked, first.criteria != second.criteria {
      let checks = [candidate, baseline].map { $0.scoring.checks.map(\.name).joined(separator: " and ") }
      return
        "they were scored by different checks (\(checks.joined(separator: "; "))). runs_update with metric_ids scores "
        + "either of them again, free of charge."
    }
    guard first.scoring.scorer.isJudged else {
      guard first.isRecorded != second.isRecorded else { return nil }
      let old = first.isRecorded ? candidate : baseline
      return "run \(old.run.id) was scored by an earlier version, perhaps by another rule. runs_update with scoring "
        + "\(first.scoring.rawValue) scores it again, free of charge."
    }
    let judgeAgain = "Judge both alike with runs_judge."
    if first.judgeModel != second.judgeModel {
      let models = [second, first].compactMap(\.judgeModel).joined(separator: ", ")
      return "they were judged by different models (\(models)). \(judgeAgain)"
    }
    if first.judgeSamples != second.judgeSamples {
      return "they were judged with different numbers of samples (judge_samples \(second.judgeSamples), "
        + "\(first.judgeSamples)). \(judgeAgain)"
    }
    if first.judgeEffort != second.judgeEffort {
      let efforts = [second, first].map { $0.judgeEffort ?? "none given" }.joined(separator: ", ")
      return "the judge_effort of their judges differs (\(efforts)). \(judgeAgain)"
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
    // An existing metric has one wording, by which both runs are read. For a deleted one, each run keeps its own.
    let metrics = candidate.scoring.metrics.filter { reworded.contains($0.id) }.map(\.name)
    return "they were judged by different wordings of \(metrics.joined(separator: " and ")), which was deleted since. "
      + "Judge both by the same metrics with runs_judge and metric_ids."
  }

  /// Why checked runs have no score at all; nil if both have some.
  private static func missingChecks(_ sides: [ComparedRun]) -> String? {
    let unscored = sides.filter { side in
      side.scoring.scorer.isChecked && side.statistics.scoreCount == 0 && side.statistics.checksMissing > 0
    }
    if unscored.isEmpty { return nil }
    return "\(names(unscored)) cannot be compared: \(unscored.count == 1 ? "it has" : "they have") no results of the "
      + "checks as they are now. \(MissingReviews.checkRemedy(runs: unscored.map(\.run.id)))"
  }

  /// Why judged runs have no score at all; nil if both have some.
  private static func missingReviews(_ sides: [ComparedRun]) -> String? {
    let unscored = sides.filter { side in
      side.scoring.scorer.isJudged && side.statistics.scoreCount == 0 && side.statistics.completed > 0
    }
    let failed = unscored.filter { $0.statistics.reviewsFailed > 0 }
    let missing = unscored.filter { $0.statistics.reviewsFailed == 0 }
    var sentences: [String] = []
    if !failed.isEmpty {
      sentences.append(
        "\(names(failed)) cannot be compared: every review of \(failed.count == 1 ? "it" : "them") that counts has failed. "
          + (failed.contains { $0.statistics.reviewsCutOff > 0 }
            ? MissingReviews.higherLimit : "runs_generate with retry_failed: true tries them again."))
    }
    if !missing.isEmpty {
      sentences.append(
        "\(names(missing)) cannot be compared: \(missing.count == 1 ? "it has" : "they have") no reviews by the judge "
          + "and the metrics as they are worded now. \(MissingReviews.remedy(runs: missing.map(\.run.id)))")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// `Run 3 "a" and run 4 "b"`.
  private static func names(_ sides: [ComparedRun]) -> String {
    let names = sides.map { "run \($0.run.id) \($0.title)" }.joined(separator: " and ")
    return names.prefix(1).uppercased() + names.dropFirst()
  }
}
