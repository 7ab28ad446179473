package import Store

/// Why the scores of a judge decide nothing: people's verdicts contradict them, or the judge failed its probe.
///
/// It is the one rule of trust. A comparison by such scores has no verdict, a gate does not pass by them, and wherever a
/// mean of them is shown it is marked.
package struct JudgeFault: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    case people
    /// The probe of a judge with this name.
    case probe(judgeModel: String)
  }

  /// What the judge scores.
  package let target: VerdictTarget
  /// What was found, and for a probe what to do.
  package let finding: String
  package let source: Source

  /// The mark of a mean.
  package static let mark = "judge not trusted"

  /// The mark with its reason and the place that tells more.
  package var note: String {
    switch source {
    case .people: "\(Self.mark): people's verdicts contradict it, see agreement in runs_get"
    case .probe: "\(Self.mark): it failed its test, see judge_probe in runs_get"
    }
  }

  /// Whether it is what a probe found.
  package var isOfProbe: Bool { failedJudge != nil }

  /// The judge that failed its probe; nil for what people's verdicts show.
  var failedJudge: String? { if case .probe(let name) = source { name } else { nil } }

  /// How the scores can decide again after a probe that the judge failed.
  package static let wayOn =
    "Until then its scores decide nothing. runs_judge judges the answers again; or give verdicts: "
    + "if people agree with it on \(CorrectedMean.fewest) rows drawn at random, they overrule the test."
}

extension RunRecord {
  /// The judges of a run whose scores decide nothing, people's findings first.
  ///
  /// - Parameter trust: makes what people's verdicts say of the run's judges.
  package func judgeFaults(_ scoring: RunScoring, trust: () throws -> [JudgeTrust]) rethrows -> [JudgeFault] {
    let failed = currentProbes(scoring).filter { $0.hasFailed(in: self) }
    let trust = try trust()
    let people = trust.compactMap { judge in
      judge.target.takesStars
        ? judge.fault.map { JudgeFault(target: judge.target, finding: $0, source: .people) } : nil
    }
    let probes = failed.compactMap { probe -> JudgeFault? in
      guard probe.overruling(trust, scoring) == nil, let finding = probe.finding,
        let metric = scoring.askedMetrics.first(where: { $0.fingerprint == probe.fingerprint })
      else { return nil }
      return JudgeFault(
        target: VerdictTarget(metric), finding: finding, source: .probe(judgeModel: probe.judgeModel))
    }
    return people + probes
  }
}

extension ComparedRun {
  /// The judges of its score that decide nothing; empty for scores without a judge.
  package func judgeFaults(_ groups: RowGroups) -> [JudgeFault] {
    guard scoring.scorer.isJudged else { return [] }
    return run.judgeFaults(scoring) { judgeTrust(groups) }.filter { scoring.isScored(by: $0.target) }
  }

  /// The same by the groups of the run's own rows.
  package func judgeFaults(of dataset: DatasetRecord?) throws -> [JudgeFault] {
    guard scoring.scorer.isJudged, !verdicts.isEmpty || !run.probes.isEmpty else { return [] }
    return judgeFaults(try RowGroups([self], of: dataset))
  }
}
