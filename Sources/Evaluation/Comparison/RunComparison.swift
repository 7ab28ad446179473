import JSONCoding
import Store

/// A comparison of a run with a baseline, row by row.
///
/// It is computed from values that were read from the store; nothing here reads the store.
package struct RunComparison: Sendable {
  package let baseline: ComparedRun
  package let candidate: ComparedRun
  /// Nil where the scores measure different things.
  package let scores: PairedComparison?
  /// The two-sided p-value; nil without scores.
  ///
  /// It is reported beside the interval and decides nothing.
  package let pValue: Double?
  package let verdict: Verdict
  /// The verdict in words.
  package let sentence: String
  /// The candidate's cost of answers, without judging, as a multiple of the baseline's.
  package let cost: PairedRatio
  /// The candidate's median latency as a multiple of the baseline's.
  package let latency: PairedRatio
  /// What people's verdicts make of the difference; nil without verdicts, and while more rows follow.
  package let corrected: CorrectedDifference?
  /// The interval of the difference that decides: the corrected one, if there is one.
  package var interval: ClosedRange<Double>? { corrected?.interval ?? scores?.interval }

  /// The difference of each metric; empty for runs with fewer than two metrics in common, and without scores.
  package let metrics: [MetricDifference]
  /// What the rows with equal answers tell about the judge; nil where the scores are not a judge's or differ in origin.
  package let judgeShift: JudgeShift?
  /// Why no verdict is given although the scores have one; empty where the scores decide.
  ///
  /// A judge is not trusted (``JudgeFault``) and people's verdicts cannot correct the difference, or a run sent what it
  /// copied from rows.
  package let withheld: [String]
  /// That the judge of the scores was not tested, and what to do; nil where it was, or where people's verdicts correct the
  /// difference.
  package let untestedJudge: String?
  /// What judges say that compared the answers themselves, one for each judge and criterion, the newest first.
  package let pairwise: [PairwiseResult]
  /// Whether ``verdict`` is that of ``pairwise``, because the scores cannot be compared.
  package let isDecidedPairwise: Bool
  /// What makes the verdict doubtful, or cannot be seen from it.
  package let warnings: [String]

  /// The rows that decided, if one of the runs stopped against the other; nil where all rows count.
  package let decisiveRows: Set<Int>?

  /// What one of the runs sent that was copied from rows.
  package struct Copies: Sendable {
    let sentence: String
    let isOfCandidate: Bool
  }

  /// Compares two runs.
  ///
  /// - Parameters:
  ///   - copies: notes on runs that sent what was copied from rows.
  ///   - groups: which rows are one piece of evidence.
  ///   - comparisons: how many runs are compared with the baseline at once.
  ///   - margin: how much worse still counts as not worse, in score points; nil for 5 % of the scale.
  package init(
    baseline: ComparedRun, candidate: ComparedRun, copies: [Copies] = [], groups: RowGroups, comparisons: Int = 1,
    margin: Double? = nil
  ) throws {
    self.baseline = baseline
    self.candidate = candidate
    let common = baseline.entries.keys.filter { candidate.entries[$0] != nil }.sorted()
    cost = PairedRatio.costs(baseline, candidate, groups)
    latency = PairedRatio.latencies(baseline, candidate, groups)
    let shift = try JudgeShift(baseline, candidate, groups)
    judgeShift = shift
    let pairwise = try PairwiseResult.all(baseline, candidate, groups, comparisons: comparisons)
    self.pairwise = pairwise
    let ceiling = pairwise.isEmpty ? Self.ceiling(baseline, candidate, groups) : nil
    let probes = [candidate, baseline].flatMap { side in
      side.run.tellingProbes(side.scoring) { side.judgeTrust(groups) }.compactMap(\.finding)
    }
    let otherWarnings =
      [
        shift?.warning(baseline, candidate), ceiling, Self.schemas(baseline, candidate),
        Self.refusals(baseline, candidate, common: common),
      ].compactMap(\.self)
      + Array(Set(probes)).sorted()
    let doubt = groups.doubt(baseline, candidate)
    if let reason = ScoreDifference.sentence(baseline, candidate) ?? doubt {
      (scores, pValue, corrected, metrics) = (nil, nil, nil, [])
      warnings = otherWarnings
      // A judge's comparison of the answers decides where there are no scores to compare.
      let decisive = doubt == nil ? pairwise.first { $0.verdict != nil } : nil
      withheld = decisive == nil ? [] : copies.map(\.sentence)
      verdict = withheld.isEmpty ? decisive?.verdict ?? .notComparable : .unclear
      isDecidedPairwise = decisive != nil
      sentence = (withheld + [[decisive?.sentence, reason].compactMap(\.self).joined(separator: " The scores: ")])
        .joined(separator: " ")
      (decisiveRows, untestedJudge) = (nil, nil)
      return
    }
    isDecidedPairwise = false
    let unfinished = [candidate, baseline].first { !$0.isFinished }
    let ruled = StopRuleRows(candidate, baseline)
    decisiveRows = ruled?.decisive
    // The rows of a run that stopped depend on its scores. In a comparison with another run than the one that it stopped
    // against, no interval is right.
    let stopped = [candidate, baseline].first(where: \.hasStopped)
    let isPartial = unfinished != nil || stopped != nil
    let open = groups.open(baseline, candidate)
    let copied = CopiedAnswers(common, baseline, candidate)
    let beyond = Set(common.filter { row in [baseline, candidate].contains { $0.isBeyondMetrics(row: row) } })
    let telling = common.filter { copied?.shared.contains($0) != true && !beyond.contains($0) }
    let counted =
      ruled.map { Array(Set(telling).intersection($0.indices(groups))).sorted() }
      ?? telling.filter { !open.contains(groups[$0]) }
    let areIdentical = !isPartial && !common.isEmpty && common.allSatisfy { copied?.shared.contains($0) == true }
    let scale = ComparedRun.scale(of: baseline, candidate)
    let required = ruled?.required(comparisons: comparisons)
    // An answer to a row without an expected output is neither right nor wrong, whatever an earlier rule gave the other run's.
    let scored = counted.filter { row in ![baseline, candidate].contains { $0.isBeyondScoring(row: row) } }
    let rows = scored.map { Self.row($0, baseline, candidate, group: groups[$0]) }
    let compared = PairedComparison(
      rows, scale: scale,
      // Failed rows of an unfinished run can be tried again.
      missing: candidate.scoring.scorer.countsFailuresAsZero && !isPartial && ruled == nil ? .countZero : .leaveOut,
      isInProgress: isPartial, hasStopRule: ruled != nil,
      required: required, comparisons: comparisons, drafts: candidate.drafts, margin: margin)
    let scores = areIdentical ? compared.ofIdenticalRuns() : compared
    metrics = MetricDifference.all(
      baseline, candidate,
      .init(
        rows: counted, groups: groups, isInProgress: isPartial, hasStopRule: ruled != nil, required: required,
        hasInterval: stopped == nil || ruled != nil, comparisons: comparisons, margin: margin.map { $0 / scale.range }))
    self.scores = stopped == nil || ruled != nil ? scores : scores.withoutInterval()
    pValue = ruled == nil && stopped == nil ? scores.differences.pValue : nil
    corrected =
      isPartial || ruled != nil || areIdentical
      ? nil : CorrectedDifference(baseline, candidate, rows: counted, groups, scores)
    let judgeDoubt =
      corrected?.interval == nil && !areIdentical
      ? JudgeDoubt(baseline, candidate, groups, shortage: corrected?.shortage) : nil
    let untested =
      corrected?.interval == nil && !areIdentical && judgeDoubt == nil
      ? UntestedJudge.sentence([candidate, baseline].compactMap { $0.untestedJudge($0.judgeTrust(groups)) }) : nil
    untestedJudge = untested
    warnings =
      [judgeDoubt?.sentence].compactMap(\.self) + metrics.warnings
      + otherWarnings.filter { judgeDoubt?.sentence.contains($0) != true } + [untested].compactMap(\.self)
    let found = corrected?.verdict ?? scores.verdict
    // A candidate that copied rows and is still worse is worse.
    withheld =
      [judgeDoubt?.sentence].compactMap(\.self)
      + (found == .worse && copies.allSatisfy(\.isOfCandidate) ? [] : copies.map(\.sentence))
    verdict = withheld.isEmpty ? found : .unclear
    var text = VerdictSentence(
      scores, baseline: baseline.title(besides: candidate), candidate: candidate.title(besides: baseline))
    (text.drafts, text.arePromptsGroups) = (candidate.drafts, !groups.isNamed)
    text.comparisons = comparisons
    text.pValue = pValue
    if let reviews = Self.missingReviews([candidate, baseline]) { text.retry = reviews }
    if corrected?.interval != nil {
      text.source = candidate.scoring.scorer.isJudged ? "the judge's scores" : "the scores"
    }
    (text.rowsWithoutExpectedOutput, text.rowsBeyondMetrics) = (counted.count - rows.count, beyond.count)
    text.rowsOfSameAnswers = copied?.shared.count ?? 0
    (text.costRatio, text.latencyRatio) = (cost.estimate, latency.estimate)
    if text.needsPriceInterval { text.costInterval = cost.interval }
    text.isCostAssumed = [baseline, candidate].contains { $0.priceNote != nil }
    text.isJudgingLeftOut = [baseline, candidate].contains(where: \.hasJudgeCost)
    if baseline.model != candidate.model { text.models = (baseline.model, candidate.model) }
    text.rowsOfOneRun = isPartial ? 0 : baseline.entries.count + candidate.entries.count - 2 * common.count
    let verdictText =
      if areIdentical {
        text.text
      } else if let ruled {
        text.underStopRule(progress: ruled.run.progress, ruled.state)
      } else if let stopped, unfinished == nil {
        "\(text.sequential(state: stopped.progress, isFinal: true)) \(Self.note(on: stopped))"
      } else if let unfinished {
        text.sequential(state: unfinished.progress, waiting: telling.count { open.contains(groups[$0]) })
          + (unfinished.isInterrupted ? " runs_generate resumes run \(unfinished.run.id)." : "")
      } else {
        corrected?.sentence(text, alone: text.text) ?? text.text
      }
    let finding =
      withheld.isEmpty
      ? [verdictText]
      : ["Not shown which is better, whatever the scores say."] + [judgeDoubt?.caution].compactMap(\.self)
        + copies.map(\.sentence) + ["The scores alone would say: \(verdictText)"]
    let notes = [
      metrics.sentence(after: verdict), copied?.sentence(besides: !areIdentical),
      untested == nil || verdict == .unclear ? nil : "Its judge was not tested: see warnings.",
    ].compactMap(\.self)
    sentence = (finding + notes).joined(separator: " ")
  }

  /// What is to be said of a run that stopped against another one than it is compared with.
  private static func note(on stopped: ComparedRun) -> String {
    "Run \(stopped.run.id) answered only a random part of the rows, and when it stopped depended on its scores against "
      + "\(stopped.run.stopAgainst.map { "run \($0)" } ?? "another run"), so the difference is probably misjudged in size."
  }
}

extension RunComparison.Copies {
  /// Nil if nothing was.
  package init?(_ side: ComparedRun, _ table: CSVTable?, isOfCandidate: Bool) {
    guard let sentence = side.copies(from: table) else { return nil }
    self.init(sentence: sentence, isOfCandidate: isOfCandidate)
  }
}
