import Providers
import Store
import Testing

@testable import Evaluation

/// What copied answers cost, and what is said of it.
extension RunReuseTests {
  @Test func `copies count in a comparison at their source's cost, and not in the latency`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 20)
    try await fixture.generate(first)
    let second = try await copy(fixture, of: first)
    try await fixture.generate(second)
    let other = try await copy(fixture, of: first) { ($0.model, $0.reuse) = ("other", false) }
    try await fixture.generate(other)
    let free = try await fixture.comparison(other, second)
    #expect(free.cost.estimate == 1 && free.latency.estimate == nil && free.latency.unknown == 20)
    #expect(free.sentence.contains("20 rows were copied") && !free.sentence.contains("very same"))
    let same = try await fixture.comparison(first, second)
    #expect(same.cost.estimate == 1 && same.sentence.contains("the very same answers to all 20 rows"))
    #expect(same.verdict == .same && same.scores?.pairs == 0, "\(same.verdict) \(same.sentence)")
    #expect(!same.sentence.contains("no row has a score"), "\(same.sentence)")
    #expect(!(try await fixture.comparison(first, other)).sentence.contains("copied"))
  }

  @Test func `max_cost and the estimate count only what is paid for`() async throws {
    let fixture = Self.echoing()
    let first = try await fixture.makeRun(rows: 30)
    try await fixture.generate(first)
    try await add(rows: "row 30,row 30\nrow 31,row 31\n", to: fixture)
    let id = try await copy(fixture, of: first) { $0.maxCost = 0.021 }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && run.errorMessage == nil && responses.count == 32)
    #expect(run.estimatedCost == 0.02 && fixture.models.calls.count == 32)
    // The copies come first, so a limit that is too low keeps none from being made.
    let poor = try await copy(fixture, of: first) { ($0.maxCost, $0.settings) = (0.005, $0.settings) }
    try await fixture.store.commit { _ = try $0.deleteCascading(RunRecord.self, id: id) }
    let stopped = try await fixture.generate(poor)
    #expect(stopped.run.status == .failed && stopped.responses.count == 30)
    #expect(stopped.responses.allSatisfy { $0.reusedFrom != nil })
  }

  @Test func `copies are judged as any other answer`() async throws {
    let fixture = EngineFixture { prompt, _ in
      prompt.hasPrefix("row ") ? prompt : #"{"reasons": "r", "score": 4}"#
    }
    let first = try await fixture.makeRun(rows: 4, scoring: .llmJudge, metrics: 1, judge: "j")
    try await fixture.generate(first)
    let id = try await copy(fixture, of: first)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed && fixture.models.calls.count == 12)
    #expect(fixture.models.calls.suffix(4).allSatisfy { !$0.hasPrefix("row ") })
    #expect(responses.allSatisfy { $0.score == 4 && $0.reusedFrom != nil && $0.cost == 0 && $0.judgeCost == 0.01 })
    let figures = try await figures(of: id, fixture)
    #expect(figures.statistics.totalCost == 0.04 && figures.meanReviewCost == 0.01 && run.estimatedCost == 0.04)
    #expect(abs((figures.costWithoutCopies ?? 0) - 0.08) < 1e-9)
  }

  @Test func `a failed row that is tried again is copied, and keeps what it cost`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call == 1 {
        throw ProviderError(.invalidRequest, "no", usage: TokenUsage(promptTokens: 5, completionTokens: 0))
      }
      return prompt
    }
    let second = try await fixture.makeRun(rows: 1)
    try await fixture.change(second) { $0.reuse = true }
    #expect(try await fixture.generate(second).responses[0].status == .failed)
    let first = try await copy(fixture, of: second) { $0.reuse = false }
    try await fixture.generate(first)
    let response = try await fixture.generate(second).responses[0]
    #expect(response.reusedFrom == 2 && response.cost == 0.01 && response.usage?.promptTokens == 5)
    #expect(response.sourceCost == 0.01 && fixture.models.calls.count == 2)
  }

  @Test func `a run that stops early copies no more than it needs, and saved only calls`() async throws {
    let fixture = EngineFixture { prompt, call in call <= 60 ? "no" : prompt }
    let bad = try await fixture.makeRun(rows: 60, concurrency: 1)
    try await fixture.generate(bad)
    let good = try await copy(fixture, of: bad) { $0.reuse = false }
    try await fixture.generate(good)
    try await fixture.store.commit { _ = try $0.deleteCascading(RunRecord.self, id: bad) }
    let worse = try await fixture.store.commit { transaction in
      var run = RunRecord(like: try transaction.tables.find(RunRecord.self, good), in: transaction.tables)
      (run.promptID, run.name, run.model) = (1, "bad", "other")
      return transaction.insert(run).id
    }
    fixture.models.changeAnswers { answer in
      guard case .success(var completion) = answer.result else { return answer }
      completion.text = "no"
      return .init(result: .success(completion), attempts: 1)
    }
    try await fixture.generate(worse)
    let id = try await copy(fixture, of: good) { $0.stopAgainst = worse }
    let calls = fixture.models.calls.count
    let (run, responses) = try await fixture.generate(id)
    let stop = try #require(run.stoppedEarly)
    #expect(stop.decision == .better && stop.rows == 8 && responses.count == 8)
    #expect(fixture.models.calls.count == calls && stop.calls == 0 && stop.savedCalls == 0)
  }
}
