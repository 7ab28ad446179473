import JSONCoding
import Store
import Testing

@testable import Evaluation

@Suite(.timeLimit(.minutes(20))) struct ExperimentStatisticsTests {
  private func statistics(
    _ arms: [Int], _ changes: [@Sendable (inout GenerationRecord) -> Void]
  ) async throws -> ExperimentStatistics {
    let fixture = EngineFixture { _, _ in "" }
    return try await fixture.store.commit { transaction in
      let now = transaction.now
      for number in 1...3 {
        transaction.insert(
          PromptRecord {
            $0.name = "p"
            $0.template = "t"
            $0.llmModel = "m"
            $0.familyKey = "f"
            $0.versionNumber = number
            $0.current = false
            $0.createdAt = now
            $0.updatedAt = now
          })
      }
      let experiment = transaction.insert(
        ExperimentRecord {
          $0.name = "e"
          $0.arms = arms.map { .init(promptID: $0, weight: 1) }
          $0.allocation = .fixed
          $0.status = .running
          $0.createdAt = now
          $0.updatedAt = now
        })
      for change in changes {
        var record = GenerationRecord {
          $0.experimentID = experiment.id
          $0.promptID = 1
          $0.sampleIndex = 0
          $0.status = .completed
          $0.inputs = [:]
          $0.output = "x"
          $0.latency = 100
          $0.usage = .init(promptTokens: 3, completionTokens: 2, reasoningTokens: 0)
          $0.cost = 0.5
          $0.createdAt = now
        }
        change(&record)
        transaction.insert(record)
      }
      return ExperimentStatistics(
        experiment, entries: transaction.tables.generations.entries(ofExperiment: experiment.id))
    }
  }

  @Test func `each version has its own counts, sums and quantiles`() async throws {
    let found = try await statistics(
      [2, 1],
      [
        { $0.outcome = .positive }, { $0.outcome = .negative }, { $0.latency = 300 },
        {
          $0.promptID = 2
          $0.outcome = .positive
        },
      ])
    #expect(found.arms.map(\.promptID) == [2, 1] && found.formerArms.isEmpty)
    let arm = found.arms[1]
    #expect((arm.samples, arm.positive, arm.negative, arm.withoutOutcome) == (3, 1, 1, 1))
    #expect(arm.spending.total == 1.5 && arm.promptTokens == 9 && arm.completionTokens == 6 && arm.rate == 0.5)
    #expect(arm.latencyQuantiles([0.5, 1]) == [100, 300])
    #expect(found.arms[0].rate == 1)
  }

  @Test func `a failed generation is no sample, and an unknown cost makes the sum unknown`() async throws {
    let found = try await statistics([1, 2], [{ $0.status = .failed }, { $0.cost = nil }, { _ in }])
    #expect(found.arms[0].failed == 1 && found.arms[0].samples == 2)
    #expect(found.arms[0].spending.total == nil && found.arms[0].spending.known == 1)
    #expect(found.arms[1].spending.total == 0 && found.arms[1].rate == nil && found.arms[1].interval == nil)
  }

  @Test func `a lost call makes the cost unknown, and its generation keeps the known part`() async throws {
    let found = try await statistics(
      [1, 2],
      [
        { $0.uncountedCalls = 2 },
        {
          $0.status = .failed
          ($0.usage, $0.cost, $0.uncountedCalls) = (nil, nil, 1)
        }, { _ in },
      ])
    let spending = found.spending
    #expect((spending.known, spending.uncountedCalls, spending.total, spending.unpriced) == (1, 3, nil, 0))
    let remark = try #require(spending.remark(on: "the experiment"))
    #expect(remark.contains("3 calls") && remark.contains("at least that"))
    #expect(found.arms[1].spending.remark(on: "it") == nil)
  }

  @Test func `versions that left come last, and are not compared`() async throws {
    var found = try await statistics([2], [{ $0.promptID = 3 }, { _ in }, { $0.promptID = 3 }])
    found.compareArms()
    #expect(found.formerArms.map(\.promptID) == [1, 3] && found.formerArms.map(\.samples) == [1, 2])
    #expect(found.arms.map(\.probabilityOfBest) == [1] && found.formerArms.allSatisfy { $0.probabilityOfBest == nil })
  }

  @Test func `versions that left with outcomes raise what evidence must reach`() async throws {
    let lefts: [@Sendable (inout GenerationRecord) -> Void] = [
      {
        $0.promptID = 3
        $0.outcome = .negative
      }, { $0.outcome = .positive }, { $0.outcome = .positive },
    ]
    let found = try await statistics([1, 2], lefts)
    #expect(ExperimentLead(found)?.threshold == 40)
    #expect(ExperimentLead(try await statistics([1, 2], Array(lefts.dropFirst())))?.threshold == 20)
  }

  @Test func `a version listed twice in the file does not crash`() async throws {
    var found = try await statistics([1, 1], [{ _ in }])
    found.compareArms()
    #expect(found.arms.map(\.samples) == [1, 0])
  }
}
