import Store

/// Why a comparison should not go by a judge's scores: people's verdicts on one of the runs show them to be wrong, and a
/// correction of the difference takes verdicts on both.
enum JudgeDoubt {
  /// Nil without verdicts that show such scores.
  ///
  /// - Parameter shortage: why the verdicts that there are do not correct the difference; nil where there are too few.
  static func sentence(
    _ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups, shortage: String?
  ) -> String? {
    let sides = [candidate, baseline]
    let found = sides.compactMap { side -> String? in
      guard side.scoring.scorer.isJudged else { return nil }
      // A metric whose scores are wrong makes the run's score wrong, of which it is a part.
      let parts = side.judgeTrust(groups).filter { side.scoring.isScored(by: $0.target) }
      return parts.lazy.compactMap(\.fault).first.map { "Run \(side.run.id): \($0)" }
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
