package import Store

/// What a judge says of two runs that it compared answer by answer, in both orders.
package struct PairwiseResult: Sendable {
  /// The share of rows that may follow the position of the answers before a judge is unfit.
  static let mostFollowed = 0.2

  /// The judge's answers on one row.
  enum Preference: Equatable {
    case win, tie, loss
    /// Both orders prefer the same position.
    case position
    /// Both answers are the same, so the judge was not asked.
    case equal
    case failed, waiting

    /// 1 for a win, -1 for a loss, 0 for no preference; nil where that is not known.
    var difference: Double? {
      switch self {
      case .win: 1
      case .loss: -1
      case .tie, .position, .equal: 0
      case .failed, .waiting: nil
      }
    }

    /// - Parameter review: nil for a row that was not judged.
    init(_ review: ResponseEntry.PairwiseSummary?) {
      guard let review else {
        self = .waiting
        return
      }
      guard let first = review.asFirst, let second = review.asSecond else {
        self = review.isFailed ? .failed : .waiting
        return
      }
      let preferred = (first > 3, second > 3, first < 3, second < 3)
      switch preferred {
      case (true, true, _, _): self = .win
      case (_, _, true, true): self = .loss
      case (true, _, _, true), (_, true, true, _): self = .position
      default: self = .tie
      }
    }
  }

  package let judging: PairwiseJudging
  package let wins: Int
  package let losses: Int
  /// Rows without a preference that both orders share, and rows with equal answers.
  package let ties: Int
  /// Of the ties, rows with equal answers, which the judge was not asked about.
  package let equalAnswers: Int
  /// Rows on which the judge preferred the same position in both orders; they are ties.
  package let followed: Int
  /// Rows that the judge was asked about in both orders.
  package let asked: Int
  /// Rows without an answer of one run, or without a judgement.
  package let failed: Int
  /// Rows that are still to be judged.
  package let waiting: Int
  /// Nil without rows.
  package let preference: PreferenceInterval?
  /// Better, worse or unclear; nil if the judge is unfit or has not judged every row.
  package let verdict: Verdict?
  package let sentence: String

  /// The rows that count.
  package var rows: Int { wins + losses + ties }
  /// The share of the rows asked about on which the judge followed the position; nil without any.
  package var followedShare: Double? { asked == 0 ? nil : Double(followed) / Double(asked) }
  /// Whether the judge, which has judged every row, follows positions too often to be believed.
  package var isUnfit: Bool { Self.isUnfit(waiting: waiting, followed: followed, asked: asked) }

  private static func isUnfit(waiting: Int, followed: Int, asked: Int) -> Bool {
    waiting == 0 && Double(followed) > mostFollowed * Double(asked)
  }

  /// Nil for two runs that were not compared so.
  ///
  /// - Parameter comparisons: how many runs are compared with the baseline at once.
  package init?(
    _ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups, comparisons: Int = 1
  ) throws(StoreError) {
    let own = candidate.run.pairwise.last { $0.against == baseline.run.id }
    let mirrored = baseline.run.pairwise.last { $0.against == candidate.run.id }
    let isMirrored = (mirrored?.startedAt ?? .zero) > (own?.startedAt ?? .zero)
    guard let judging = isMirrored ? mirrored : own ?? mirrored else { return nil }
    let (holder, other) = judging.against == baseline.run.id ? (candidate, baseline) : (baseline, candidate)
    var counts: [Preference: Int] = [:]
    var paired: [PairedComparison.Row] = []
    for row in candidate.entries.keys.sorted() {
      guard let response = holder.entries[row]?.first, let rival = other.entries[row]?.first else { continue }
      let preference = try Self.preference(response, rival, judging)
      counts[preference, default: 0] += 1
      let gain = preference.difference.map { holder.run.id == candidate.run.id ? $0 : -$0 }
      paired.append(
        PairedComparison.Row(
          baseline: gain.map { max(-$0, 0) }, candidate: gain.map { max($0, 0) }, group: groups[row]))
    }
    func count(_ preferences: Preference...) -> Int { preferences.reduce(0) { $0 + (counts[$1] ?? 0) } }
    self.judging = judging
    (equalAnswers, followed) = (count(.equal), count(.position))
    (wins, losses) = (paired.count { $0.candidate == 1 }, paired.count { $0.baseline == 1 })
    ties = count(.tie, .position, .equal)
    asked = count(.win, .tie, .loss, .position)
    (failed, waiting) = (count(.failed), count(.waiting))
    let comparison = PairedComparison(
      paired, scale: .binary, missing: .leaveOut, comparisons: comparisons, drafts: candidate.drafts)
    preference = PreferenceInterval(comparison.differences.values, level: comparison.level)?
      .bounded(by: comparison.interval)
    let isUnfit = Self.isUnfit(waiting: waiting, followed: followed, asked: asked)
    // Rows that agree have no spread, so the interval that decides between runs must exclude 0 as well.
    let isShown = preference.map { !$0.interval.contains(0) } ?? false
    // Which rows an unfinished or stopped run has depends on its scores, and so may the preferences.
    let partial = [candidate, baseline].first { !$0.isFinished || $0.hasStopped }
    if isUnfit || waiting > 0 || paired.isEmpty || partial != nil {
      verdict = nil
    } else {
      verdict = isShown && [.better, .worse].contains(comparison.verdict) ? comparison.verdict : .unclear
    }
    sentence = Self.sentence(
      judging, baseline, candidate, counts: (wins, losses, ties, failed, waiting), preference, verdict,
      position: isUnfit ? (followed, asked) : nil, partial)
  }

  private static func preference(
    _ response: ResponseEntry, _ rival: ResponseEntry, _ judging: PairwiseJudging
  ) throws(StoreError) -> Preference {
    if response.status == .failed || rival.status == .failed { return .failed }
    if try response.comparedTexts().answer == rival.comparedTexts().answer { return .equal }
    return Preference(response.pairwise.last { judging.holds($0, of: rival.id) })
  }

  private static func sentence(
    _ judging: PairwiseJudging, _ baseline: ComparedRun, _ candidate: ComparedRun,
    counts: (wins: Int, losses: Int, ties: Int, failed: Int, waiting: Int), _ preference: PreferenceInterval?,
    _ verdict: Verdict?, position: (followed: Int, asked: Int)?, _ partial: ComparedRun?
  ) -> String {
    if let position {
      let share = Int((100 * Double(position.followed) / Double(position.asked)).rounded())
      return
        "No verdict: \(judging.judgeModel) preferred the same position in both orders on \(position.followed) of "
        + "\(position.asked) rows (\(share) %), so it is unfit to compare these answers. Choose another judge_model."
    }
    let rows = counts.wins + counts.losses + counts.ties
    let score =
      "\(judging.judgeModel), asked in both orders, prefers \(candidate.title) on \(counts.wins) rows and "
      + "\(baseline.title) on \(counts.losses) of \(rows)"
    if counts.waiting > 0 {
      return
        "\(score) so far. \(counts.waiting) rows are still to be judged, so there is no verdict: runs_judge with id "
        + "\(judging.against == baseline.run.id ? candidate.run.id : baseline.run.id) and against \(judging.against) goes on."
    }
    let missing = counts.failed == 0 ? "" : " \(counts.failed) rows without a judgement are left out."
    if let partial {
      return
        "\(score).\(missing) There is no verdict, because run \(partial.run.id) has answered only some of its rows "
        + "(\(partial.progress))."
    }
    guard let preference, let verdict else { return "\(score).\(missing)" }
    let (low, high) = (
      preference.interval.lowerBound.rounded(toPlaces: 3), preference.interval.upperBound.rounded(toPlaces: 3)
    )
    let difference = preference.difference.rounded(toPlaces: 3)
    let figures = "difference \(difference.shortText), \(low.shortText) to \(high.shortText)"
    let finding =
      switch verdict {
      case .better: "\(candidate.title) is better"
      case .worse: "\(candidate.title) is worse"
      default: "not shown which is better"
      }
    return "\(score): \(finding) (\(figures)).\(missing)"
  }
}
