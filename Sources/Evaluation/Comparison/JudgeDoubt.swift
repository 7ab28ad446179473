import Store

/// Why a comparison does not go by a judge's scores (``JudgeFault``), and what to do.
struct JudgeDoubt {
  /// The whole of it, for warnings and gates.
  let sentence: String
  /// The same in short, for the verdict's sentence.
  let caution: String

  /// Nil for judges that are trusted.
  ///
  /// - Parameter shortage: why the verdicts that there are do not correct the difference; nil where there are too few.
  init?(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups, shortage: String?) {
    let sides = [candidate, baseline]
    // A metric whose scores are wrong makes the run's score wrong, of which it is a part.
    let faults = sides.map { $0.judgeFaults(groups) }
    let people = Self.people(sides, faults, groups, shortage: shortage)
    // Two runs have the same findings where one of them took the probe over from the other.
    let probes = faults.map { $0.filter(\.isOfProbe) }
    let findings = Array(Set(probes.joined().map(\.finding))).sorted()
    let tested =
      findings.isEmpty
      ? nil
      : "\(findings.joined(separator: " ")) "
        + FailedProbeAdvice.sentence(zip(sides, probes).map { (side: $0, faults: $1) }, groups)
    let parts = [people, tested].compactMap(\.self)
    if parts.isEmpty { return nil }
    sentence = parts.joined(separator: " ")
    caution = [
      people == nil ? nil : Self.caution(faults.joined().filter { !$0.isOfProbe }),
      faults.joined().lazy.compactMap(\.failedJudge).first.map {
        "The judge \($0) failed its test, so its scores decide nothing: judge both runs again with another judge_model "
          + "(runs_judge), see warnings."
      },
    ].compactMap(\.self).joined(separator: " ")
  }

  /// What people's verdicts show, in short.
  private static func caution(_ found: [JudgeFault]) -> String {
    found.allSatisfy(\.isOfLevelAlone)
      ? "By people's verdicts the judge orders the answers of one run rightly and gives them a wrong level, which may be all "
        + "that differs here: see warnings."
      : "By people's verdicts the judge is wrong: see warnings."
  }

  /// What people's verdicts show, and why they do not correct the difference; nil where they show nothing.
  private static func people(
    _ sides: [ComparedRun], _ faults: [[JudgeFault]], _ groups: RowGroups, shortage: String?
  ) -> String? {
    let candidate = sides[0]
    let found = zip(sides, faults).compactMap { side, faults in
      faults.first { !$0.isOfProbe }.map { "Run \(side.run.id): \($0.finding)" }
    }
    if found.isEmpty { return nil }
    let other = sides.first { $0.verdicts.isEmpty }
    let doubt = "\(found.joined(separator: " ")) The difference may be the judge's own, and cannot be corrected"
    if let shortage {
      return
        "\(doubt). \(shortage) Run both again without reuse, and give verdicts before their scores are shown: responses_list with "
        + "order random, without_verdict and hide_scores."
    }
    let lacking =
      other.map { "run \($0.run.id) has no verdicts" }
      ?? "too few rows have verdicts \(candidate.scoring.verdictsOnScore) in both runs"
    if let shown = MoreVerdicts.ofShownRows(sides, groups) { return "\(doubt), because \(lacking). \(shown)" }
    return "\(doubt), because \(lacking): give them on the same \(CorrectedMean.fewest) rows drawn at random in both."
  }
}

extension RunScoring {
  /// What verdicts must be about to count for the run's score, after "verdicts".
  var verdictsOnScore: String {
    scoringMetrics.count > 1
      ? "on the score (by each of its \(scoringMetrics.count) metrics, or one on the whole)" : "on the score"
  }
}
