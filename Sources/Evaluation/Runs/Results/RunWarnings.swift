import Store

/// Warnings about doubtful scores of a run.
package enum RunWarnings {
  /// The smallest number of scores for which the share at the ceiling is meaningful.
  private static let fewestForCeiling = 10

  /// The warnings about a run's figures, most serious first; empty for a sound run.
  ///
  /// - Parameters:
  ///   - isUnrecorded: whether some counted scores do not record their origin.
  ///   - unknownCost: what of the run's cost is not known.
  ///   - fault: makes why the judge of the scores is not trusted, for scores that are nearly equal.
  package static func sentences(
    _ statistics: RunStatistics, _ scoring: RunScoring, isUnrecorded: Bool = false,
    unknownCost: UnknownCost? = nil, fault: () throws -> JudgeFault?
  ) rethrows -> [String] {
    [
      unknownScorer(scoring.scorer), missingReviews(statistics, scoring), cutOffReviews(statistics),
      failedReviews(statistics), missingSamples(statistics, scoring), scatteredSamples(statistics),
      missingChecks(statistics),
      failedChecks(statistics),
      failedRows(statistics, scoring), beyondScoring(statistics, scoring),
      isUnrecorded ? unrecorded(scoring) : nil, unknownCost.map { whatIsUnknown($0, statistics) },
      uncounted(statistics, isExplained: unknownCost != nil), copies(statistics), truncation(statistics),
      refusals(statistics),
      try sameScores(statistics, scoring, fault) ?? ceiling(statistics, scoring, fault),
    ].compactMap { $0 }
  }

  /// What has a score: a row, or one of its answers.
  private static func units(_ statistics: RunStatistics) -> String { statistics.hasRepeats ? "answers" : "rows" }

  private static func unknownScorer(_ scorer: Scorer) -> String? {
    if Scorer.isKnown(scorer.scoring) { return nil }
    let names = Scorer.all.map(\.scoring.rawValue).joined(separator: ", ")
    return
      "The run is scored by \"\(scorer.scoring.rawValue)\", which this version of completion-kit does not know, so it "
      + "has no scores here. Update completion-kit, or set scoring to one of \(names) with runs_update."
  }

  private static func missingReviews(_ statistics: RunStatistics, _ scoring: RunScoring) -> String? {
    guard statistics.reviewsMissing > 0 else { return nil }
    let all = statistics.reviewsMissing + statistics.reviewsCompleted + statistics.reviewsFailed
    let rest =
      scoring.scorer.isJudged
      ? ", and \(statistics.hasRepeats ? "an answer" : "a row") without all of them has no score" : ""
    return
      "\(statistics.reviewsMissing) of \(all) reviews by \(scoring.judgeModel ?? "the judge") and the run's metrics "
      + "as they are now are missing\(rest). \(MissingReviews.remedy())"
  }

  private static func cutOffReviews(_ statistics: RunStatistics) -> String? {
    guard statistics.reviewsCutOff > 0 else { return nil }
    return
      "\(statistics.reviewsCutOff) of \(statistics.reviewsFailed + statistics.reviewsCompleted) reviews were cut off at "
      + "judge_max_tokens and leave their \(units(statistics)) without a score. \(MissingReviews.higherLimit)"
  }

  private static func failedReviews(_ statistics: RunStatistics) -> String? {
    let failed = statistics.reviewsFailed - statistics.reviewsCutOff
    guard failed > 0 else { return nil }
    return
      "\(failed) of \(statistics.reviewsFailed + statistics.reviewsCompleted) reviews failed and "
      + "leave their \(units(statistics)) without a score: see error in the reviews; runs_generate with retry_failed: true tries them "
      + "again."
  }

  private static func missingChecks(_ statistics: RunStatistics) -> String? {
    guard statistics.checksMissing > 0 else { return nil }
    let all = statistics.checksMissing + statistics.checksCompleted + statistics.checksFailed
    return
      "\(statistics.checksMissing) of \(all) results of the run's checks as they are now are missing. "
      + MissingReviews.checkRemedy()
  }

  private static func failedChecks(_ statistics: RunStatistics) -> String? {
    guard statistics.checksFailed > 0 else { return nil }
    return
      "\(statistics.checksFailed) of \(statistics.checksFailed + statistics.checksCompleted) results of checks have no "
      + "score. \(MissingReviews.checkChange)"
  }

  /// That answers have no score for lack of an expected output; nil where all have one.
  package static func withoutExpectedOutput(_ statistics: RunStatistics, _ scoring: RunScoring) -> String? {
    guard scoring.scorer.comparesTexts else { return nil }
    return unscored(statistics) { rows in "the expected output of \(rows) is empty" }
  }

  private static func beyondScoring(_ statistics: RunStatistics, _ scoring: RunScoring) -> String? {
    if scoring.scorer.comparesTexts { return nil }
    let what = scoring.scorer.isChecked ? "check" : "metric of the judge"
    return unscored(statistics) { rows in "no \(what) of the run applies to \(rows)" }
  }

  /// That answers have no score, whatever they say; nil without such answers.
  ///
  /// - Parameter reason: says it of their rows.
  private static func unscored(_ statistics: RunStatistics, because reason: (_ rows: String) -> String) -> String? {
    let count = statistics.beyondScoring
    guard count > 0 else { return nil }
    let (have, rows) = count == 1 ? ("has", "its row") : ("have", "their rows")
    let rest = statistics.scoreCount > 0 ? ": avg_score is the mean of the others" : ""
    return "\(count) of \(statistics.completed) answers \(have) no score, because \(reason(rows))\(rest)."
  }

  private static func missingSamples(_ statistics: RunStatistics, _ scoring: RunScoring) -> String? {
    guard statistics.reviewsLackingSamples > 0 else { return nil }
    return
      "\(statistics.reviewsLackingSamples) of \(statistics.reviewsCompleted) reviews are the median of fewer samples than "
      + "judge_samples (\(scoring.judgeSamples)), because the judge's other answers were cut off or could not be read."
  }

  private static func scatteredSamples(_ statistics: RunStatistics) -> String? {
    let (scattered, all) = (statistics.reviewsScattered, statistics.reviewsSampled)
    guard scattered > 0 else { return nil }
    let share = Int((100 * Double(scattered) / Double(all)).rounded())
    return
      "The samples of \(scattered) of \(all) reviews (\(max(share, 1)) %) differ by 2 points or more: the judge is unsure of these "
      + "answers, or its rubric can be read in two ways. responses_get shows the samples; a sharper rubric narrows them."
  }

  private static func failedRows(_ statistics: RunStatistics, _ scoring: RunScoring) -> String? {
    guard statistics.failed > 0, statistics.scoreCount + statistics.failedForGood > 0 else { return nil }
    let rows = statistics.completed + statistics.failed
    let what = units(statistics)
    guard statistics.scoreCount > 0 else {
      return "\(statistics.failed) of \(rows) \(what) failed. \(retry(statistics))"
    }
    let wrong = scoring.scorer.countsFailuresAsZero ? statistics.failed - statistics.failedBeyondScoring : 0
    let counted = wrong == statistics.failed ? "them" : "\(wrong) of them"
    let zero = wrong > 0 ? "; score_with_failures_as_zero counts \(counted) as 0" : ""
    return "\(statistics.failed) of \(rows) \(what) failed: avg_score is the mean of the other \(statistics.scoreCount)"
      + "\(zero). \(retry(statistics))"
  }

  /// How failed rows are tried again.
  private static func retry(_ statistics: RunStatistics) -> String {
    let (lasting, failed) = (statistics.failedForGood, statistics.failed)
    guard lasting > 0 else { return "runs_generate with retry_failed: true tries them again." }
    let cause = "would probably fail again, as after a content filter, an answer without text or a rejected request:"
    guard lasting < failed else {
      return
        "\(failed == 1 ? "It" : "They") \(cause) only runs_generate with retry_failed: true tries \(failed == 1 ? "it" : "them") "
        + "again."
    }
    return
      "\(lasting) of them \(cause) a run that goes on leaves \(lasting == 1 ? "it" : "these") out. runs_generate with "
      + "retry_failed: true tries all failed rows again."
  }

  private static func refusals(_ statistics: RunStatistics) -> String? {
    guard statistics.refusals > 0 else { return nil }
    return
      "\(statistics.refusals) of \(statistics.completed + statistics.failed) responses are refusals by the model (finish_reason "
      + "refusal). Those with a text are scored like any answer."
  }

  private static func unrecorded(_ scoring: RunScoring) -> String {
    scoring.scorer.comparesTexts
      ? "Scores of this run were made by an earlier version, which may have compared with another column or by another "
        + "rule. runs_update with scoring \(scoring.scoring.rawValue) scores the answers again, free of charge."
      : "Reviews of this run were made before runs recorded judge and wording, so they may be by another judge or of "
        + "another wording. runs_judge judges anew."
  }

  private static func whatIsUnknown(_ unknown: UnknownCost, _ statistics: RunStatistics) -> String {
    let later = unknown.laterSentence(known: statistics.knownCost, isAll: statistics.uncountedCalls == 0)
    return unknown.sentence + atLeast(statistics) + (later.map { " \($0)" } ?? "")
  }

  /// What a run of unknown cost has cost at least; empty where nothing is known, or ``uncounted(_:isExplained:)`` tells it.
  private static func atLeast(_ statistics: RunStatistics) -> String {
    guard statistics.uncountedCalls == 0, statistics.knownCost > 0 else { return "" }
    return " The others cost \(Dollars.text(statistics.knownCost)), so the run has cost at least that."
  }

  private static func uncounted(_ statistics: RunStatistics, isExplained: Bool) -> String? {
    let count = statistics.uncountedCalls - statistics.lostCalls
    guard count > 0 else {
      guard !isExplained, statistics.completed > 0, statistics.lostCalls == 0, statistics.totalCost == nil else {
        return nil
      }
      return
        "The cost of the judge's test is not known: its model has no known price, or its server counts no tokens. "
        + "provider_credentials_update with input_price and output_price gives a price."
    }
    let calls = count == 1 ? "1 call" : "\(count) calls"
    return "The cost of \(calls) is unknown, because no complete answer arrived; the run has cost at least "
      + "\(Dollars.text(statistics.knownCost))."
  }

  /// What was lost with servers that ended before the run did; nil without lost calls.
  package static func lostCalls(_ statistics: RunStatistics) -> String? {
    guard statistics.lostCalls > 0 else { return nil }
    let calls = statistics.lostCalls == 1 ? "1 call" : "\(statistics.lostCalls) calls"
    return
      "Up to \(calls) may have been paid for and lost, when the server ended or could not write to the store: they are made "
      + "again. What they cost is not known, so total_cost is null, and max_cost counts them as long answers. The run has cost "
      + "at least \(Dollars.text(statistics.knownCost))."
  }

  private static func copies(_ statistics: RunStatistics) -> String? {
    guard statistics.copied > 0 else { return nil }
    let others = statistics.completed - statistics.copied
    let rest =
      others == 0 ? "no answer was paid for" : "answers were paid for and timed only in the other \(others)"
    return "\(statistics.copied) of \(statistics.completed) answers were copied from earlier runs (reuse): \(rest). "
      + "Comparisons take the cost of a copy from where it was made."
  }

  private static func sameScores(
    _ statistics: RunStatistics, _ scoring: RunScoring, _ fault: () throws -> JudgeFault?
  ) rethrows -> String? {
    guard let score = statistics.highestScore, statistics.scoreCount > 1, score == statistics.lowestScore else {
      return nil
    }
    let all = "All \(statistics.scoreCount) scores are \(score.shortText)"
    if scoring.scorer.isChecked {
      return score > 0
        ? nil : "\(all): no answer passes a check. Read the reasons (responses_list) before you change the prompt."
    }
    if scoring.scorer.comparesTexts {
      // All answers being right is no fault.
      return score > 0
        ? nil
        : "\(all): no answer matches. Read a few beside their expected_output (responses_list) before you change "
          + "the prompt; what is asked for and what is compared may differ in form only."
    }
    if let fault = try fault() { return "\(all). But \(fault.causeOfEqualScores)" }
    if score == scoring.scorer.scale?.bounds.lowerBound {
      return "\(all), the lowest: read the judge's reasons (responses_list) before you change the prompt. Either the "
        + "answers are bad, or the judge does not see what it needs."
    }
    return "\(all): they do not distinguish the responses. Use harder rows or a sharper rubric, or try another "
      + "judge_model: this one may give every answer the same score, which judging an answer known to be bad shows."
  }

  private static func ceiling(
    _ statistics: RunStatistics, _ scoring: RunScoring, _ fault: () throws -> JudgeFault?
  ) rethrows -> String? {
    let count = statistics.scoreCount
    guard scoring.scorer.isJudged, count >= fewestForCeiling, let ceiling = scoring.scorer.scale?.bounds.upperBound,
      statistics.highestScore == ceiling,
      statistics.highestScoreCount * 10 >= count * 9
    else { return nil }
    let finding = "\(statistics.highestScoreCount) of \(count) scores are at the ceiling (\(ceiling.shortText))"
    if let fault = try fault() { return "\(finding). But \(fault.causeOfEqualScores)" }
    return "\(finding): there is hardly room to see an improvement. Use harder rows or a sharper rubric."
  }

  private static func truncation(_ statistics: RunStatistics) -> String? {
    guard statistics.truncated > 0 else { return nil }
    return "\(statistics.truncated) of \(statistics.completed + statistics.failed) responses were cut off at the token "
      + "limit: raise max_tokens."
  }
}
