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
    // It fails against each rival so seldom that it fails against any of them with a probability of 20 % at most (Boole's
    // inequality).
    let power = Normal.quantile(1 - 0.2 / Double(open.count))
    likely = open.reduce(0 as Int?) { most, rival in
      guard let most, let rate = lead.leader.rate, let other = rival.arm.rate,
        let pairs = Self.pairs(rival, rate, other, power: power, threshold: lead.threshold)
      else { return nil }
      return max(most, lead.outcomes(with: pairs, against: rival))
    }
  }

  /// The number of pairs that have to be won, one after the other.
  private static func pairs(wins: Int, losses: Int, threshold: Double) -> Int {
    var count = max(1, losses - wins + 1)
    while Evidence.ofPairs(wins: wins + count, losses: losses) < threshold { count += 1 }
    return count
  }

  /// The number of further pairs of versions with these rates, if they are won less often than on average.
  ///
  /// - Parameter power: how much less often, in standard deviations.
  private static func pairs(
    _ rival: ExperimentLead.Rival, _ rate: Double, _ other: Double, power: Double, threshold: Double
  ) -> Int? {
    let (won, lost) = (rate * (1 - other), other * (1 - rate))
    let (differing, difference) = (won + lost, won - lost)
    guard difference > 0 else { return nil }
    let spread = (differing - difference * difference).squareRoot()
    var count = 1
    while count <= most {
      let pairs = Double(count)
      let ahead = pairs * difference - power * spread * pairs.squareRoot()
      let wins = rival.wins + Int(max((pairs * differing + ahead) / 2, 0))
      let losses = rival.losses + Int(max((pairs * differing - ahead) / 2, 0).rounded(.up))
      if wins > losses, Evidence.ofPairs(wins: wins, losses: losses) >= threshold { return count }
      count += max(1, count / 50)
    }
    return nil
  }
}
