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

  @Test func `no version is called the best while the rates of all of them change`() throws {
    // Equal versions: 2 in 10 are positive at first, and 8 in 10 since the second has joined.
    let before = (0..<100).map { (prompt: 1, isPositive: $0 % 10 < 2) }
    let since = (0..<200).map { (prompt: 1 + $0 % 2, isPositive: $0 / 2 % 10 < 8) }
    let changed = try figures(before + since)
    // The pairs are of different times, so that the evidence is large.
    let lead = try #require(ExperimentLead(changed.statistics))
    #expect(lead.isEnough && lead.leader.promptID == 2)
    let found = verdict(changed)
    #expect(found.word == .notEnough && !found.sentence.contains("are enough"))
    #expect(found.sentence.contains("rates of the versions changed") && found.sentence.contains("new experiment"))
    let drift = try #require(changed.drift)
    #expect(drift.rates.first < 0.45 && drift.rates.second > 0.75)
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
