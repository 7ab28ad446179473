/// The version that leads an experiment, and the evidence that it is the best.
///
/// The i-th outcome of the leader is paired with the i-th of another version, in the order of the generations. Whatever
/// rule draws the versions and whenever somebody stops to look, these pairs are independent draws of the same kind, so
/// ``Evidence`` in them keeps its promise: of experiments with equal versions at most 5 % ever reach ``threshold``. What
/// has reached it once is shown, even if the evidence falls again.
package struct ExperimentLead: Sendable {
  /// Another version beside the leader.
  package struct Rival: Sendable {
    package let promptID: Int
    /// Outcomes of both that could be paired.
    package let pairs: Int
    /// Pairs in which only the leader's outcome was positive.
    package let wins: Int
    package let losses: Int
    /// The highest evidence that there was for the leader.
    package let highest: PairedOutcomes.Highest
    /// The highest evidence that there was against it.
    let highestAgainst: PairedOutcomes.Highest

    init(_ rival: ExperimentStatistics.Arm, against leader: ExperimentStatistics.Arm) {
      let outcomes = PairedOutcomes(leader.results, rival.results)
      promptID = rival.promptID
      (pairs, wins, losses) = (outcomes.pairs, outcomes.wins, outcomes.losses)
      (highest, highestAgainst) = (outcomes.highestForFirst, outcomes.highestForSecond)
    }

    /// The evidence in all pairs, for whichever of the two is ahead.
    var evidence: Double { Evidence.ofPairs(wins: wins, losses: losses) }
  }

  package let leader: ExperimentStatistics.Arm
  /// The others beside the leader, in the same order.
  package let rivals: [Rival]
  /// The evidence that must be reached against every rival.
  package let threshold: Double
  /// The other versions that take part, in the experiment's order.
  let others: [ExperimentStatistics.Arm]

  /// Finds the leader: of the versions with outcomes, the one with the highest mean of its posterior.
  ///
  /// Nil if fewer than two versions take part, or there is no outcome.
  package init?(_ statistics: ExperimentStatistics) {
    let arms = statistics.arms
    let candidates = arms.indices.filter { arms[$0].outcomes > 0 }
    guard arms.count > 1,
      let index = candidates.max(by: { arms[$0].posterior.mean < arms[$1].posterior.mean })
    else { return nil }
    let leader = arms[index]
    let others = arms.enumerated().filter { $0.offset != index }.map(\.element)
    self.leader = leader
    self.others = others
    rivals = others.map { Rival($0, against: leader) }
    // Versions that were tried and taken out were looked at as well.
    let tried = arms.count + statistics.formerArms.count { $0.outcomes > 0 }
    threshold = Evidence.threshold * Double(tried - 1)
  }

  /// Whether the leader is shown to be better than every other version, and none of them better than it.
  package var isEnough: Bool {
    contradiction == nil && rivals.allSatisfy { $0.highest.evidence >= threshold }
  }

  /// A rival that was shown to be better than the leader at some time, although it is behind now.
  package var contradiction: Rival? { rivals.first { $0.highestAgainst.evidence >= threshold } }

  /// The rival against which there is the least evidence.
  package var closest: Rival? {
    rivals.min { ($0.highest.evidence, $0.wins - $0.losses) < ($1.highest.evidence, $1.wins - $1.losses) }
  }

  /// How many outcomes the version has that has the fewest.
  var fewestOutcomes: Int { ([leader] + others).map(\.outcomes).min() ?? 0 }

  /// What choosing the leader loses on average, as a share of positive outcomes: see ``BestArm``.
  package var expectedLoss: Double {
    BestArm.expectedLoss(choosing: leader.posterior, over: others.map(\.posterior))
  }

  /// The rival of that version; nil for the leader and for versions that take part no more.
  package func rival(_ promptID: Int) -> Rival? { rivals.first { $0.promptID == promptID } }
}
