import Store
import Testing

@testable import Evaluation

@Suite struct OutcomesNeededTests {
  /// Two versions with these numbers of positive and negative outcomes, evenly mixed.
  private func statistics(_ counts: [(positive: Int, negative: Int)]) -> ExperimentStatistics {
    let experiment = ExperimentRecord {
      $0.id = 1
      $0.arms = counts.indices.map { .init(promptID: $0 + 1, weight: 1) }
    }
    var statistics = ExperimentStatistics(experiment, entries: [])
    for index in 0..<(counts.map { $0.positive + $0.negative }.max() ?? 0) {
      for (arm, count) in counts.enumerated() where index < count.positive + count.negative {
        let all = count.positive + count.negative
        let isPositive = (index + 1) * count.positive / all > index * count.positive / all
        statistics.record(isPositive ? .positive : .negative, ofArm: arm)
      }
    }
    return statistics
  }

  private func needed(_ counts: [(positive: Int, negative: Int)]) throws -> OutcomesNeeded? {
    try #require(ExperimentLead(statistics(counts))).needed
  }

  @Test func `without outcomes each further pair must be won`() throws {
    // Evidence of n won pairs is 2^n / (n + 1): 16 for 7, 28.4 for 8.
    #expect(OutcomesNeeded(without: statistics([(0, 0), (0, 0)]))?.fewest == 8)
    #expect(OutcomesNeeded(without: statistics([(0, 0), (0, 0), (0, 0)]))?.fewest == 9)
    #expect(OutcomesNeeded(without: statistics([(0, 0)])) == nil)
  }

  @Test func `few outcomes tell only the fewest`() throws {
    let found = try #require(try needed([(3, 1), (1, 3)]))
    #expect(found.likely == nil && found.fewest > 8)
    let verdict = ExperimentVerdict(
      ExperimentLead(statistics([(3, 1), (1, 3)])), of: statistics([(3, 1), (1, 3)]), allocation: .fixed,
      name: { "v\($0)" }, isPublished: { _ in false })
    #expect(verdict.sentence.contains("At least \(found.fewest) outcomes of each version"))
    #expect(verdict.sentence.contains("Generations and outcomes so far: v1 (prompt 1) 0 and 4, v2 (prompt 2) 0 and 4."))
  }

  @Test func `the number that the rates let expect is told, and how many are missing`() throws {
    let statistics = statistics([(12, 8), (8, 12)])
    let found = try #require(try needed([(12, 8), (8, 12)]))
    let likely = try #require(found.likely)
    #expect(likely > found.fewest && (100...600).contains(likely))
    let verdict = ExperimentVerdict(
      ExperimentLead(statistics), of: statistics, allocation: .fixed, name: { "v\($0)" }, isPublished: { _ in false })
    #expect(verdict.word != .enough)
    #expect(verdict.sentence.contains("about \(likely) outcomes of each version, \(likely - 20) more,"))
  }

  @Test(arguments: [2, 4])
  func `the expected number is enough in four of five experiments`(versions: Int) throws {
    var random = SeededGenerator(seed: 3)
    let rates = [0.6] + Array(repeating: 0.4, count: versions - 1)
    let counts = [(60, 40)] + Array(repeating: (40, 60), count: versions - 1)
    let start = statistics(counts)
    #expect(ExperimentLead(start)?.isEnough == false)
    let likely = try #require(try needed(counts)?.likely)
    var enough = 0
    for _ in 0..<300 {
      var statistics = start
      for _ in 100..<likely {
        for arm in rates.indices { statistics.record(random.unit() < rates[arm] ? .positive : .negative, ofArm: arm) }
      }
      if ExperimentLead(statistics)?.isEnough == true { enough += 1 }
    }
    #expect((230...282).contains(enough), "\(enough) of 300, with \(likely)")
  }

  @Test func `nothing is needed once it is enough, and rates that are alike tell nothing`() throws {
    #expect(try needed([(20, 0), (0, 20)]) == nil)
    // The same rates, of versions with different numbers of outcomes.
    for counts in [[(10, 10), (10, 10)], [(12, 8), (6, 4)]] {
      #expect(try #require(try needed(counts)).likely == nil)
    }
  }
}
