import Store

/// Scores that cannot tell two runs apart because they are all near the highest.
extension RunComparison {
  /// The average from which both runs are at the ceiling.
  private static let high = 4.8

  /// The advice to compare the answers themselves; nil for scores with room above them.
  static func ceiling(_ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups) -> String? {
    guard candidate.scoring.scorer.isJudged, baseline.scoring.scorer.isJudged,
      let top = candidate.scoring.scorer.scale?.bounds.upperBound,
      let first = baseline.statistics.averageScore, let second = candidate.statistics.averageScore
    else { return nil }
    let common = candidate.entries.keys.filter { baseline.entries[$0] != nil }
    let tied = common.count { candidate.score(ofRow: $0) == top && baseline.score(ofRow: $0) == top }
    guard min(first, second) >= high || 2 * tied > common.count else { return nil }
    let averages = "\(first.rounded(toPlaces: 2).shortText) and \(second.rounded(toPlaces: 2).shortText)"
    let finding =
      "The averages are \(averages), and \(tied) of \(common.count) rows have \(top.shortText) in both runs: these scores "
      + "hardly tell the two apart"
    if let fault = [candidate, baseline].lazy.compactMap({ $0.judgeFaults(groups).first }).first {
      return "\(finding). But \(fault.causeOfEqualScores)"
    }
    return
      "\(finding). runs_judge with id \(candidate.run.id) and against \(baseline.run.id) compares the "
      + "answers themselves; harder rows or a sharper rubric help as well."
  }
}
