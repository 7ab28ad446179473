import JSONCoding
package import Store

/// The runs of a dataset that no other run beats in both the mean score and the cost of the answers.
///
/// Averages alone never say that a run is beaten: of two equal runs one always looks better. A run is beaten where
/// another one is shown to be better in one of the two, and shown not to be worse in the other by more than the margin:
/// 5 % of the scale or of the cost. The verdict on scores is that of ``RunComparison``, the one on costs follows from
/// ``PairedRatio``, both at a level that all pairs of runs share (Bonferroni).
package struct Frontier: Sendable {
  package enum Standing: String, Sendable {
    /// No run has a score at least as high at a cost at least as low.
    case frontier
    /// One has, but the difference may be chance.
    case perhapsBeaten = "perhaps_beaten"
    case beaten
  }

  /// A run with its score and cost.
  package struct Point: Sendable {
    package let side: ComparedRun
    /// Its rows' scores; where no answer is a wrong answer, failed rows count 0.
    package let scores: GroupedScores
    /// Their mean.
    package let score: Double
    /// What people's verdicts say of that mean; nil without.
    package let trust: JudgeTrust?
    /// Why its judge is not trusted; nil where it is.
    package let fault: JudgeFault?
    /// That its judge was not tested; nil where it was, or where it is known whether it can be trusted.
    package let untested: UntestedJudge?
    /// The mark of its mean: that its judge is not trusted, or was not tested; nil where nothing speaks against it.
    package var mark: String? { fault?.mark ?? untested.map { _ in UntestedJudge.mark } }
    /// The mark with its reason.
    package var note: String? { fault?.note ?? untested?.note }
    /// US dollars an answered row, without judging.
    package let cost: Double
    package fileprivate(set) var standing = Standing.frontier
    /// The comparison of the run that beats it, or may, with this one as the baseline.
    package fileprivate(set) var rival: RunComparison?

    fileprivate init?(_ side: ComparedRun, _ groups: RowGroups, cost: Double) {
      scores = side.scores(groups)
      guard let score = scores.mean else { return nil }
      (self.side, self.score, self.cost) = (side, score, cost)
      let trust = side.judgeTrust(groups)
      self.trust = trust.first { $0.target == side.scoring.scoreTarget }
      fault = side.judgeFaults(trust).first
      untested = side.untestedJudge(trust)
    }

    /// Whether its averages are at least as good in both, and better in one, whatever their rounding.
    ///
    /// - Parameters:
    ///   - gain: how much higher its score is on average.
    ///   - scale: the scale of both scores.
    fileprivate func looksBetter(than other: Point, gain: Double, _ scale: ScoreScale) -> Bool {
      let (isScoreEqual, isCostEqual) = (gain.isNearly(0, ofSize: scale.range), hasNearlyCost(of: other))
      return (isScoreEqual || gain > 0) && (isCostEqual || cost < other.cost) && !(isScoreEqual && isCostEqual)
    }

    fileprivate func hasNearlyCost(of other: Point) -> Bool { cost.isNearly(other.cost, ofSize: max(cost, other.cost)) }
  }

  /// A run that is not compared, and why.
  package struct LeftOut: Sendable {
    package let run: RunRecord
    package let reason: String
  }

  /// Unbeaten ones first, each kind from the cheapest.
  package private(set) var points: [Point] = []
  package private(set) var leftOut: [LeftOut] = []
  /// Which of the runs that cannot be compared with each other were chosen; nil where all can.
  package private(set) var choice: String?

  /// The largest number of runs that are compared with each other.
  private static let mostRuns = 25
  /// How much dearer still counts as not dearer.
  private static let costMargin = 0.05

  /// - Parameter runs: the runs of a dataset, the newest first.
  package init(_ runs: [ComparedRun], of dataset: DatasetRecord) throws {
    let hash = dataset.fingerprint
    var sides: [ComparedRun] = []
    for side in runs {
      if let reason = try Self.flaw(side, hash: hash) ?? Self.doubt(side, dataset) {
        leftOut.append(LeftOut(run: side.run, reason: reason))
      } else {
        sides.append(side)
      }
    }
    guard let model = Self.commonest(sides) else { return }
    var others = 0
    for side in sides {
      if let reason = Self.difference(side, from: model) {
        leftOut.append(LeftOut(run: side.run, reason: reason))
        others += 1
      } else if points.count == Self.mostRuns {
        leftOut.append(
          LeftOut(
            run: side.run,
            reason: "Only the newest \(Self.mostRuns) runs are compared. tag_names or prompt_id choose others."))
      } else if let cost = Self.cost(side), let point = Point(side, try RowGroups([side], of: dataset), cost: cost) {
        points.append(point)
      }
    }
    if others > 0 { choice = Self.choice(of: model, others: others) }
    try decide(dataset)
  }

  // MARK: Runs that cannot be compared

  /// Why a run is compared with no other; nil if it can be.
  private static func flaw(_ side: ComparedRun, hash: String) -> String? {
    // A run on other rows cannot go on.
    if let old = side.run.snapshot?.datasetHash, old != hash {
      return "The dataset was changed since. \(ChangedDataset.remedy(likeRun: side.run.id))"
    }
    guard side.run.status == .completed else {
      if side.run.status == .pending { return "It is not completed: \(side.progress). runs_generate starts it." }
      if side.isInterrupted { return "It was interrupted. runs_generate resumes it." }
      return side.isFinished
        ? "It is \(side.run.status.rawValue), not completed. runs_generate completes it."
        : "It is not completed: \(side.progress)."
    }
    if side.hasStopped {
      return
        "It stopped early (stop_against), so its average is probably misjudged. A run without stop_against has a fair one: "
        + "runs_create with like_run \(side.run.id), stop_against null and reuse true, then runs_generate."
    }
    if side.run.snapshot?.datasetHash == nil {
      return "Which rows it answered is not recorded. \(ChangedDataset.remedy(likeRun: side.run.id))"
    }
    if side.scores(nil).scores.isEmpty {
      return "It has no scores. "
        + (side.scoring.scorer.scale == nil
          ? "runs_update with scoring scores its answers." : "Its warnings (runs_get) say why.")
    }
    return cost(side) == nil
      ? "The cost of its answers is not known: its warnings (runs_get) say why and what gives a price." : nil
  }

  /// Why the scores of a run decide nothing, so that they give it no place; nil if they do, or if people's verdicts tell
  /// what they are worth.
  private static func doubt(_ side: ComparedRun, _ dataset: DatasetRecord) throws -> String? {
    var known: RowGroups?
    func groups() throws -> RowGroups {
      let found = try known ?? RowGroups([side], of: dataset)
      known = found
      return found
    }
    return try FailedProbeAdvice.finding(on: side, side.probeFaults(groups), groups)
  }

  /// The newest run of those that most others can be compared with.
  private static func commonest(_ sides: [ComparedRun]) -> ComparedRun? {
    var groups: [(first: ComparedRun, origin: ScoreOrigin, count: Int)] = []
    for side in sides {
      let origin = side.origin
      if let place = groups.firstIndex(where: { $0.origin == origin && $0.first.selectedRows == side.selectedRows }) {
        groups[place].count += 1
      } else {
        groups.append((side, origin, 1))
      }
    }
    let most = groups.map(\.count).max()
    return groups.first { $0.count == most }?.first
  }

  /// Which runs were chosen, and how others are.
  ///
  /// - Parameter others: the number of runs with scores that were not.
  private static func choice(of model: ComparedRun, others: Int) -> String {
    let scoring = model.scoring
    let judge = scoring.scorer.isJudged ? scoring.judgeModel.map { " by \($0)" } ?? "" : ""
    let metrics = scoring.scoringMetrics.map(\.name).joined(separator: ", ").nonEmpty.map { " (\($0))" } ?? ""
    return
      "These runs are scored with \(scoring.scoring.rawValue)\(judge)\(metrics) on rows \(model.selectedRows), like run "
      + "\(model.run.id): the largest group that can be compared. \(others) other \(others == 1 ? "run that is" : "runs that are") scored in another way "
      + "or on other rows \(others == 1 ? "is" : "are") in left_out. To compare those, choose them alone with tag_names."
  }

  /// Why a run cannot be compared with those like the model; nil if it can.
  private static func difference(_ side: ComparedRun, from model: ComparedRun) -> String? {
    if side.run.id == model.run.id { return nil }
    if side.selectedRows != model.selectedRows {
      return
        "It answered other rows (\(side.selectedRows)) than run \(model.run.id) (\(model.selectedRows)). runs_create with like_run "
        + "\(side.run.id), rows \"\(model.selectedRows)\" and reuse true, then runs_generate, makes one on the same rows."
    }
    return ScoreDifference.sentence(model, side)
  }

  // MARK: Averages

  private static func cost(_ side: ComparedRun) -> Double? {
    // In the order of rows, because sums of doubles depend on it.
    let answered = side.entries.sorted { $0.key < $1.key }.map(\.value).filter { $0.status != .failed }
    let known = answered.compactMap(\.generationCost)
    guard !known.isEmpty, PairedRatio.isRepresentative(known: known.count, unknown: answered.count - known.count) else {
      return nil
    }
    return known.reduce(0, +) / Double(known.count)
  }

  // MARK: Standings

  private mutating func decide(_ dataset: DatasetRecord) throws {
    points.sort { ($0.cost, $1.score, $0.side.run.id) < ($1.cost, $0.score, $1.side.run.id) }
    let pairs = max(points.count * (points.count - 1) / 2, 1)
    guard let table = try points.first.flatMap({ try dataset.table(of: $0.side.run) }) else { return }
    // Searching the rows takes long, and a run may be compared with several.
    var known: [Int: String?] = [:]
    func copies(of side: ComparedRun) -> String? {
      if let copies = known[side.run.id] { return copies }
      let copies = side.copies(from: table)
      known.updateValue(copies, forKey: side.run.id)
      return copies
    }
    for index in points.indices {
      for rival in points where rival.side.run.id != points[index].side.run.id {
        guard rival.cost < points[index].cost || rival.hasNearlyCost(of: points[index]) else { continue }
        let sides = [points[index].side, rival.side]
        func compared() throws -> RunComparison {
          try RunComparison(
            baseline: sides[0], candidate: sides[1],
            copies: zip(sides, [false, true]).compactMap { side, isCandidate in
              copies(of: side).map { RunComparison.Copies(sentence: $0, isOfCandidate: isCandidate) }
            },
            groups: RowGroups(sides, table: table, columns: dataset.columns), comparisons: pairs)
        }
        // The difference as people's verdicts correct it goes before the difference of the means.
        let isRated = sides.allSatisfy { !$0.verdicts.isEmpty }
        let corrected = isRated ? try compared() : nil
        let gain = corrected?.corrected?.difference?.mean ?? (rival.score - points[index].score)
        let scale = ComparedRun.scale(of: sides[0], sides[1])
        guard rival.looksBetter(than: points[index], gain: gain, scale) else { continue }
        let comparison = try corrected ?? compared()
        let isBeaten = Self.isShown(comparison, level: MultipleTests.level(comparisons: pairs, drafts: 1))
        if isBeaten || points[index].rival == nil {
          points[index].rival = comparison
          points[index].standing = isBeaten ? .beaten : .perhapsBeaten
        }
        if isBeaten { break }
      }
    }
    let order = [Standing.frontier, .perhapsBeaten, .beaten]
    points = order.flatMap { standing in points.filter { $0.standing == standing } }
  }

  /// Whether a candidate is shown to beat the baseline.
  private static func isShown(_ comparison: RunComparison, level: Double) -> Bool {
    guard comparison.scores != nil, [.better, .same, .notWorse].contains(comparison.verdict) else { return false }
    // Two free models have no ratio.
    let highest = comparison.cost.isFree ? 1 : comparison.cost.interval(level: level)?.upperBound
    guard let highest else { return false }
    return highest < 1 || comparison.verdict == .better && highest <= 1 + costMargin
  }
}

extension ComparedRun {
  /// The scores of its rows; where no answer is a wrong answer, failed rows count 0.
  fileprivate func scores(_ groups: RowGroups?) -> GroupedScores {
    let scored = entries.sorted { $0.key < $1.key }.compactMap { row, _ -> (row: Int, score: Double)? in
      (score(ofRow: row) ?? (isWrong(row: row) ? 0 : nil)).map { (row, $0) }
    }
    return GroupedScores(scored.map(\.score), groups: groups.map { groups in scored.map { groups[$0.row] } })
  }

  /// The selection of rows of the run's answers.
  fileprivate var selectedRows: String { run.snapshot?.rows ?? "all" }
}
