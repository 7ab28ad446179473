import Evaluation
import Providers
import Store
import Synchronization
import TestSupport
import Testing

/// The cost of failures, and their effect on other rows.
@Suite(.timeLimit(.minutes(20))) struct RunFailureTests {
  private static let wasted = TokenUsage(promptTokens: 10, completionTokens: 1)

  private static func paid(_ kind: ProviderError.Kind) -> ProviderError {
    ProviderError(kind, "It went wrong: \(kind).", usage: wasted)
  }

  // MARK: Paid failures

  @Test func `a paid failure counts in its row, in the run and after a retry`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if prompt == "row 1", isBroken.withLock({ $0 }) { throw Self.paid(.unusableAnswer) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 3)
    let (_, before) = try await fixture.generate(id)
    #expect(before[1].status == .failed && before[1].usage == .init(promptTokens: 10, completionTokens: 1))
    #expect(before[1].cost == 0.01)
    #expect(try await fixture.totals(of: id) == .init(tokens: 35, cost: 0.03))
    isBroken.withLock { $0 = false }
    let (_, after) = try await fixture.generate(id, .init(retryFailed: true))
    #expect(after[1].status == .completed && after[1].attempts == 4)
    #expect(try await fixture.totals(of: id) == .init(tokens: 47, cost: 0.04))
  }

  @Test func `paid attempts before the answer count too`() async throws {
    let fixture = EngineFixture(wasted: [Self.wasted, Self.wasted]) { prompt, _ in prompt }
    let id = try await fixture.makeRun(rows: 2)
    let (_, responses) = try await fixture.generate(id)
    #expect(responses.allSatisfy { $0.usage == .init(promptTokens: 30, completionTokens: 4) })
    #expect(try await fixture.totals(of: id) == .init(tokens: 68, cost: 0.06))
  }

  @Test func `a failure costs what the provider reports`() async throws {
    let fixture = EngineFixture(price: nil) { _, _ throws(ProviderError) in
      var usage = Self.wasted
      usage.reportedCost = 0.25
      throw ProviderError(.unusableAnswer, "It cannot be understood.", usage: usage)
    }
    let id = try await fixture.makeRun(rows: 2)
    _ = try await fixture.generate(id)
    #expect(try await fixture.totals(of: id) == .init(tokens: 22, cost: 0.5))
  }

  @Test func `a paid failure of unknown price makes the total unknown`() async throws {
    let fixture = EngineFixture(price: nil) { prompt, _ throws(ProviderError) in
      if prompt == "row 0" { throw Self.paid(.unusableAnswer) }
      throw .sample(.invalidRequest)
    }
    let id = try await fixture.makeRun(rows: 3)
    _ = try await fixture.generate(id)
    #expect(try await fixture.totals(of: id) == .init(tokens: 11, cost: nil))
  }

  @Test func `paid failures count towards max_cost`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call % 2 == 0 { throw Self.paid(.unusableAnswer) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 20, concurrency: 1)
    try await fixture.change(id) { $0.maxCost = 0.045 }
    let (run, _) = try await fixture.generate(id)
    #expect(run.errorMessage?.contains("max_cost") == true)
    #expect(fixture.models.calls.count == 4)
  }

  @Test func `wasted calls of a judge count in the row`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt.hasPrefix("row ") { return prompt }
      throw Self.paid(.unusableAnswer)
    }
    let id = try await fixture.makeRun(rows: 1, scoring: .llmJudge, metrics: 1, judge: "j")
    let (_, responses) = try await fixture.generate(id)
    // One request and one repair.
    #expect(responses[0].judgeUsage == .init(promptTokens: 20, completionTokens: 2))
    #expect(try await fixture.totals(of: id) == .init(tokens: 34, cost: 0.03))
  }

  // MARK: Effect on other rows

  @Test func `rows that always fail do not block the others`() async throws {
    let fixture = EngineFixture { prompt, _ throws(ProviderError) in
      if let row = Int(prompt.dropFirst(4)), row < 5 { throw .sample(.invalidRequest) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 12, concurrency: 1)
    let (stopped, before) = try await fixture.generate(id)
    #expect(stopped.status == .failed && before.count == 5)
    let (run, after) = try await fixture.generate(id)
    #expect(run.status == .completed && after.count == 12 && after.count { $0.status == .failed } == 5)
    #expect(Array(fixture.models.calls.dropFirst(5)) == (5..<12).map { "row \($0)" } + (0..<5).map { "row \($0)" })
    // A retry changes nothing about the run.
    #expect(try await fixture.generate(id, .init(retryFailed: true)).run.status == .completed)
  }

  @Test func `a provider that goes down for good ends the run after a while`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if call > 10 { throw .sample(.transient) }
      return prompt
    }
    let id = try await fixture.makeRun(rows: 200, concurrency: 2)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && run.errorMessage == "It went wrong: transient.")
    #expect((19...21).contains(fixture.models.calls.count) && responses.count { $0.status == .completed } == 10)
  }

  @Test func `an unreachable server ends the run at once`() async throws {
    let fixture = EngineFixture { _, _ throws(ProviderError) in throw .sample(.unreachable) }
    let id = try await fixture.makeRun(rows: 200, concurrency: 4)
    #expect(try await fixture.generate(id).run.errorMessage == "It went wrong: unreachable.")
    #expect(fixture.models.calls.count <= 8)
  }

  // MARK: Pauses

  @Test func `cancelling ends the pauses between attempts, and those rows remain to be done`() async throws {
    let fixture = EngineFixture(pause: 3_600) { prompt, _ throws(ProviderError) in throw .sample(.transient) }
    let id = try await fixture.makeRun(rows: 8, concurrency: 4)
    _ = try await fixture.engine.generate(run: id, options: .init())
    while fixture.models.calls.count < 4 { await Task.yield() }
    try await fixture.engine.cancel(run: id)
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await fixture.state(of: id)
    #expect(run.status == .cancelled && responses.isEmpty)
  }

  @Test func `everything that ends a run ends the pauses too`() async throws {
    let fixture = EngineFixture(pause: 3_600) { prompt, _ throws(ProviderError) in
      throw .sample(prompt == "row 0" ? .insufficientQuota : .transient)
    }
    let id = try await fixture.makeRun(rows: 8, concurrency: 4)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && run.errorMessage == "It went wrong: insufficientQuota.")
    #expect(responses.map(\.rowIndex) == [0])
  }

  @Test func `a row that may have been paid for tells so if its run gives up before it is tried again`() async throws {
    let waiting = Gate()
    let fixture = EngineFixture(pause: 3_600) { prompt, _ throws(ProviderError) in
      if prompt == "row 0" {
        await waiting.pass()
        throw .sample(.insufficientQuota)
      }
      throw ProviderError(.transient, "Timed out.", isUncounted: true)
    }
    let id = try await fixture.makeRun(rows: 2, concurrency: 2)
    _ = try await fixture.engine.generate(run: id, options: .init())
    while fixture.models.calls.count < 2 { await Task.yield() }
    waiting.open()
    try await fixture.engine.wait(forRun: id, seconds: .unlimited) { _ in }
    let (run, responses) = try await fixture.state(of: id)
    // No server has ended, so that no call was lost with it.
    #expect(run.errorMessage == "It went wrong: insufficientQuota." && run.lostCalls == 0)
    let row = try #require(responses.first { $0.rowIndex == 1 })
    #expect(row.status == .failed && row.uncountedCalls == 1)
    let statistics = try #require(try await fixture.store.read { $0.figures(ofRun: id)?.statistics })
    #expect(statistics.uncountedCalls == 1 && RunWarnings.lostCalls(statistics) == nil)
  }

  // MARK: Reviews

  @Test func `each review is on disk before the next is requested`() async throws {
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt.hasPrefix("row ") { return prompt }
      if call == 3 { throw .sample(.cancelled) }
      return "{\"reasons\": \"fine\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 1, scoring: .llmJudge, metrics: 3, judge: "j", concurrency: 1)
    let (_, before) = try await fixture.generate(id)
    #expect(
      before[0].status == .running && before[0].reviews.map(\.metricName) == ["metric 0"] && before[0].score == nil)
    let (run, after) = try await fixture.generate(id)
    #expect(run.status == .completed && after[0].score == 4 && after[0].reviews.count == 3)
    #expect(fixture.models.calls.count == 5)
  }

  @Test func `reviews by other metrics do not replace missing ones`() async throws {
    let isBroken = Mutex(true)
    let fixture = EngineFixture { prompt, call throws(ProviderError) in
      if prompt == "row 1", isBroken.withLock({ $0 }) { throw .sample(.insufficientQuota) }
      return prompt.hasPrefix("row ") ? prompt : "{\"reasons\": \"fine\", \"score\": 4}"
    }
    let id = try await fixture.makeRun(rows: 2, scoring: .llmJudge, metrics: 2, judge: "j", concurrency: 1)
    try await fixture.change(id) { $0.metricIDs = [1] }
    _ = try await fixture.generate(id)
    isBroken.withLock { $0 = false }
    try await fixture.change(id) { $0.metricIDs = [2] }
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .completed)
    #expect(responses.map { $0.reviews.map(\.metricName) } == [["metric 0", "metric 1"], ["metric 1"]])
    #expect(fixture.models.calls.count { $0 == "row 0" } == 1)
  }
}

extension EngineFixture {
  /// The recorded totals of a run.
  struct Totals: Equatable {
    var tokens: Int
    var cost: Double?
  }

  fileprivate func totals(of id: Int) async throws -> Totals {
    try await store.read { tables in
      let statistics = try #require(tables.figures(ofRun: id)).statistics
      return Totals(tokens: statistics.usage?.totalTokens ?? 0, cost: statistics.totalCost?.rounded(toPlaces: 6))
    }
  }
}
