package import Store

/// Why the scores of a judge do not decide: people's verdicts contradict them, or the judge failed its probe.
///
/// It is the one rule of trust. A comparison by such scores has no verdict, a gate does not pass by them, and wherever a
/// mean of them is shown it is marked. Where people's verdicts show that only the level of the scores is wrong, they still
/// order the answers of their own run.
package struct JudgeFault: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    /// Verdicts that contradict the scores, perhaps in their level alone.
    case people(isOfLevelAlone: Bool)
    /// The probe of a judge with this name.
    case probe(judgeModel: String)
  }

  /// What the judge scores.
  package let target: VerdictTarget
  /// What was found, and for a probe what to do.
  package let finding: String
  package let source: Source

  /// The mark of a mean.
  package var mark: String { isOfLevelAlone ? "judge's level not trusted" : "judge not trusted" }

  /// The mark with its reason and the place that tells more.
  package var note: String {
    switch source {
    case .people(isOfLevelAlone: true):
      "\(mark): it orders the answers of this run as people do and gives other scores, see agreement in runs_get"
    case .people: "\(mark): people's verdicts contradict it, see agreement in runs_get"
    case .probe: "\(mark): it failed its test, see judge_probe in runs_get"
    }
  }

  /// The judge as the cause of scores that tell no two answers or runs apart, and what to do before anything else is changed.
  package var causeOfEqualScores: String {
    let cause =
      switch source {
      case .people: "people's verdicts contradict the judge (agreement in runs_get)"
      case .probe(let name): "the judge \(name) failed its test (judge_probe in runs_get)"
      }
    return "\(cause), so they say nothing about the rows. Before you change rows or rubric, judge again with another "
      + "judge_model (runs_judge)."
  }

  /// Whether it is what a probe found.
  package var isOfProbe: Bool { failedJudge != nil }

  /// Whether the scores are right in their order.
  package var isOfLevelAlone: Bool { source == .people(isOfLevelAlone: true) }

  /// The judge that failed its probe; nil for what people's verdicts show.
  var failedJudge: String? { if case .probe(let name) = source { name } else { nil } }

  /// The metric that the judge scores by.
  func metric(of scoring: RunScoring) -> RunScoring.Metric? {
    scoring.allMetrics.first { VerdictTarget($0) == target }
  }
}

extension RunRecord {
  /// The judges of a run whose scores do not decide, people's findings first.
  ///
  /// - Parameter trust: what people's verdicts say of the run's judges.
  package func judgeFaults(_ scoring: RunScoring, _ trust: [JudgeTrust]) -> [JudgeFault] {
    let people = trust.compactMap { judge in
      judge.target.takesStars
        ? judge.fault.map {
          JudgeFault(target: judge.target, finding: $0, source: .people(isOfLevelAlone: judge.isRightInOrder))
        } : nil
    }
    return people + probeFaults(scoring) { trust }
  }

  /// Those that failed their probe, which people's verdicts do not overrule.
  ///
  /// - Parameter trust: makes what people's verdicts say of the run's judges, which takes long and is needed only where a
  ///   probe was failed.
  package func probeFaults(_ scoring: RunScoring, trust: () throws -> [JudgeTrust]) rethrows -> [JudgeFault] {
    let failed = currentProbes(scoring).filter { $0.hasFailed(in: self) }
    if failed.isEmpty { return [] }
    let trust = try trust()
    return failed.compactMap { probe in
      guard probe.overruling(trust, scoring) == nil, let finding = probe.finding,
        let metric = scoring.askedMetrics.first(where: { $0.fingerprint == probe.fingerprint })
      else { return nil }
      return JudgeFault(
        target: VerdictTarget(metric), finding: finding, source: .probe(judgeModel: probe.judgeModel))
    }
  }
}

extension ComparedRun {
  /// The judges of its score that do not decide; empty for scores without a judge.
  package func judgeFaults(_ groups: RowGroups) -> [JudgeFault] { judgeFaults(judgeTrust(groups)) }

  /// - Parameter trust: what people's verdicts say of its judges.
  func judgeFaults(_ trust: [JudgeTrust]) -> [JudgeFault] {
    guard scoring.scorer.isJudged else { return [] }
    return run.judgeFaults(scoring, trust).filter { scoring.isScored(by: $0.target) }
  }

  /// The same by the groups of the run's own rows.
  package func judgeFaults(of dataset: DatasetRecord?) throws -> [JudgeFault] {
    guard scoring.scorer.isJudged, !verdicts.isEmpty || !run.probes.isEmpty else { return [] }
    return judgeFaults(try RowGroups([self], of: dataset))
  }

  /// The judges of its score that failed their probe.
  func probeFaults(_ groups: () throws -> RowGroups) rethrows -> [JudgeFault] {
    guard scoring.scorer.isJudged else { return [] }
    return try run.probeFaults(scoring) { judgeTrust(try groups()) }.filter { scoring.isScored(by: $0.target) }
  }
}
