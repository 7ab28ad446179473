/// What people's verdicts on rows drawn at random say of a judge: of the order of its scores, and of their level.
///
/// An order is right or wrong only if its interval shows that. Of simulated judges with scores of 1 to 5 and a true rank
/// correlation of 0.74, 0.8 % are not trusted by 30 verdicts (8.8 % by the estimate alone); of those with one of 0.32,
/// 0.7 % are trusted.
struct JudgeEvidence {
  /// What follows from it.
  enum Outcome {
    /// - Parameter finding: as ``JudgeDecision/finding``.
    case decided(JudgeDecision.Word, finding: String?, sentence: String)
    /// - Parameter finding: what leaves the decision open.
    case open(finding: String)
  }

  /// What the interval of the rank correlation must exclude before the order is right.
  private static let weakOrder = 0.4
  /// What it must exclude before the order is wrong.
  private static let strongOrder = 0.7

  private let bias: JudgeBias
  private let agreement: Agreement
  /// The bias that matters.
  private let margin: Double

  /// Nil for fewer than two pieces of evidence.
  init?(_ rows: [Agreement.Pair], margin: Double) {
    guard let bias = JudgeBias(rows), let agreement = Agreement(rows) else { return nil }
    (self.bias, self.agreement, self.margin) = (bias, agreement, margin)
  }

  // MARK: The outcome

  /// - Parameter basis: what it rests on, as the end of a clause; empty for all verdicts.
  func outcome(basis: String) -> Outcome {
    if isEasy { return easyRows(basis) }
    if isOrderRefuted(by: agreement.groups) {
      let limit = agreement.spearman == nil ? "" : ", less than \(JudgeDecision.enoughAgreement)"
      let low = "\(agreement.orderText)\(limit)\(basis)"
      return .decided(
        .distrust, finding: "agrees little with people: \(low)", sentence: "Do not trust the scores: \(low).")
    }
    guard isOrderShown(by: agreement.groups) else {
      let interval = agreement.spearmanInterval.map { ", interval \(Self.text($0))" } ?? ""
      let other = agreement.isOrderLikely ? "\(Self.weakOrder) or less" : "\(Self.strongOrder) or more"
      return .open(finding: "\(agreement.orderText)\(interval)\(basis), which does not exclude one of \(other)")
    }
    return level(basis)
  }

  private func easyRows(_ basis: String) -> Outcome {
    let isWrong = bias.isShown && !bias.isNegligible(margin)
    let level = isWrong ? " The level of the scores is wrong: their bias is \(figures)." : ""
    return .decided(
      .easyRows, finding: isWrong ? "\(JudgeDecision.strictness(bias.mean))\(basis)" : nil,
      sentence:
        "People gave nearly every response \(agreement.commonest.shortText), so these rows cannot tell a good judge from "
        + "one that looks at nothing.\(level)")
  }

  /// The outcome for scores that are right in their order.
  private func level(_ basis: String) -> Outcome {
    let order = "The scores order the answers as people do, and"
    if !agreement.isLevelLikely {
      let low = "kappa is \(agreement.kappa?.shortText ?? "not defined"), less than \(JudgeDecision.enoughAgreement)"
      return .decided(
        .trustOrder,
        finding: bias.isShown
          ? "\(JudgeDecision.strictness(bias.mean))\(basis)" : "gives other scores than people: \(low)\(basis)",
        sentence:
          "\(order) are not those that people give: \(low), and their bias is \(figures)\(basis). "
          + JudgeDecision.orderAlone)
    }
    if bias.isNegligible(margin) {
      return .decided(
        .trust, finding: nil,
        sentence:
          "Trust the scores: their bias is within \(margin.plainText), interval \(Self.text(bias.interval))\(basis).")
    }
    guard bias.isShown else {
      return .open(
        finding:
          "the interval of the bias, \(Self.text(bias.interval))\(basis), neither excludes a bias of more than "
          + "\(margin.plainText) nor shows one")
    }
    return .decided(
      .trustOrder, finding: "\(JudgeDecision.strictness(bias.mean))\(basis)",
      sentence: "\(order) their level is wrong: their bias is \(figures)\(basis). \(JudgeDecision.orderAlone)")
  }

  /// `0.5, interval 0.2 to 0.8`.
  private var figures: String { "\(bias.mean.shortText), interval \(Self.text(bias.interval))" }

  private static func text(_ interval: ClosedRange<Double>) -> String {
    "\(interval.lowerBound.shortText) to \(interval.upperBound.shortText)"
  }

  // MARK: More rows

  /// Whether so many rows decide, if people and judge go on to differ as they did.
  func isDecided(by count: Int) -> Bool {
    if isEasy || isOrderRefuted(by: count) { return true }
    guard isOrderShown(by: count) else { return false }
    let spread = bias.spread(count)
    return !agreement.isLevelLikely || abs(bias.mean) + spread <= margin || abs(bias.mean) > spread
  }

  /// Whether nearly all verdicts are the same score.
  private var isEasy: Bool { agreement.commonestShare >= JudgeDecision.easyShare }

  /// Whether so many rows with this rank correlation show that the scores order answers as people do.
  private func isOrderShown(by count: Int) -> Bool {
    guard agreement.isOrderLikely, let interval = agreement.spearmanInterval(of: count) else { return false }
    return interval.lowerBound >= Self.weakOrder
  }

  /// Whether so many rows with this rank correlation show that they do not.
  private func isOrderRefuted(by count: Int) -> Bool {
    guard !agreement.isOrderLikely, agreement.spearman != nil else { return !agreement.isOrderLikely }
    return agreement.spearmanInterval(of: count).map { $0.upperBound < Self.strongOrder } ?? false
  }
}

extension Agreement {
  /// Whether the scores seem to order responses as people do.
  var isOrderLikely: Bool { (spearman ?? 0) >= JudgeDecision.enoughAgreement }

  /// Whether they seem to be those that people give, in their level too.
  fileprivate var isLevelLikely: Bool { (kappa ?? 0) >= JudgeDecision.enoughAgreement }

  /// `the rank correlation is 0.43`; it is not defined where all scores of the judge or of the people are equal.
  var orderText: String {
    spearman.map { "the rank correlation is \($0.shortText)" }
      ?? "the rank correlation is not defined, because its scores or people's are all equal"
  }
}
