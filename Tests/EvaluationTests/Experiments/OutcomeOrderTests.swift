import Testing

@testable import Evaluation
@testable import Store

/// Evidence from generations whose outcomes come late, or not at all because they failed.
@Suite struct OutcomeOrderTests {
  /// An experiment of two versions.
  private struct Trial {
    var transaction = makeTransaction()
    let id: Int

    init() throws {
      for number in 1...2 { _ = try transaction.prompt("p\(number)", family: "f\(number)") }
      id = try transaction.createExperiment(name: "e", promptIDs: [1, 2]).id
    }

    mutating func answer(_ prompt: Int, _ isPositive: Bool? = nil) throws -> Int {
      let generation = transaction.generate(id, by: prompt).id
      if let isPositive { try record(generation, isPositive) }
      return generation
    }

    mutating func fail(_ prompt: Int) {
      _ = transaction.insertGeneration(
        GenerationRecord {
          $0.experimentID = id
          $0.promptID = prompt
          $0.status = .failed
          $0.error = "No answer."
        })
    }

    mutating func record(_ generation: Int, _ isPositive: Bool?) throws {
      let outcome = isPositive.map { $0 ? GenerationRecord.Outcome.positive : .negative }
      _ = try transaction.recordOutcome(outcome, ofGeneration: generation)
    }

    var statistics: ExperimentStatistics {
      get throws {
        let experiment = try transaction.tables.find(ExperimentRecord.self, id)
        return ExperimentStatistics(experiment, entries: transaction.tables.generations.entries(ofExperiment: id))
      }
    }
  }

  @Test func `removed outcomes make no pairs, and what is needed is more than there is`() throws {
    var trial = try Trial()
    var ids: [Int] = []
    for request in 0..<100 {
      ids.append(try trial.answer(1 + request % 2, request % 2 == 0 ? request % 8 != 0 : request % 5 == 0))
    }
    // Of 50 outcomes of each version, the first 40 of one and the same of the other lose theirs.
    for id in ids.prefix(80) { try trial.record(id, nil) }
    let lead = try #require(try ExperimentLead(trial.statistics))
    #expect(lead.rivals.map(\.pairs) == [10] && lead.fewestOutcomes == 10)
    let needed = try #require(lead.needed)
    #expect(needed.fewest > 10)
    for id in ids.suffix(20) { try trial.record(id, nil) }
    for request in 0..<20 { _ = try trial.answer(1 + request % 2, request % 2 == 0) }
    let again = try #require(try ExperimentLead(trial.statistics))
    #expect(again.rivals.map(\.pairs) == [10] && again.isEnough)

    // The removed outcomes of one version only.
    var uneven = try Trial()
    var removed: [Int] = []
    for request in 0..<60 {
      let id = try uneven.answer(1 + request % 2, request % 2 == 0 ? request % 8 != 0 : request % 5 == 0)
      if request % 2 == 1, request < 40 { removed.append(id) }
    }
    for id in removed { try uneven.record(id, nil) }
    let oneSided = try #require(try ExperimentLead(uneven.statistics))
    #expect(oneSided.rivals.map(\.pairs) == [10] && oneSided.leader.outcomes == 30)
    #expect(try #require(oneSided.needed).fewest > 10)
  }

  // MARK: What the figures leave out

  @Test func `answers after several attempts are told, because latency is that of the last one`() throws {
    var trial = try Trial()
    for request in 0..<10 {
      _ = trial.transaction.insertGeneration(
        GenerationRecord {
          $0.experimentID = trial.id
          $0.promptID = 1 + request % 2
          $0.attempts = request % 2 == 1 && request < 6 ? 3 : 1
          $0.serverErrors = $0.attempts - 1
          $0.cost = 0.01
        })
    }
    let title = { (id: Int) in "version \(id)" }
    #expect(try trial.statistics.retryRemark(title)?.contains("several attempts: version 2 3 of 5.") == true)
    #expect(try trial.statistics.serverErrorRemark?.hasPrefix("6 calls ended in a server error") == true)
    #expect(try trial.statistics.serverErrorRemark?.contains("by up to $0.06 if") == true)
    #expect(try trial.statistics.openCallRemark == nil)
    trial.transaction.countOpenCall(2, ofExperiment: trial.id)
    #expect(try trial.statistics.openCallRemark?.contains("leave out 2 calls under way") == true)
  }

  @Test func `a version that was taken out and did better is told beside the best of the others`() throws {
    var trial = try Trial()
    _ = try trial.transaction.prompt("p3", family: "f3")
    for request in 0..<60 { _ = try trial.answer(1 + request % 2, request % 2 == 0 && request % 8 != 0) }
    for _ in 0..<12 { _ = try trial.answer(3, true) }
    let statistics = try trial.statistics
    let verdict = ExperimentVerdict(
      ExperimentLead(statistics), of: statistics, allocation: .fixed, name: { "v\($0)" }, isPublished: { _ in false })
    #expect(verdict.word == .enough)
    #expect(verdict.sentence.contains("the versions that take part. Taken out: v3 (prompt 3) had 12 of 12."))
  }

  // MARK: Outcomes of one kind

  @Test func `praise alone is told, with what each version leaves without an outcome`() throws {
    var trial = try Trial()
    for request in 0..<40 { _ = try trial.answer(1 + request % 2, request % 4 < 3 ? true : nil) }
    let title = { (id: Int) in "version \(id)" }
    let remark = try #require(trial.statistics.oneSidedRemark(title))
    #expect(remark.contains("All 30 reported outcomes are positive, and 10 generations have none"))
    #expect(remark.contains("version 1 0 of 20, version 2 10 of 20"))
    _ = try trial.answer(1, false)
    #expect(try trial.statistics.oneSidedRemark(title) == nil)
  }

  @Test func `outcomes of one kind are no matter where nearly all generations have one`() throws {
    var trial = try Trial()
    for request in 0..<40 { _ = try trial.answer(1 + request % 2, true) }
    _ = try trial.answer(1)
    #expect(try trial.statistics.oneSidedRemark { "\($0)" } == nil)
  }

  // MARK: Failures

  /// Version 2 fails in every second request and pleases in 85 % of the others; version 1 never fails.
  private func failing(outOf requests: Int, rateOfFirst: Double) throws -> ExperimentStatistics {
    var trial = try Trial()
    var random = SeededGenerator(seed: 5)
    for request in 0..<requests {
      if request % 2 == 0 {
        _ = try trial.answer(1, random.unit() < rateOfFirst)
      } else if request % 4 == 1 {
        trial.fail(2)
      } else {
        _ = try trial.answer(2, random.unit() < 0.85)
      }
    }
    return try trial.statistics
  }

  @Test func `a version that fails in half of its requests is not the best by its other half`() throws {
    let found = try failing(outOf: 400, rateOfFirst: 0.7)
    #expect((found.arms[1].samples, found.arms[1].failed, found.arms[1].countedFailures) == (100, 100, 100))
    #expect(found.arms[1].outcomes == 200 && (found.arms[1].rate ?? 1) < 0.5)
    let lead = try #require(ExperimentLead(found))
    #expect(lead.leader.promptID == 1 && lead.isEnough)
    #expect(found.failureRemark { "version \($0)" }?.contains("version 2 failed in 100 of 200 requests") == true)
  }

  @Test func `a version that fails can still be the best`() throws {
    let found = try failing(outOf: 800, rateOfFirst: 0.15)
    let lead = try #require(ExperimentLead(found))
    #expect(lead.leader.promptID == 2 && lead.isEnough && found.arms[1].countedFailures == 200)
  }

  @Test func `adaptive allocation avoids a version that fails`() throws {
    let found = try failing(outOf: 400, rateOfFirst: 0.7)
    var experiment = ExperimentRecord()
    experiment.arms = [.init(promptID: 1, weight: 1), .init(promptID: 2, weight: 1)]
    experiment.allocation = .adaptive
    var random = SeededGenerator(seed: 1)
    let draws = VersionSampling.draw(200, of: experiment, given: found, using: &random)
    #expect(draws.count { $0 == 1 } > 190)
  }

  @Test func `failures count in the share of the answers that have an outcome`() throws {
    var trial = try Trial()
    // Every tenth answer gets an outcome, and every tenth request to version 2 fails.
    for request in 0..<2000 {
      let version = 1 + request % 2
      let failsNext = request % 20 == 19
      if failsNext {
        trial.fail(2)
      } else {
        _ = try trial.answer(version, request % 10 == 4 || request % 10 == 7 ? true : nil)
      }
      if request % 200 == 18 { try trial.record(trial.transaction.tables.generations.lastID, true) }
    }
    let arm = try trial.statistics.arms[1]
    #expect((arm.failed, arm.countedFailures) == (100, 10))
    #expect((arm.rate ?? 0) > 0.9)
  }

  @Test func `a failure counts with the answer before it, and failures before the first answer with that`() throws {
    var trial = try Trial()
    trial.fail(2)
    #expect(try trial.statistics.arms[1].countedFailures == 0)
    let first = try trial.answer(1)
    trial.fail(2)
    let second = try trial.answer(1)
    trial.fail(2)
    #expect(try trial.statistics.arms[1].countedFailures == 0)
    try trial.record(second, true)
    #expect(try trial.statistics.arms[1].countedFailures == 1)
    trial.fail(2)
    #expect(try trial.statistics.arms[1].countedFailures == 2)
    try trial.record(first, true)
    #expect(try trial.statistics.arms[1].results.map(\.isPositive) == [false, false, false, false])
    // A removed outcome does not move the failures.
    try trial.record(first, nil)
    #expect(try trial.statistics.arms[1].countedFailures == 4)
  }

  @Test func `a failure never comes before an outcome that was recorded earlier`() throws {
    var trial = try Trial()
    let late = try trial.answer(2)
    _ = try trial.answer(1, true)
    try trial.record(late, true)
    trial.fail(2)
    #expect(try trial.statistics.arms[1].results.map(\.isPositive) == [true, false])
  }

  // MARK: Order

  @Test func `outcomes count in the order of recording, and changed ones are no evidence`() throws {
    var trial = try Trial()
    let ids = try (0..<4).map { _ in try trial.answer(1) }
    for (id, isPositive) in [(ids[2], true), (ids[0], false), (ids[3], true)] { try trial.record(id, isPositive) }
    #expect(try trial.statistics.arms[0].results.map(\.isPositive) == [true, false, true])
    try trial.record(ids[1], true)
    try trial.record(ids[2], false)
    #expect(try trial.statistics.arms[0].results.map(\.isPositive) == [nil, false, true, true])
    try trial.record(ids[0], nil)
    #expect(try trial.statistics.arms[0].results.map(\.isPositive) == [nil, nil, true, true])
    #expect(try trial.statistics.arms[0].outcomes == 3 && trial.statistics.arms[0].withoutOutcome == 1)
  }

  @Test func `outcomes of one seed are one piece of evidence, and the rates count them all`() throws {
    var trial = try Trial()
    for request in 0..<40 {
      let version = 1 + request % 2
      let generation = trial.transaction.insertGeneration(
        GenerationRecord {
          $0.experimentID = trial.id
          $0.promptID = version
          // Two people, each with a version of their own.
          $0.seed = version
        })
      try trial.record(generation.id, version == 1)
    }
    let statistics = try trial.statistics
    #expect(statistics.arms.map(\.outcomes) == [20, 20] && statistics.arms.map(\.withRepeatedSeed) == [19, 19])
    let lead = try #require(ExperimentLead(statistics))
    #expect(lead.rivals.map(\.pairs) == [1] && !lead.isEnough)
    #expect(statistics.seedRemark?.hasPrefix("38 outcomes have the seed of an earlier one") == true)
  }

  @Test func `changed outcomes are told, because evidence that is looked at all the time does not allow them`() throws {
    var trial = try Trial()
    let ids = try (0..<6).map { try trial.answer(1 + $0 % 2, false) }
    #expect(try trial.statistics.changeRemark == nil)
    for id in ids.prefix(2) { try trial.record(id, true) }
    try trial.record(ids[5], nil)
    // Said again, it is the same outcome.
    try trial.record(ids[4], false)
    let statistics = try trial.statistics
    #expect(statistics.changeRemark?.hasPrefix("3 outcomes were changed or removed after being recorded") == true)
    let verdict = ExperimentVerdict(
      ExperimentLead(statistics), of: statistics, allocation: .fixed, name: { "v\($0)" }, isPublished: { _ in false })
    #expect(verdict.sentence.contains("Record an outcome once"))
  }

  @Test func `a removed outcome shifts no pair`() {
    func placed(_ outcomes: [Bool?], from first: Int) -> [PlacedOutcome] {
      outcomes.enumerated().map { PlacedOutcome(place: 2 * $0 + first, isPositive: $1) }
    }
    let pairs = PairedOutcomes(placed([true, nil, true, true], from: 0), placed([false, false, true, false], from: 1))
    #expect((pairs.pairs, pairs.wins, pairs.losses) == (3, 2, 0))
    #expect(pairs.highestForFirst.pairs == 3)
  }

  /// Experiments in which all answers come first, and their outcomes later in any order.
  ///
  /// - Returns: how many ever reach enough evidence, and how many lose it again.
  private func late(_ rates: [Double], experiments: Int) throws -> (reached: Int, undone: Int) {
    var (reached, undone) = (0, 0)
    for number in 0..<experiments {
      var random = SeededGenerator(seed: UInt64(9000 + number))
      var trial = try Trial()
      var ids: [(id: Int, version: Int)] = []
      for _ in 0..<200 {
        let version = random.unit() < 0.5 ? 1 : 2
        ids.append((try trial.answer(version), version))
      }
      ids.shuffle(using: &random)
      var (isReached, leader, isUndone) = (false, 0, false)
      for (count, (id, version)) in ids.enumerated() {
        try trial.record(id, random.unit() < rates[version - 1])
        if count % 5 != 4 { continue }
        guard let lead = try ExperimentLead(trial.statistics) else { continue }
        if lead.isEnough { (isReached, leader) = (true, lead.leader.promptID) }
        if isReached, !lead.isEnough, lead.leader.promptID == leader { isUndone = true }
      }
      reached += isReached ? 1 : 0
      undone += isUndone ? 1 : 0
    }
    return (reached, undone)
  }

  @Test func `equal versions whose outcomes come late seldom reach enough, and what is reached stays`() throws {
    let equal = try late([0.5, 0.5], experiments: 40)
    #expect(equal.reached <= 4 && equal.undone == 0)
    let unequal = try late([0.3, 0.7], experiments: 10)
    #expect(unequal.reached >= 9)
  }
}
