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

    init(_ preferences: PairwisePreferences) {
      guard let first = preferences.asFirst, let second = preferences.asSecond else {
        self = preferences.isFailed ? .failed : .waiting
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
  /// The id of the run that the judging is recorded with.
  package let holderID: Int
  /// Whether new judgements add to its own; otherwise its metrics have changed since.
  package let canGoOn: Bool
  /// How an unfinished judging goes on, for people.
  package let continuation: String
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
  /// The calls that were made and are still to be made: two for each row with different answers.
  package let calls: RunProgress.Count
  /// Better, worse or unclear, and same where all answers are equal; nil if the judge is unfit, failed its test, or
  /// has not judged every row.
  package let verdict: Verdict?
  package let sentence: String
  /// The wins, ties and losses as differences, with the rule that decides.
  private let comparison: PairedComparison

  /// The rows that count.
  package var rows: Int { wins + losses + ties }
  /// The share of the rows asked about on which the judge followed the position; nil without any.
  package var followedShare: Double? { asked == 0 ? nil : Double(followed) / Double(asked) }
  /// Whether the judge, which has judged every row, follows positions too often to be believed.
  package var isUnfit: Bool { Self.isUnfit(waiting: waiting, followed: followed, asked: asked) }
  /// The share of wins minus the share of losses; nil without rows and for an unfit judge.
  package var difference: Double? { isUnfit ? nil : comparison.meanDifference }
  /// The interval of ``difference`` that decides; nil without a verdict.
  package var interval: ClosedRange<Double>? { verdict == nil ? nil : comparison.interval }
  /// 0.95, or more where several comparisons share the 5 % of false alarms.
  package var level: Double { comparison.level }
  /// The p-value of ``test``, which decides as well; nil without a verdict.
  package var pValue: Double? { verdict == nil ? nil : comparison.differences.pValue }
  package var test: PairedComparison.Test { comparison.differences.test }

  private static func isUnfit(waiting: Int, followed: Int, asked: Int) -> Bool {
    waiting == 0 && Double(followed) > mostFollowed * Double(asked)
  }

  /// Every judging of the two runs, whichever of them it is recorded with, the newest first.
  ///
  /// They share the 5 % of false alarms: of several judges of equal answers, one would prefer a side too often.
  ///
  /// - Parameter comparisons: how many runs are compared with the baseline at once.
  package static func all(
    _ baseline: ComparedRun, _ candidate: ComparedRun, _ groups: RowGroups, comparisons: Int = 1
  ) throws(StoreError) -> [PairwiseResult] {
    var judgings: [(judging: PairwiseJudging, holder: ComparedRun)] = []
    for (side, other) in [(candidate, baseline), (baseline, candidate)] {
      judgings += side.run.pairwise.filter { $0.against == other.run.id }.map { ($0, side) }
    }
    var origins: Set<UInt64> = []
    let newest = judgings.sorted { $0.judging.startedAt > $1.judging.startedAt }
      .filter { origins.insert($0.judging.origin).inserted }
    return try newest.map { judging, holder throws(StoreError) in
      try PairwiseResult(
        judging, of: holder, baseline, candidate, groups, comparisons: comparisons, judgings: newest.count)
    }
  }

  private init(
    _ judging: PairwiseJudging, of holder: ComparedRun, _ baseline: ComparedRun, _ candidate: ComparedRun,
    _ groups: RowGroups, comparisons: Int, judgings: Int
  ) throws(StoreError) {
    var counts: [Preference: Int] = [:]
    var paired: [PairedComparison.Row] = []
    var calls = RunProgress.Count()
    var skipped = 0
    for row in candidate.entries.keys.sorted() {
      guard let response = candidate.entries[row]?.first, let rival = baseline.entries[row]?.first else { continue }
      guard let preference = try Self.preference(response, rival, judging.origin, &calls) else {
        skipped += 1
        continue
      }
      counts[preference, default: 0] += 1
      let gain = preference.difference
      paired.append(
        PairedComparison.Row(
          baseline: gain.map { max(-$0, 0) }, candidate: gain.map { max($0, 0) }, group: groups[row]))
    }
    func count(_ preferences: Preference...) -> Int { preferences.reduce(0) { $0 + (counts[$1] ?? 0) } }
    self.judging = judging
    self.calls = calls
    holderID = holder.run.id
    canGoOn = !holder.closedJudgings.contains(judging.origin)
    continuation =
      canGoOn
      ? "\(judging.call(of: holder.run.id)) goes on with the rows that are left."
      : "Its metrics have changed since, so it cannot go on: \(judging.call(of: holder.run.id)) begins anew."
    (equalAnswers, followed) = (count(.equal), count(.position))
    (wins, losses) = (count(.win), count(.loss))
    ties = count(.tie, .position, .equal)
    asked = count(.win, .tie, .loss, .position)
    (failed, waiting) = (count(.failed), count(.waiting))
    comparison = PairedComparison(
      paired, scale: .binary, missing: .leaveOut, comparisons: comparisons, tests: judgings,
      drafts: candidate.drafts)
    let isUnfit = Self.isUnfit(waiting: waiting, followed: followed, asked: asked)
    // Which rows an unfinished or stopped run has depends on its scores, and so may the preferences.
    let partial = [candidate, baseline].first { !$0.isFinished || $0.hasStopped }
    let areAllEqual = equalAnswers > 0 && equalAnswers == comparison.rows
    let fault = [candidate, baseline].lazy.flatMap { $0.pairwiseFaults(of: judging.judgeModel, groups) }.first
    let hasJudgedNothing = calls.done == 0 && calls.failed > 0
    if isUnfit || fault != nil || hasJudgedNothing || waiting > 0 || comparison.pairs == 0 || partial != nil {
      verdict = nil
    } else if areAllEqual {
      verdict = .same
    } else {
      verdict = [.better, .worse].contains(comparison.verdict) ? comparison.verdict : .unclear
    }
    sentence =
      PairwiseSentence(
        judging: judging, holderID: holder.run.id, continuation: continuation, baseline: baseline, candidate: candidate,
        comparison: comparison,
        verdict: verdict, areAllEqual: areAllEqual, wins: wins, losses: losses, rows: wins + losses + ties,
        failed: failed, waiting: waiting, judgings: judgings,
        position: isUnfit ? (followed, asked) : nil, partial: partial, fault: fault,
        failedCalls: hasJudgedNothing ? calls.failed : nil
      ).text
      + VerdictSentence.leftOut(skipped, "to which no metric applies")
  }

  /// Nil for a row to which no criterion applies.
  private static func preference(
    _ response: ResponseEntry, _ rival: ResponseEntry, _ origin: UInt64, _ calls: inout RunProgress.Count
  ) throws(StoreError) -> Preference? {
    if response.status == .failed || rival.status == .failed { return .failed }
    let preferences = PairwisePreferences(response, rival, origin: origin)
    if preferences.isSkipped { return nil }
    if try response.comparedTexts().answer == rival.comparedTexts().answer { return .equal }
    calls.add(preferences)
    return Preference(preferences)
  }
}

extension ComparedRun {
  /// What the test of a judge has found by which its preferences decide nothing, like its scores.
  fileprivate func pairwiseFaults(of judgeModel: String, _ groups: RowGroups) -> [JudgeFault] {
    run.probeFaults(scoring) { judgeTrust(groups) }.filter { $0.failedJudge == judgeModel }
  }
}

extension PairwiseJudging {
  /// The calls of a comparison, made and still to be made.
  func calls(_ entries: [ResponseEntry], _ rivals: [ResponseEntry]) -> RunProgress.Count {
    let isCompared = { (entry: ResponseEntry) in entry.status != .failed && entry.key.repeatIndex == 0 }
    let byRow = Dictionary(rivals.filter(isCompared).map { ($0.rowIndex, $0) }) { first, _ in first }
    var calls = RunProgress.Count()
    for entry in entries where isCompared(entry) {
      guard let rival = byRow[entry.rowIndex], !Self.areEqual(entry, rival) else { continue }
      let preferences = PairwisePreferences(entry, rival, origin: origin)
      if !preferences.isSkipped { calls.add(preferences) }
    }
    return calls
  }

  /// Whether both answers are the same; false for one that cannot be read.
  private static func areEqual(_ entry: ResponseEntry, _ rival: ResponseEntry) -> Bool {
    do { return try entry.comparedTexts().answer == rival.comparedTexts().answer } catch { return false }
  }
}

extension RunProgress.Count {
  /// Adds the two calls for a pair of answers.
  fileprivate mutating func add(_ preferences: PairwisePreferences) {
    total += 2
    done += preferences.judgementCount
    // An order that failed is asked about again, and so is the one that was not asked after it.
    if preferences.isFailed { failed += 2 - preferences.judgementCount }
  }
}
