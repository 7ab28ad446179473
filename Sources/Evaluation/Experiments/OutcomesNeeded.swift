/// The number of outcomes of each version after which the evidence for the leader is enough.
package struct OutcomesNeeded: Sendable, Equatable {
  /// The smallest possible number: every further pair has to be won by the leader.
  package let fewest: Int
  /// The number with which the evidence is enough with a probability of 80 % or more, if the rates stay as they are.
  ///
  /// Nil while a version has fewer than ``ExperimentLead/fewestForRates`` outcomes, and for rates so alike that
  /// ``most`` outcomes would not tell them apart.
  package let likely: Int?

  /// The largest number that is worked out.
  static let most = 1_000_000

  /// What an experiment without outcomes takes; nil with fewer than two versions.
  package init?(without statistics: ExperimentStatistics) {
    guard statistics.arms.count > 1 else { return nil }
    fewest = Self.pairs(wins: 0, losses: 0, threshold: ExperimentLead.threshold(of: statistics))
    likely = nil
  }

  /// Nil if the evidence is already enough against every version, or contradicts itself: more outcomes help neither.
  init?(_ lead: ExperimentLead) {
    let open = lead.rivals.filter { $0.highest.evidence < lead.threshold }
    guard !open.isEmpty, lead.contradiction == nil else { return nil }
    fewest = open.reduce(0) { most, rival in
      let pairs = Self.pairs(wins: rival.wins, losses: rival.losses, threshold: lead.threshold)
      return max(most, lead.outcomes(with: pairs, against: rival))
    }
    guard lead.fewestOutcomes >= ExperimentLead.fewestForRates else {
      likely = nil
      return
    }
    likely = Self.likely(lead, against: open)
  }

  /// The smallest number with which the evidence against all of these rivals is enough with a probability of 80 %.
  private static func likely(_ lead: ExperimentLead, against open: [ExperimentLead.Rival]) -> Int? {
    guard let rate = lead.leader.rate else { return nil }
    let walks = open.compactMap { rival in
      rival.arm.rate.flatMap { EvidenceWalk(rival, rate, $0, threshold: lead.threshold) }
    }
    guard walks.count == open.count, !lead.isSeedRepeated, open.allSatisfy({ lead.pairedShare($0) > 0 }) else {
      return nil
    }
    // It fails against each rival so seldom that it fails against any of them with a probability of 20 % at most (Boole's
    // inequality).
    func isLikely(_ more: Int) -> Bool {
      zip(walks, open).reduce(0) { $0 + 1 - $1.0.probability(within: Double(more) * lead.pairedShare($1.1)) } <= 0.2
    }
    var (low, high) = (0, 1)
    while !isLikely(high) {
      (low, high) = (high, 2 * high)
      if high > most { return nil }
    }
    return lead.fewestOutcomes + Bisection.smallest(above: low, upTo: high, where: isLikely)
  }

  /// The number of pairs that have to be won, one after the other.
  private static func pairs(wins: Int, losses: Int, threshold: Double) -> Int {
    var count = max(1, losses - wins + 1)
    while Evidence.ofPairs(wins: wins + count, losses: losses) < threshold { count += 1 }
    return count
  }
}
