/// What may be done with the scores of a judge, by people's verdicts on rows drawn at random.
///
/// A judge is trusted only if the interval of its bias excludes a bias that matters. Few verdicts have a wide interval,
/// which contains 0 for any judge, and say nothing for it.
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
  /// The number of further verdicts that would decide, if people and judge differ as they did; nil for a decision, and
  /// where verdicts alone do not decide.
  package let verdictsNeeded: Int?
  package let sentence: String

  /// The least weighted kappa of a judge that orders responses as people do.
  package static let enoughKappa = 0.6
  /// The share of one score from which on rows are easy.
  package static let easyShare = 0.9
  /// The largest number of verdicts that is advised.
  private static let most = 2000

  /// The bias that matters: 5 % of the scale, as the margin of a comparison.
  package static func margin(_ bounds: ClosedRange<Double>) -> Double {
    0.05 * (bounds.upperBound - bounds.lowerBound)
  }

  private init(_ word: Word, needed: Int? = nil, _ sentence: String) {
    (self.word, verdictsNeeded, self.sentence) = (word, needed, sentence)
  }

  /// - Parameters:
  ///   - reason: why there is no corrected mean; nil if there is one.
  ///   - bounds: the lowest and the highest score.
  init(_ rated: RatedAnswers, reason: String?, bounds: ClosedRange<Double>) {
    let bias = Bias(rated.drawnRows, margin: Self.margin(bounds))
    if rated.drawnGroups < CorrectedMean.fewest || reason != nil {
      let lacking = CorrectedMean.fewest - rated.drawnGroups
      let needed = lacking > 0 ? max(lacking, bias?.needed ?? 0) : nil
      let count = needed.map { "\($0) more \($0 == 1 ? "verdict" : "verdicts") on rows drawn at random. " } ?? ""
      self.init(.notEnough, needed: needed, "Not enough verdicts: \(count)\(reason ?? "")")
      return
    }
    guard let bias, let agreement = Agreement(rated.drawnRows) else {
      self.init(.notEnough, "Not enough verdicts.")
      return
    }
    let range = "\(bias.interval.lowerBound.shortText) to \(bias.interval.upperBound.shortText)"
    let margin = bias.margin.plainText
    if agreement.commonestShare >= Self.easyShare {
      self.init(
        .easyRows,
        "People gave nearly every response \(agreement.commonest.shortText), so these rows cannot tell a good judge from one "
          + "that looks at nothing.")
    } else if (agreement.kappa ?? 0) < Self.enoughKappa {
      let kappa = agreement.kappa.map { "is \($0.shortText)" } ?? "is not defined"
      self.init(.distrust, "Do not trust the scores: kappa \(kappa), less than \(Self.enoughKappa).")
    } else if bias.isNegligible {
      self.init(.trust, "Trust the scores: their bias is within \(margin), interval \(range).")
    } else if bias.isShown {
      self.init(
        .trustOrder,
        "Trust the order of the scores, not their level: their bias is \(bias.mean.shortText), interval \(range).")
    } else {
      let needed = bias.needed
      let count = needed.map { "\($0) more would decide, if people and scores differ as they did" }
      self.init(
        .notEnough, needed: needed,
        "Not enough verdicts: the bias is between \(range), which neither excludes a bias of more than \(margin) nor shows "
          + "one. \(count ?? "More than \(Self.most) would be needed").")
    }
  }
}

extension JudgeDecision {
  /// The bias of a judge with an interval that full agreement does not narrow to nothing.
  private struct Bias {
    let mean: Double
    let interval: ClosedRange<Double>
    let margin: Double
    let needed: Int?

    var isNegligible: Bool { interval.lowerBound >= -margin && interval.upperBound <= margin }
    var isShown: Bool { !interval.contains(0) }

    /// Nil for fewer than two groups.
    init?(_ pairs: [Agreement.Pair], margin: Double) {
      let grouped = GroupedMean(pairs.map { ($0.judge - $0.human, $0.group) })
      guard let error = grouped.standardError else { return nil }
      let mean = grouped.mean
      // As of two more rows that differ by a point, one in either direction.
      let variance = error * error * Double(grouped.groups)
      func spread(_ count: Int) -> Double {
        let padded = (variance * Double(count) + 2).squareRoot() / Double(count + 2)
        let usual = (variance / Double(count)).squareRoot()
        return StudentT.quantile(0.975, degrees: Double(count - 1)) * max(padded, usual)
      }
      func isDecided(_ count: Int) -> Bool {
        let spread = spread(count)
        return abs(mean) + spread <= margin || abs(mean) > spread
      }
      let now = spread(grouped.groups)
      self.mean = mean
      self.margin = margin
      interval = (mean - now)...(mean + now)
      needed =
        isDecided(grouped.groups)
        ? nil
        : (grouped.groups + 1...max(JudgeDecision.most, grouped.groups + 1)).first(where: isDecided).map {
          $0 - grouped.groups
        }
    }
  }
}

extension JudgeTrust {
  /// Why the mean of the scores alone should decide nothing, by people's verdicts so far; nil without such a reason.
  package var warning: String? {
    guard let agreement else { return nil }
    let margin = JudgeDecision.margin(bounds)
    let name = target.name.clipped(to: 60)
    let bias = agreement.biasInterval.flatMap { interval -> String? in
      guard !interval.contains(0), abs(interval.lowerBound) > margin || abs(interval.upperBound) > margin else {
        return nil
      }
      return "is \(abs(agreement.bias).shortText) \(agreement.bias > 0 ? "more generous" : "stricter") than people"
    }
    let isLow =
      (agreement.kappa ?? 0) < JudgeDecision.enoughKappa && agreement.commonestShare < JudgeDecision.easyShare
    let kappa = isLow ? "agrees little with people (kappa \(agreement.kappa?.shortText ?? "not defined"))" : nil
    let faults = [bias, kappa].compactMap(\.self)
    if faults.isEmpty { return nil }
    let wayOn =
      if let corrected, let interval {
        "People would give \(corrected.mean.shortText) on average (95 % interval \(interval.lowerBound.shortText) to "
          + "\(interval.upperBound.shortText)), not \(corrected.judgeMean.shortText)."
      } else {
        "There is no corrected mean yet. \(reason ?? "")"
      }
    return "The \(scorer) of \(name) \(faults.joined(separator: " and ")), by \(agreement.count) verdicts. \(wayOn)"
  }
}
