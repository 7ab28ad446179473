/// The version that leads an experiment, and the evidence that it is the best.
///
/// The outcomes of the leader and of another version are paired in the order in which they were recorded, each with one of
/// about the same time: see ``PairedOutcomes``. With equal versions either one wins a pair equally often, whenever somebody
/// stops to look, as long as good and bad outcomes of a version are reported equally late.
/// So ``Evidence`` in them stays valid: among experiments with equal versions at most 5 % ever reach ``threshold``.
/// Once reached, it is shown, even if the evidence falls again. An outcome that is changed makes no evidence any more.
package struct ExperimentLead: Sendable {
  /// Another version compared with the leader.
  package struct Rival: Sendable {
    /// The rival's figures.
    let arm: ExperimentStatistics.Arm
    /// The number of paired outcomes.
    package let pairs: Int
    /// Pairs in which only the leader's outcome was positive.
    package let wins: Int
    package let losses: Int
    /// The highest evidence so far for the leader: the figure that every result names evidence.
    package let highest: PairedOutcomes.Highest
    /// The highest evidence so far against the leader.
    let highestAgainst: PairedOutcomes.Highest

    /// The outcomes without a partner that the next ones of the other version can be paired with.
    let waiting: (ofLeader: Int, ofRival: Int)

    package var promptID: Int { arm.promptID }

    init(_ rival: ExperimentStatistics.Arm, against leader: ExperimentStatistics.Arm) {
      let outcomes = PairedOutcomes(leader.results, rival.results)
      arm = rival
      (pairs, wins, losses) = (outcomes.pairs, outcomes.wins, outcomes.losses)
      (highest, highestAgainst) = (outcomes.highestForFirst, outcomes.highestForSecond)
      waiting = (outcomes.waitingOfFirst, outcomes.waitingOfSecond)
    }
  }

  package let leader: ExperimentStatistics.Arm
  /// The other participating versions, in the experiment's order.
  package let rivals: [Rival]
  /// The evidence that the leader must reach against every rival.
  package let threshold: Double

  /// Finds the leader: the version with outcomes whose posterior has the highest mean.
  ///
  /// Nil if fewer than two versions participate, or there is no outcome.
  package init?(_ statistics: ExperimentStatistics) {
    let arms = statistics.arms
    let candidates = arms.indices.filter { arms[$0].outcomes > 0 }
    guard arms.count > 1,
      let index = candidates.max(by: { arms[$0].posterior.mean < arms[$1].posterior.mean })
    else { return nil }
    let leader = arms[index]
    let others = arms.enumerated().filter { $0.offset != index }.map(\.element)
    self.leader = leader
    rivals = others.map { Rival($0, against: leader) }
    threshold = Self.threshold(of: statistics)
  }

  /// The evidence that the leader of an experiment must reach; that of one comparison for fewer than two versions.
  static func threshold(of statistics: ExperimentStatistics) -> Double {
    // Removed versions count as comparisons too.
    let tried = statistics.arms.count + statistics.formerArms.count { $0.outcomes > 0 }
    return Evidence.threshold * Double(max(tried - 1, 1))
  }

  /// Whether the leader is shown to be better than every other version, and none of them better than it.
  package var isEnough: Bool {
    contradiction == nil && rivals.allSatisfy { $0.highest.evidence >= threshold }
  }

  /// A rival that was shown to be better than the leader at some time, although it is now behind.
  package var contradiction: Rival? { rivals.first { $0.highestAgainst.evidence >= threshold } }

  /// The rival with the least evidence against it.
  package var closest: Rival? {
    rivals.min { ($0.highest.evidence, $0.wins - $0.losses) < ($1.highest.evidence, $1.wins - $1.losses) }
  }

  /// Whether the outcomes of the leader come from the same time as those of each rival, as far as can be told.
  var isOfOneTime: Bool {
    rivals.allSatisfy { abs(PlacedOutcome.shift(leader.results, $0.arm.results)) < OutcomeDrift.limit }
  }

  /// The smallest number of outcomes of any version.
  var fewestOutcomes: Int { all.map(\.outcomes).min() ?? 0 }

  /// Whether outcomes depend on others, so that nothing follows from the rates that takes them for independent.
  var isSeedRepeated: Bool { all.contains { $0.withRepeatedSeed > 0 } }

  /// The figures of the leader and the rivals.
  private var all: [ExperimentStatistics.Arm] { [leader] + others }

  /// The figures of the rivals.
  var others: [ExperimentStatistics.Arm] { rivals.map(\.arm) }

  /// The smallest number of outcomes that the version with fewer of them can have after this many more pairs of the
  /// leader and a rival.
  func outcomes(with pairs: Int, against rival: Rival) -> Int {
    let isLeader = leader.outcomes < rival.arm.outcomes
    let waiting = isLeader ? rival.waiting.ofLeader : rival.waiting.ofRival
    return min(leader.outcomes, rival.arm.outcomes) + max(pairs - waiting, 0)
  }

  /// The share of outcomes that have found a partner so far, of the version with fewer of them; of few, the usual share.
  ///
  /// It is 0 where none of many did, as where they repeat one seed.
  func pairedShare(_ rival: Rival) -> Double {
    let outcomes = min(leader.outcomes, rival.arm.outcomes)
    return outcomes >= Self.fewestForRates ? min(Double(rival.pairs) / Double(outcomes), 1) : Self.usualShare
  }

  /// The average loss of choosing the leader, as a share of positive outcomes: see ``BestVersion``.
  package var expectedLoss: Double {
    BestVersion.expectedLoss(choosing: leader.posterior, over: others.map(\.posterior))
  }

  /// Whether choosing the leader loses less than a hundredth and less than a tenth of its rate, on average, and there
  /// are outcomes enough to say so.
  ///
  /// Among few outcomes, or where positive ones are rare, the expected loss reflects the prior more than the data.
  var hasLittleToLose: Bool {
    if isSeedRepeated { return false }
    let positive = others.reduce(leader.positive) { $0 + $1.positive }
    guard fewestOutcomes >= Self.fewestForRates, positive >= Self.fewestForRates else { return false }
    return expectedLoss < min(Self.littleLoss, Self.littleShare * (leader.rate ?? 0))
  }

  /// The expected loss, in points of the rate, below which little is lost.
  static let littleLoss = 0.01
  /// The share of the leader's rate below which little is lost.
  static let littleShare = 0.1
  /// The share of outcomes that find a partner if both versions are drawn equally often.
  private static let usualShare = 0.8
  /// The number of outcomes of each version, and of positive ones of all, from which the rates are trusted.
  static let fewestForRates = 10

  /// The outcomes that enough evidence takes; nil if more outcomes do not help.
  package var needed: OutcomesNeeded? { OutcomesNeeded(self) }

  /// The rival with this prompt id; nil for the leader and for versions that no longer participate.
  package func rival(_ promptID: Int) -> Rival? { rivals.first { $0.promptID == promptID } }
}
