import Store

/// The difference of two runs that people would see, from the judge's scores of all rows and people's of some.
///
/// It takes precedence over the verdict on the judge's scores alone: a judge that favours one of the runs is sure of a
/// difference that nobody else sees.
package struct CorrectedDifference: Sendable {
  /// The number of rows that people have scored in both runs.
  package let rated: Int
  /// Nil where it is not known.
  package let difference: CorrectedMean?
  /// The interval of the difference, at the level of the comparison.
  package let interval: ClosedRange<Double>?
  /// Why there is none; nil if there is one.
  package let reason: String?
  /// The lower end of the one-sided interval that shows the candidate not to be worse; nil for other verdicts.
  package private(set) var nonInferiorityBound: Double?
  /// The interval that decides whether the difference is within the margin; nil where that is not the question.
  package private(set) var marginInterval: ClosedRange<Double>?
  /// Why the interval alone does not give a verdict that it seems to allow; nil if it does not seem so.
  package private(set) var doubt: String?
  /// A note that some verdicts do not count; nil if all do.
  let note: String?
  /// Why verdicts that there are do not suffice; nil where none are lacking but their number.
  private(set) var shortage: String?
  /// The verdict on the judge's scores alone.
  package let judgeVerdict: Verdict
  /// The verdict that takes precedence.
  package let verdict: Verdict

  /// What is said of too few verdicts, whether or not the scores alone give a verdict.
  private static let beginning = "People's verdicts do not correct this difference yet"

  /// Nil if neither run has verdicts, or if more rows will follow.
  ///
  /// - Parameters:
  ///   - rows: the indices of the rows that count in the comparison.
  ///   - scores: the comparison of the scores alone.
  init?(
    _ baseline: ComparedRun, _ candidate: ComparedRun, rows: [Int], _ rowGroups: RowGroups, _ scores: PairedComparison
  ) {
    guard !baseline.verdicts.isEmpty || !candidate.verdicts.isEmpty else { return nil }
    let pairs = RatedPairs(baseline, candidate, rows: rows, rowGroups)
    rated = pairs.rated
    judgeVerdict = scores.verdict
    let count = Set(pairs.drawn.map(\.group)).count
    let share = BlindShare(blind: pairs.blind, of: pairs.drawnCount, counted: pairs.drawn.count)
    note = share.note
    if share.counted < share.count, count < CorrectedMean.fewest {
      shortage = share.sentence
      reason = "\(Self.beginning). \(share.sentence)"
      (difference, interval, verdict) = (nil, nil, scores.verdict)
      return
    }
    guard count >= CorrectedMean.fewest, let difference = CorrectedMean(rated: pairs.drawn, unrated: pairs.others)
    else {
      let all = pairs.drawn.map(\.group) + pairs.others.map(\.group)
      let groups = Set(all).count
      let unit: EvidenceUnit = groups < all.count ? .group : .row
      let nextStep =
        groups < CorrectedMean.fewest
        ? "The runs have only \(unit.counted(groups)) in common. \(MoreVerdicts.remedy(isJudged: candidate.scoring.scorer.isJudged))"
        : MoreVerdicts.ofShownRows([candidate, baseline], rowGroups)
          ?? "responses_list with order random, without_verdict and hide_scores gives the same rows in both."
      reason =
        "\(Self.beginning): that takes \(unit.counted(CorrectedMean.fewest)) drawn at random with "
        + "verdicts \(candidate.scoring.verdictsOnScore) in both runs, and there are \(count). \(nextStep)"
      (difference, interval, verdict) = (nil, nil, scores.verdict)
      return
    }
    reason = nil
    self.difference = difference
    let finding = CorrectedFinding(difference, scores)
    interval = finding.shownInterval
    verdict = finding.verdict
    nonInferiorityBound = finding.verdict == .notWorse ? finding.bound : nil
    (marginInterval, doubt) = (finding.marginInterval, finding.doubt)
  }
}

/// The rows of two runs by whether people have scored them in both.
private struct RatedPairs {
  /// The rows with verdicts in both runs.
  var rated = 0
  /// The number of rows up to the first one without, in random order.
  var drawnCount = 0
  /// How many of these were scored blind in both runs.
  var blind = 0
  /// The first of these that count (``BlindShare``), with the differences of both.
  var drawn: [Agreement.Pair] = []
  /// All other rows.
  var others: [CorrectedMean.Unrated] = []

  /// - Parameter rows: those that count in the comparison.
  init(_ baseline: ComparedRun, _ candidate: ComparedRun, rows: [Int], _ groups: RowGroups) {
    var isDrawn = true
    var candidates: [(pair: Agreement.Pair, score: Double, isBlind: Bool)] = []
    let order = rows.sorted { DrawOrder.precedes(AnswerKey(rowIndex: $0), AnswerKey(rowIndex: $1)) }
    for row in order {
      guard let first = baseline.countedScore(ofRow: row), let second = candidate.countedScore(ofRow: row) else {
        continue
      }
      let group = groups[row]
      if let one = baseline.rated(row), let other = candidate.rated(row),
        one.isWhole == other.isWhole || one.isWhole == nil || other.isWhole == nil
      {
        rated += 1
        if isDrawn {
          candidates.append(
            (
              Agreement.Pair(human: other.human - one.human, judge: other.judge - one.judge, group: group),
              second - first, one.isBlind && other.isBlind
            ))
          continue
        }
      } else {
        isDrawn = false
      }
      others.append(CorrectedMean.Unrated(judge: second - first, group: group))
    }
    let counted = BlindShare.counted(candidates.map(\.isBlind))
    (drawnCount, blind) = (candidates.count, candidates.count(where: \.isBlind))
    drawn = candidates.prefix(counted).map(\.pair)
    others += candidates.dropFirst(counted).map { CorrectedMean.Unrated(judge: $0.score, group: $0.pair.group) }
  }
}

extension ComparedRun {
  /// What people and the judge gave a row, as means of the answers that both have scored and of the failed ones that count
  /// 0; nil without such a score.
  ///
  /// Nobody gives a verdict on a row that failed, so it is about the whole score or not, as the other run's.
  fileprivate func rated(_ row: Int) -> (human: Double, judge: Double, isBlind: Bool, isWhole: Bool?)? {
    if isWrong(row: row) { return (0, 0, true, nil) }
    let all = entries[row]?.answers ?? []
    let answered = 1 - Double(all.count(where: scoring.isWrong)) / Double(max(all.count, 1))
    let answers = all.compactMap { entry -> (HumanVerdicts.Score, Double)? in
      guard let verdict = verdicts.score(on: entry, scoring), let score = scoring.score(of: entry) else {
        return nil
      }
      return (verdict, score)
    }
    guard let first = answers.first else { return nil }
    return (
      answered * Moments.mean(answers.map(\.0.value)), answered * Moments.mean(answers.map(\.1)),
      answers.allSatisfy(\.0.isBlind), first.0.isWhole
    )
  }
}
