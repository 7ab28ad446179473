import Store

/// Why a comparison should not go by a judge's scores: people's verdicts on one of the runs show them to be wrong, and a
/// correction of the difference takes verdicts on both.
enum JudgeDoubt {
  /// Nil without verdicts that show such scores.
  static func sentence(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) -> String? {
    let sides = [candidate, baseline]
    let found = sides.compactMap { side -> String? in
      guard side.scoring.scorer.isJudged else { return nil }
      let trust = side.judgeTrust(groups).first { $0.target == side.scoring.scoreTarget }
      return trust?.fault.map { "Run \(side.run.id): \($0)" }
    }
    if found.isEmpty { return nil }
    let other = sides.first { $0.verdicts.isEmpty }
    let lacking =
      other.map { "run \($0.run.id) has no verdicts" } ?? "too few rows have verdicts in both runs"
    return "\(found.joined(separator: " ")) The difference may be the judge's own, and cannot be corrected, because "
      + "\(lacking): give verdicts on the same \(CorrectedMean.fewest) rows drawn at random in both."
  }
}
