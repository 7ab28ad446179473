import Testing

@testable import Evaluation
@testable import Store

/// Verdicts of experiments whose versions all became better or worse on the way.
@Suite struct OutcomeDriftTests {
  /// The figures of an experiment of two versions.
  ///
  /// - Parameter outcomes: whether each is positive, by the version, in the order of the generations.
  private func figures(
    _ outcomes: [(prompt: Int, isPositive: Bool)]
  ) throws -> (statistics: ExperimentStatistics, drift: OutcomeDrift?) {
    var transaction = makeTransaction()
    for number in 1...2 { _ = try transaction.prompt("p\(number)", family: "f\(number)") }
    let id = try transaction.createExperiment(name: "e", promptIDs: [1, 2]).id
    for (prompt, isPositive) in outcomes {
      let generation = transaction.generate(id, by: prompt).id
      _ = try transaction.recordOutcome(isPositive ? .positive : .negative, ofGeneration: generation)
    }
    let experiment = try transaction.tables.find(ExperimentRecord.self, id)
    let entries = transaction.tables.generations.entries(ofExperiment: id)
    return (ExperimentStatistics(experiment, entries: entries), OutcomeDrift(experiment, entries: entries))
  }

  private func verdict(_ found: (statistics: ExperimentStatistics, drift: OutcomeDrift?)) -> ExperimentVerdict {
    ExperimentVerdict(
      ExperimentLead(found.statistics), of: found.statistics, allocation: .fixed, drift: found.drift,
      name: { "v\($0)" }, isPublished: { _ in false })
  }

  @Test func `equal versions do not seem to differ where one joined later and all rates rose`() throws {
    // Equal versions: 2 in 10 are positive at first, and 8 in 10 since the second has joined.
    let before = (0..<100).map { (prompt: 1, isPositive: $0 % 10 < 2) }
    let since = (0..<200).map { (prompt: 1 + $0 % 2, isPositive: $0 / 2 % 10 < 8) }
    let changed = try figures(before + since)
    let lead = try #require(ExperimentLead(changed.statistics))
    let rival = lead.rivals[0]
    #expect(lead.leader.promptID == 2 && !lead.isEnough && rival.pairs >= 99 && rival.wins < 2)
    // The rates, of different times, are 80 % and 50 %.
    let found = verdict(changed)
    #expect(found.word == .notEnough && found.sentence.contains("rates of the versions changed"))
    let drift = try #require(changed.drift)
    #expect(drift.rates.first < 0.45 && drift.rates.second > 0.75)
  }

  @Test func `a version that is better at every time is the best although all rates rose`() throws {
    var outcomes: [(prompt: Int, isPositive: Bool)] = []
    for index in 0..<300 {
      let share = index < 150 ? 3 : 6
      outcomes.append((1, index * 7 % 10 < share))
      outcomes.append((2, index * 7 % 10 < share + 3))
    }
    let found = try figures(outcomes)
    let verdict = verdict(found)
    #expect(found.drift != nil && verdict.word == .enough)
    #expect(verdict.sentence.contains("v2 (prompt 2) is the best") && verdict.sentence.contains("the pairs do not"))
  }

  /// Experiments of equal versions whose rate and shares change, looked at after every 50 outcomes.
  ///
  /// - Parameters:
  ///   - rate: the rate of positive outcomes of both versions at a share of the way.
  ///   - share: that of the first version.
  /// - Returns: in how many either version is called the best, or safe to choose, at some time.
  private func falseVerdicts(
    rate: (Double) -> Double, share: (Double) -> Double, experiments: Int
  ) -> (enough: Int, littleToLose: Int) {
    let experiment = ExperimentRecord {
      $0.id = 1
      $0.arms = [.init(promptID: 1, weight: 1), .init(promptID: 2, weight: 1)]
    }
    var random = SeededGenerator(seed: 11)
    var found = (enough: 0, littleToLose: 0)
    for _ in 0..<experiments {
      var statistics = ExperimentStatistics(experiment, entries: [])
      var words: Set<ExperimentVerdict.Word> = []
      for index in 0..<1000 {
        let time = Double(index) / 1000
        let arm = random.unit() < share(time) ? 0 : 1
        statistics.record(random.unit() < rate(time) ? .positive : .negative, ofArm: arm)
        if index % 50 == 49 { words.insert(verdict((statistics, nil)).word) }
      }
      if words.contains(.enough) { found.enough += 1 }
      if words.contains(.littleToLose) { found.littleToLose += 1 }
    }
    return found
  }

  @Test func `a change of the shares while all rates rise makes no winner`() {
    let jump = falseVerdicts(rate: { $0 < 0.5 ? 0.4 : 0.75 }, share: { $0 < 0.5 ? 0.9 : 0.1 }, experiments: 40)
    #expect(jump.enough <= 3)
    let ramp = falseVerdicts(rate: { 0.2 + 0.6 * $0 }, share: { _ in 0.9 }, experiments: 40)
    #expect(ramp.enough <= 3)
    // One version takes over from the other at the moment at which both become much worse.
    let takeover = falseVerdicts(rate: { $0 < 0.5 ? 0.95 : 0.05 }, share: { $0 < 0.5 ? 1 : 0 }, experiments: 40)
    #expect(takeover == (0, 0))
  }

  @Test func `versions whose shares changed are not safe to choose by their rates`() throws {
    // The rate of both falls from 60 % to 40 %, too little to be shown so soon, when the second takes over.
    var outcomes: [(prompt: Int, isPositive: Bool)] = []
    for index in 0..<200 { outcomes.append((index % 10 == 9 ? 2 : 1, index * 7 % 10 < 8)) }
    for index in 0..<30 { outcomes.append((index % 10 == 9 ? 1 : 2, index * 7 % 10 < 5)) }
    let found = try figures(outcomes)
    let lead = try #require(ExperimentLead(found.statistics))
    #expect(lead.leader.promptID == 1 && !lead.isOfOneTime)
    let verdict = self.verdict((found.statistics, nil))
    #expect(verdict.word == .notEnough && verdict.sentence.contains("come from different times"))
  }

  @Test func `a difference of versions is no change of their rates`() throws {
    // The better version is drawn more and more often.
    var outcomes: [(prompt: Int, isPositive: Bool)] = []
    for index in 0..<100 {
      outcomes.append((1, index % 10 < 2))
      for draw in 0...index / 25 { outcomes.append((2, (index + draw) % 10 < 8)) }
    }
    let found = try figures(outcomes)
    #expect(found.drift == nil && verdict(found).word == .enough)
  }
}
