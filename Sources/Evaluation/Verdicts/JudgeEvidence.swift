/// What people's verdicts on rows drawn at random say of a judge: of the order of its scores, and of their level.
///
/// An order is right or wrong only if its interval shows that, and one that is the same score for every answer is wrong.
/// Simulated with scores of 1 to 5 and looks at 30, 40, 60, 80, 120, 160 and 240 verdicts: of judges with a true rank
/// correlation of 0.75, 0.7 % are ever called wrong in their order (9.5 % by the estimate alone), and 3.5 % where 80 % of
/// the scores are equal; of those with one of 0.35, 2 and 4 % are ever called right.
struct JudgeEvidence {
  /// What follows from it.
  struct Outcome {
    /// Nil for a decision that it leaves open.
    let word: JudgeDecision.Word?
    /// What follows; for an open decision what leaves it open, as a clause.
    let sentence: String
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

  /// How the scores differ from people's, as the end of a sentence on the judge; nil where nothing that matters is shown.
  var finding: String? {
    let level = hasWrongLevel ? JudgeDecision.strictness(bias.mean) : nil
    let order = !isEasy && isOrderRefuted(by: agreement.groups) ? "agrees little with people (\(orderText))" : nil
    let found = [level, order].compactMap(\.self)
    if !found.isEmpty { return found.joined(separator: " and ") }
    return !isEasy && isOrderShown(by: agreement.groups) && !agreement.isLevelLikely
      ? "gives other scores than people (\(lowKappa))" : nil
  }

  /// - Parameter basis: what it rests on, as the end of a clause; empty for all verdicts.
  func outcome(basis: String) -> Outcome {
    if isEasy { return easyRows(basis) }
    let interval = agreement.spearmanInterval.map(Self.text) ?? ""
    if isOrderRefuted(by: agreement.groups) {
      let reason =
        agreement.spearman == nil
        ? "they are all equal\(basis)"
        : "\(orderText), 95 % interval \(interval)\(basis), so it is below \(Self.strongOrder)"
      return Outcome(word: .distrust, sentence: "Do not trust the scores: \(reason).")
    }
    guard isOrderShown(by: agreement.groups) else {
      let limit = agreement.isOrderLikely ? Self.weakOrder : Self.strongOrder
      return Outcome(
        word: nil, sentence: "\(orderText)\(basis), and its 95 % interval, \(interval), does not exclude \(limit)")
    }
    return level(basis)
  }

  private func easyRows(_ basis: String) -> Outcome {
    let level = hasWrongLevel ? " The level of the scores is wrong: \(figures)\(basis)." : ""
    return Outcome(
      word: .easyRows,
      sentence:
        "People gave nearly every response \(agreement.commonest.shortText), so these rows cannot tell a good judge from "
        + "one that looks at nothing.\(level)")
  }

  /// The outcome for scores that are right in their order.
  private func level(_ basis: String) -> Outcome {
    let order = "The scores order the answers as people do, and"
    if !agreement.isLevelLikely {
      return Outcome(
        word: .trustOrder,
        sentence:
          "\(order) are not those that people give: \(lowKappa), and \(figures)\(basis). \(JudgeDecision.orderAlone)")
    }
    if bias.isNegligible(margin) {
      return Outcome(
        word: .trust,
        sentence:
          "Trust the scores: \(orderText), and their bias is within \(margin.plainText), 95 % interval "
          + "\(Self.text(bias.interval))\(basis).")
    }
    return bias.isShown
      ? Outcome(
        word: .trustOrder, sentence: "\(order) their level is wrong: \(figures)\(basis). \(JudgeDecision.orderAlone)")
      : Outcome(
        word: nil,
        sentence:
          "\(figures)\(basis), which neither excludes a bias of more than \(margin.plainText) nor shows one")
  }

  /// Whether a bias is shown that matters.
  private var hasWrongLevel: Bool { bias.isShown && !bias.isNegligible(margin) }

  private var orderText: String {
    agreement.spearman.map { "the rank correlation is \($0.shortText)" } ?? "all its scores are equal"
  }

  private var lowKappa: String {
    "kappa is \(agreement.kappa?.shortText ?? "not defined"), less than \(JudgeDecision.enoughAgreement)"
  }

  /// `their bias is 0.5, 99 % interval 0.2 to 0.8`.
  private var figures: String {
    "their bias is \(bias.mean.shortText), 99 % interval \(Self.text(bias.strictInterval))"
  }

  private static func text(_ interval: ClosedRange<Double>) -> String {
    "\(interval.lowerBound.shortText) to \(interval.upperBound.shortText)"
  }

  // MARK: More rows

  /// Whether so many rows decide, if people and judge go on to differ as they did.
  func isDecided(by count: Int) -> Bool {
    if isEasy || isOrderRefuted(by: count) { return true }
    guard isOrderShown(by: count) else { return false }
    return !agreement.isLevelLikely || bias.isDecided(by: count, margin)
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
  fileprivate var isOrderLikely: Bool { (spearman ?? 0) >= JudgeDecision.enoughAgreement }

  /// Whether they seem to be those that people give, in their level too.
  fileprivate var isLevelLikely: Bool { (kappa ?? 0) >= JudgeDecision.enoughAgreement }
}
