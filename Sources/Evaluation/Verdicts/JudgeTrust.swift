import Store

/// How far the scores of a run by one criterion can be trusted, by people's verdicts on some of its answers.
package struct JudgeTrust: Sendable {
  package let target: VerdictTarget
  package let rated: RatedAnswers
  /// Nil for fewer than ``Agreement/fewest`` pieces of evidence.
  package let agreement: Agreement?
  /// The mean that people would give, with its 95 % interval; nil where that is not known.
  package let corrected: CorrectedMean?
  package let interval: ClosedRange<Double>?
  /// Why there is no corrected mean; nil if there is one.
  package let reason: String?
  /// The number of verdicts by another wording, which do not count.
  package let outdated: Int
  /// The number of verdicts that were given in other runs, on the answers that this one copies.
  let inherited: Int
  /// What may be done with the scores.
  package let decision: JudgeDecision
  /// The lowest and the highest score.
  package let bounds: ClosedRange<Double>

  /// - Parameters:
  ///   - bounds: the lowest and the highest score.
  ///   - isStopped: whether the run's scores decided how many rows it has.
  init(
    _ target: VerdictTarget, _ rated: RatedAnswers, bounds: ClosedRange<Double>, outdated: Int, inherited: Int = 0,
    isStopped: Bool = false
  ) {
    self.inherited = inherited
    self.target = target
    self.rated = rated
    self.outdated = outdated
    agreement = .ofEnough(rated.pairs)
    let reason = Self.reason(rated, isJudged: target.takesStars, isStopped: isStopped)
    self.reason = reason
    self.bounds = bounds
    decision = JudgeDecision(rated, reason: reason, bounds: bounds, isJudged: target.takesStars)
    corrected = reason == nil ? CorrectedMean(rated: rated.drawnRows, unrated: rated.others) : nil
    interval = corrected.map { corrected in
      let interval = corrected.interval(level: 0.95)
      func clipped(_ value: Double) -> Double { min(max(value, bounds.lowerBound), bounds.upperBound) }
      return clipped(interval.lowerBound)...clipped(interval.upperBound)
    }
  }

  private static func reason(_ rated: RatedAnswers, isJudged: Bool, isStopped: Bool) -> String? {
    if isStopped { return "The run stopped early, so its rows depend on its scores." }
    let next = "responses_list with order random, without_verdict and hide_scores gives the next rows"
    let share = BlindShare(rated)
    // Rows that the run does not have are no advice.
    let left = rated.openGroups.count
    let nextStep =
      if let needed = rated.verdictsNeeded(toDraw: CorrectedMean.fewest) {
        rated.pairs.count == rated.drawn.count
          ? "\(next)."
          : "\(next): with verdicts on \(needed) of them, rows rated before count as drawn too."
      } else if rated.areShown {
        MoreVerdicts.ofShownRows
      } else {
        "The run has \(rated.unit.more(left)). \(MoreVerdicts.remedy(isJudged: isJudged))"
      }
    if share.counted < share.count, rated.drawnGroups < CorrectedMean.fewest { return share.sentence }
    if rated.pairs.count > rated.drawn.count, rated.drawnGroups < CorrectedMean.fewest {
      return
        "\(rated.drawn.count) of \(rated.pairs.count) rated responses were drawn at random, and a corrected mean "
        + "takes \(CorrectedMean.fewest): rows that were chosen bias it, however many they are. \(nextStep)"
    }
    if rated.drawnGroups < CorrectedMean.fewest {
      return "A corrected mean takes \(rated.unit.counted(CorrectedMean.fewest)) drawn at random; \(rated.drawnGroups) "
        + "\(rated.drawnGroups == 1 ? "has a verdict" : "have verdicts"). \(nextStep)"
    }
    return nil
  }
}

/// What helps where a run has too few rows for the verdicts that it takes.
enum MoreVerdicts {
  /// What helps where the scores of too many rows were shown before people gave verdicts.
  static let ofShownRows =
    "More verdicts on this run cannot help, because the scores of too many rows were shown. Run it again without reuse, "
    + "which would copy the same answers, and give verdicts before its scores are shown."

  /// The same of two runs; nil where their scores were not shown.
  static func ofShownRows(_ sides: [ComparedRun], _ groups: RowGroups) -> String? {
    guard let shown = sides.first(where: { $0.ratedScores(groups).areShown }) else { return nil }
    return
      "More verdicts on run \(shown.run.id) cannot help, because the scores of too many of its rows were shown. Run both again "
      + "without reuse, and give verdicts on both before their scores are shown."
  }

  /// - Parameter isJudged: whether a judge gives the scores; a check and the expected output need no verdicts.
  static func remedy(isJudged: Bool) -> String {
    "It takes more rows: append them to the dataset (datasets_update), then runs_create with like_run and reuse: true."
      + (isJudged ? " A check or the expected output scores without verdicts." : "")
  }
}

extension BlindShare {
  /// Why too few count.
  var sentence: String {
    "\(count - blind) of the \(count) verdicts on rows drawn at random were not given blind: the judge's score was or may "
      + "have been shown before. A correction allows a tenth, so \(counted == 0 ? "none" : "only the first \(counted)") "
      + "of them \(counted == 1 ? "counts" : "count"), and it takes \(CorrectedMean.fewest)."
  }

  /// A note that verdicts do not count; nil if all do.
  var note: String? {
    guard counted < count else { return nil }
    return
      "Of the \(count) verdicts on rows drawn at random, the first \(counted) count: too many of the later ones were "
      + "given after the judge's score was or may have been shown."
  }
}

extension ComparedRun {
  /// The trust in the run's score, and in each of its metrics that people have given verdicts by.
  ///
  /// Empty without verdicts that count.
  package func judgeTrust(_ groups: RowGroups) -> [JudgeTrust] {
    if verdicts.isEmpty { return [] }
    let entries = entries.values.flatMap(\.answers)
    let isStopped = hasStopped
    var found: [JudgeTrust] = []
    if let target = scoring.scoreTarget, let scale = scoring.scorer.scale {
      found.append(
        JudgeTrust(
          target, ratedScores(groups), bounds: scale.bounds, outdated: verdicts.outdated(for: target),
          inherited: verdicts.inherited(for: target), isStopped: isStopped))
    }
    for metric in scoring.allMetrics {
      let target = VerdictTarget(metric)
      if found.contains(where: { $0.target == target }) { continue }
      found.append(
        JudgeTrust(
          target, rated(metric, entries, groups),
          bounds: metric.scale.bounds, outdated: verdicts.outdated(for: target),
          inherited: verdicts.inherited(for: target), isStopped: isStopped))
    }
    return found.filter { $0.rated.verdicts > 0 || $0.outdated > 0 }
  }

  /// The answers with a score, by whether people have given one too.
  func ratedScores(_ groups: RowGroups) -> RatedAnswers {
    RatedAnswers(
      entries.values.flatMap(\.answers), group: { groups[$0] }, human: { verdicts.score(on: $0, scoring) },
      judge: scoring.score(of:), canBeBlind: canBeBlind)
  }

  /// The answers that a metric's judge has scored, by whether people have.
  func rated(_ metric: RunScoring.Metric, _ entries: [ResponseEntry], _ groups: RowGroups) -> RatedAnswers {
    let target = VerdictTarget(metric)
    return RatedAnswers(
      entries, group: { groups[$0] }, human: { verdicts.score(on: $0.id, for: target) },
      judge: { scoring.review(of: $0, by: metric)?.score }, canBeBlind: canBeBlind)
  }
}
