/// What may be done with the scores of a judge, by people's verdicts on rows drawn at random.
///
/// A judge is trusted only if the interval of its bias excludes a bias that matters. Few verdicts have a wide interval,
/// which contains 0 for any judge, and say nothing for it.
///
/// Order and level are judged apart. The order is that of the rank correlation, which a constant bias leaves alone. Kappa
/// is lower for the same bias where the answers are more alike, so it says only whether the level is right too.
///
/// Decisions are made at a few numbers of rows only, the ``looks``. Between two of them no verdict on another row turns a
/// decision, so whoever looks after every verdict seldom finds by chance what the verdicts do not show.
package struct JudgeDecision: Sendable, Equatable {
  package enum Word: String, Sendable, CaseIterable {
    /// The verdicts leave it open.
    case notEnough = "not_enough"
    /// Nearly all verdicts are the same score, which a judge that looks at nothing would give as well.
    case easyRows = "easy_rows"
    /// Its scores are those that people would give, to within the margin.
    case trust
    /// It orders responses as people do, but gives other scores.
    case trustOrder = "trust_order"
    case distrust = "do_not_trust"
  }

  package let word: Word
  /// An estimate of the further verdicts that may decide: up to the look that would, if people and judge went on to differ
  /// as they did; nil for a decision, and where verdicts alone do not decide.
  package let verdictsNeeded: Int?
  /// The number of rows drawn at random that it rests on; nil for fewer than the first look.
  package let look: Int?
  package let sentence: String
  /// How the scores differ from people's, as the end of a sentence on the judge; nil where nothing that matters is shown, and
  /// before the first look.
  let finding: String?

  /// What scores decide that are right in their order alone.
  static let orderAlone =
    "They tell which answers of this run are better. They decide neither how good the run is nor which of two runs is "
    + "better: the judge may be further off in one of them."

  /// The least rank correlation of a judge that orders responses as people do, and the least weighted kappa of one that
  /// gives their scores.
  package static let enoughAgreement = 0.6
  /// The share of one score from which on rows are easy.
  package static let easyShare = 0.9
  /// The numbers of rows at which a decision is made.
  package static let looks = [30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1280, 1920]

  /// The bias that matters: 5 % of the scale, as the margin of a comparison.
  package static func margin(_ bounds: ClosedRange<Double>) -> Double {
    ScoreScale.bounded(bounds).usualMargin
  }

  private init(
    _ word: Word, needed: Int? = nil, at look: Int? = nil, finding: String? = nil, _ sentence: String
  ) {
    (self.word, verdictsNeeded, self.look, self.finding, self.sentence) = (word, needed, look, finding, sentence)
  }

  /// - Parameters:
  ///   - reason: why there is no corrected mean; nil if there is one.
  ///   - bounds: the lowest and the highest score.
  ///   - isJudged: whether a judge gives the scores.
  init(_ rated: RatedAnswers, reason: String?, bounds: ClosedRange<Double>, isJudged: Bool = true) {
    let margin = Self.margin(bounds)
    let groups = rated.drawnGroups
    guard reason == nil, let look = rated.others.isEmpty ? groups : Self.looks.last(where: { $0 <= groups }) else {
      if BlindShare(rated).missing > 0 {
        self.init(.notEnough, needed: Self.needed(rated), "Not enough verdicts. \(reason ?? "") \(Self.remedy(rated))")
        return
      }
      let evidence = JudgeEvidence(rated.drawnRows, margin: margin)
      let needed =
        groups < CorrectedMean.fewest ? Self.needed(rated) { evidence?.isDecided(by: $0) ?? true } : nil
      let count = needed.map { "about \($0) more \($0 == 1 ? "verdict" : "verdicts") on rows drawn at random. " } ?? ""
      self.init(.notEnough, needed: needed, "Not enough verdicts: \(count)\(reason ?? "")")
      return
    }
    let rows = rated.drawnRows(ofFirst: look)
    guard let evidence = JudgeEvidence(rows, margin: margin) else {
      self.init(.notEnough, "Not enough verdicts.")
      return
    }
    // The figures that stand beside it are of all verdicts.
    let isOfAll = rows.count == rated.drawnRows.count && rated.counted == rated.pairs.count
    let basis = isOfAll ? "" : ", by the first \(rated.unit.counted(look)) drawn at random"
    let outcome = evidence.outcome(basis: basis)
    let finding = evidence.finding.map { $0 + (isOfAll ? ", by \(rated.pairs.count) verdicts" : basis) }
    if let word = outcome.word {
      self.init(word, at: look, finding: finding, outcome.sentence)
    } else {
      self.init(
        open: outcome.sentence, finding, rated, at: look, isJudged: isJudged, isDecided: evidence.isDecided)
    }
  }

  /// A decision that the verdicts leave open.
  ///
  /// - Parameters:
  ///   - doubt: what leaves it open.
  ///   - finding: what is shown nonetheless, see ``finding``.
  ///   - isDecided: whether so many rows would decide, if people and judge go on to differ as they did.
  private init(
    open doubt: String, _ finding: String?, _ rated: RatedAnswers, at look: Int, isJudged: Bool,
    isDecided: (Int) -> Bool
  ) {
    if BlindShare(rated).missing > 0 {
      self.init(
        .notEnough, needed: Self.needed(rated), at: look, finding: finding,
        "Not enough verdicts: \(doubt). \(Self.remedy(rated))")
      return
    }
    let groups = rated.drawnGroups
    let needed = Self.needed(rated, isDecided)
    let beyond = needed == nil ? Self.looks.first { $0 > groups && isDecided($0) }.map { $0 - groups } : nil
    let estimate = (needed ?? beyond).map {
      "About \($0) more may decide, if people and scores go on to differ as they did"
    }
    self.init(
      .notEnough, needed: needed, at: look, finding: finding,
      "Not enough verdicts: \(doubt). \(estimate ?? "More than \(Self.looks.last ?? 0) would be needed"). The decision is "
        + "made anew at \(Self.next(after: groups, of: rated.groups)) \(rated.unit.many), so that no single verdict turns it."
        + (needed == nil ? Self.shortage(rated, isJudged: isJudged) : ""))
  }

  /// `is 0.5 more generous than people`.
  static func strictness(_ bias: Double) -> String {
    "is \(abs(bias).shortText) \(bias > 0 ? "more generous" : "stricter") than people"
  }

  /// The blind verdicts after which those count that do not, if the run has as many answers for them.
  private static func needed(_ rated: RatedAnswers) -> Int? {
    let missing = BlindShare(rated).missing
    return missing <= rated.blindLeft ? missing : nil
  }

  /// What makes verdicts count that do not.
  private static func remedy(_ rated: RatedAnswers) -> String {
    needed(rated).map { needed in
      "The later verdicts count after \(needed) more on rows whose scores were not shown, if those are given blind."
    }
      ?? MoreVerdicts.ofShownRows
  }

  /// A note on a run that has fewer rows than are needed.
  private static func shortage(_ rated: RatedAnswers, isJudged: Bool) -> String {
    let left = rated.openGroups.count
    if rated.areShown { return " \(MoreVerdicts.ofShownRows)" }
    let shortage = left == 0 ? "All rows have verdicts." : "The run has \(rated.unit.more(left))."
    return " \(shortage) \(MoreVerdicts.remedy(isJudged: isJudged))"
  }

  /// The rows from the next look on, as words.
  ///
  /// - Parameter all: the number of rows of the run, at which a decision is made too.
  private static func next(after groups: Int, of all: Int) -> String {
    let ahead = looks.filter { $0 > groups && (all <= groups || $0 < all) } + (all > groups ? [all] : [])
    let next = ahead.prefix(2).map(String.init)
    return next.isEmpty ? "all" : next.joined(separator: ", ") + (ahead.count > 2 ? " and so on" : "")
  }

  /// How many verdicts there are to the look of the run that would decide; nil if none would.
  private static func needed(_ rated: RatedAnswers, _ isDecided: (Int) -> Bool) -> Int? {
    let all = rated.groups
    let ahead = looks.filter { $0 < all } + (all < CorrectedMean.fewest ? [] : [all])
    return ahead.first { $0 > rated.drawnGroups && isDecided($0) }.flatMap(rated.verdictsNeeded(toDraw:))
  }
}
