import Store
import Testing

@testable import Evaluation

@Suite struct VersionSamplingTests {
  private func arms(_ weights: [Double]) -> [ExperimentRecord.Arm] {
    weights.enumerated().map { .init(promptID: $0 + 1, weight: $1) }
  }

  @Test func `a fixed allocation keeps to the weights`() {
    var random = SeededGenerator(seed: 1)
    let arms = arms([1, 0, 3])
    let count = 20_000
    var drawn: [Int: Int] = [:]
    for _ in 0..<count { drawn[VersionSampling.byWeight(arms, using: &random) ?? 0, default: 0] += 1 }
    #expect(Set(drawn.keys) == [1, 3])
    // Four standard deviations of a binomial share of one quarter.
    #expect(abs(Double(drawn[1] ?? 0) / Double(count) - 0.25) < 4 * (0.1875 / Double(count)).squareRoot())
  }

  @Test func `nothing is drawn without weights or without versions`() {
    var random = SeededGenerator(seed: 1)
    #expect(VersionSampling.byWeight(arms([0, 0]), using: &random) == nil)
    #expect(VersionSampling.byWeight([], using: &random) == nil)
    #expect(VersionSampling.byPosterior([], using: &random) == nil)
  }

  @Test(arguments: [ExperimentRecord.Allocation.fixed, .adaptive])
  func `the same seed draws the same versions`(allocation: ExperimentRecord.Allocation) {
    let now = Timestamp(millisecondsSince1970: 0)
    let experiment = ExperimentRecord {
      $0.id = 1
      $0.name = "e"
      $0.arms = arms([1, 1, 1])
      $0.allocation = allocation
      $0.status = .running
      $0.createdAt = now
      $0.updatedAt = now
    }
    func draw(_ seed: UInt64) -> [Int] {
      var random = SeededGenerator(seed: seed)
      return VersionSampling.draw(
        50, of: experiment, given: ExperimentStatistics(experiment, entries: []), using: &random)
    }
    #expect(draw(7) == draw(7))
    #expect(draw(7) != draw(8))
    #expect(Set(draw(7)) == [1, 2, 3])
  }

  @Test func `fixed shares count no outcomes`() {
    let experiment = ExperimentRecord {
      $0.arms = arms([1, 1])
      $0.allocation = .fixed
    }
    func counted() -> ExperimentStatistics {
      Issue.record("The outcomes of all generations were counted.")
      return ExperimentStatistics(experiment, entries: [])
    }
    var random = SeededGenerator(seed: 1)
    #expect(VersionSampling.draw(3, of: experiment, given: counted(), using: &random).count == 3)
  }

  /// The number of the last 500 of 2,000 generations that the better of two versions makes.
  private func better(seed: UInt64, rates: [Double]) -> Int {
    var random = SeededGenerator(seed: seed)
    var (positive, negative) = ([0, 0], [0, 0])
    var count = 0
    for generation in 0..<2000 {
      let posteriors = (0..<2).map { BetaPosterior(positive: positive[$0], negative: negative[$0]) }
      let arm = VersionSampling.byPosterior(posteriors, using: &random) ?? 0
      if random.unit() < rates[arm] { positive[arm] += 1 } else { negative[arm] += 1 }
      if generation >= 1500, arm == 0 { count += 1 }
    }
    return count
  }

  /// The required effect of adaptive allocation, in 95 of 100 simulations.
  @Test func `adaptive allocation gives the better version four fifths of the traffic`() {
    let counts = (1...100).map { better(seed: $0, rates: [0.6, 0.4]) }
    #expect(counts.count { $0 > 400 } >= 95)
    print("adaptive allocation: \(counts.count { $0 > 400 }) of 100 above 80 %, the least \(counts.min() ?? 0) of 500")
  }

  @Test func `adaptive allocation prefers neither of two equal versions`() {
    let counts = (1...20).map { better(seed: $0, rates: [0.5, 0.5]) }
    #expect(counts.contains { $0 > 250 } && counts.contains { $0 < 250 })
  }
}
