import Testing

@testable import Evaluation
@testable import Store

@Suite struct ExperimentTests {
  private static func versions(_ count: Int) throws -> Transaction {
    var transaction = makeTransaction()
    for number in 1...count { _ = try transaction.prompt("p\(number)", family: "f\(number)") }
    return transaction
  }

  @Test(
    arguments: [
      ([1], nil, "prompt_ids must name 2 to 20 different prompt versions."),
      ([1, 1], nil, "prompt_ids must name 2 to 20 different prompt versions."),
      (Array(1...21), nil, "prompt_ids must name 2 to 20 different prompt versions."),
      ([1, 2], [1], "weights needs 2 numbers, one for each prompt version, but has 1."),
      (
        [1, 2], [0, 0], "All weights are 0, so no version would be drawn. Give at least one version a weight above 0."
      ),
      ([1, 99], nil, "No prompt 99."),
    ] as [([Int], [Double]?, String)])
  func `versions and weights must make a draw`(_ ids: [Int], _ weights: [Double]?, _ sentence: String) throws {
    var transaction = try Self.versions(21)
    let given = try refusal { _ = try transaction.createExperiment(name: "e", promptIDs: ids, weights: weights) }
    #expect(given.hasPrefix(sentence))
    #expect(transaction.tables.experiments.count == 0)
  }

  @Test func `an experiment may be narrowed to one version`() throws {
    var transaction = try Self.versions(2)
    let id = try transaction.createExperiment(name: "e", promptIDs: [1, 2]).id
    let given = try refusal { _ = try transaction.updateExperiment(id, ExperimentChange(promptIDs: [1, 1])) }
    #expect(given == "prompt_ids must name 1 to 20 different prompt versions.")
    #expect(try transaction.updateExperiment(id, ExperimentChange(promptIDs: [2])).arms.map(\.promptID) == [2])
  }

  @Test func `remaining versions keep their weights, new ones get 1`() throws {
    var transaction = try Self.versions(3)
    let experiment = try transaction.createExperiment(name: "e", promptIDs: [1, 2], weights: [3, 0])
    func weights(_ change: ExperimentChange) throws -> [Double] {
      var copy = transaction
      return try copy.updateExperiment(experiment.id, change).arms.map(\.weight)
    }
    #expect(try weights(ExperimentChange(promptIDs: [3, 1])) == [1, 3])
    // The remaining version would otherwise get no traffic.
    #expect(try weights(ExperimentChange(promptIDs: [2])) == [1])
    #expect(try weights(ExperimentChange(weights: [1, 2])) == [1, 2])
    #expect(try weights(ExperimentChange(weights: [])) == [3, 0])
    let paused = try transaction.updateExperiment(
      experiment.id, ExperimentChange(name: "f", allocation: .adaptive, status: .paused))
    #expect((paused.name, paused.allocation, paused.status) == ("f", .adaptive, .paused))
    #expect(paused.arms == experiment.arms)
  }

  @Test func `the last outcome of a generation counts`() throws {
    var transaction = try Self.versions(2)
    let id = try transaction.createExperiment(name: "e", promptIDs: [1, 2]).id
    let generation = transaction.generate(id, by: 1)
    for outcome in [GenerationRecord.Outcome.positive, .negative, nil] {
      #expect(try transaction.recordOutcome(outcome, ofGeneration: generation.id).id == generation.id)
      #expect(try transaction.tables.generation(generation.id).outcome == outcome)
    }
  }

  @Test func `the first outcome fixes the place, which corrections and removals keep`() throws {
    var transaction = try Self.versions(2)
    let id = try transaction.createExperiment(name: "e", promptIDs: [1, 2]).id
    let ids = (0..<3).map { _ in transaction.generate(id, by: 1).id }
    func orders() throws -> [Int?] { try ids.map { try transaction.tables.generation($0).outcomeOrder } }
    #expect(try orders() == [nil, nil, nil])
    // Nothing is removed, so nothing gets a place.
    _ = try transaction.recordOutcome(nil, ofGeneration: ids[0])
    _ = try transaction.recordOutcome(.positive, ofGeneration: ids[2])
    _ = try transaction.recordOutcome(.positive, ofGeneration: ids[0])
    _ = try transaction.recordOutcome(nil, ofGeneration: ids[2])
    _ = try transaction.recordOutcome(.negative, ofGeneration: ids[1])
    _ = try transaction.recordOutcome(.negative, ofGeneration: ids[2])
    #expect(try orders() == [2, 3, 1])
  }

  @Test func `a generation without an output cannot get an outcome`() throws {
    var transaction = try Self.versions(2)
    let id = try transaction.createExperiment(name: "e", promptIDs: [1, 2]).id
    let failed = transaction.generate(id, by: 1, failed: true)
    #expect(
      try refusal { _ = try transaction.recordOutcome(.positive, ofGeneration: failed.id) }
        == "Generation 1 failed, so it has no output that could be judged.")
  }

  @Test func `a generation of another experiment is not found`() throws {
    var transaction = try Self.versions(2)
    let ids = try ["e", "f"].map { try transaction.createExperiment(name: $0, promptIDs: [1, 2]).id }
    let generation = transaction.generate(ids[0], by: 1)
    #expect(try transaction.tables.generation(generation.id, ofExperiment: ids[0]).id == generation.id)
    #expect(
      try refusal { _ = try transaction.tables.generation(generation.id, ofExperiment: ids[1]) }
        .hasPrefix("No generation 1 in experiment 2."))
  }
}
