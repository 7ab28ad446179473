import Providers
import Store
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// A comparison is an activity beside the run.
extension PairwiseTests {
  /// A judge that prefers the longer answer, once a gate is open.
  private func gated(_ gate: Gate) -> EngineFixture {
    EngineFixture { prompt, _ in
      guard prompt.contains("Compare the two responses") else { return prompt }
      await gate.pass()
      let (first, second) = (Self.fenced("first response", in: prompt), Self.fenced("second response", in: prompt))
      return #"{"reasons": "It is longer.", "score": \#(second.count > first.count ? 5 : 1)}"#
    }
  }

  @Test func `a comparison leaves the run's status, and nothing else attaches to it`() async throws {
    let gate = Gate()
    let fixture = gated(gate)
    let (first, second) = try await runs(fixture, rows: 4)
    try await fixture.change(second) {
      $0.concurrency = 1
      $0.status = .cancelled
    }
    _ = try await fixture.engine.generate(run: second, options: judging(first))
    await gate.held(1)
    let other = EngineFixture(folder: fixture.folder) { prompt, _ in prompt }
    for engine in [fixture.engine, other.engine] {
      #expect(try await engine.isComparing(run: second))
      for options in [RunEngine.Options(), .init(restart: true), judging(first)] {
        await #expect {
          _ = try await engine.generate(run: second, options: options)
        } throws: {
          ["run \(second)", "run \(first)", "runs_judge with against", "runs_cancel"].allSatisfy("\($0)".contains)
        }
      }
    }
    let (run, _) = try await fixture.state(of: second)
    #expect(run.status == .cancelled && run.openPairwise?.against == first && run.openPairwise?.judgeModel == "j")
    await fixture.shutDown()
    let (ended, responses) = try await other.state(of: second)
    #expect(ended.status == .cancelled && ended.errorMessage == nil && ended.openPairwise == nil)
    #expect(ended.pairwise[0].errorMessage?.contains("shut down") == true && responses.count == 4)
  }

  @Test func `a comparison whose process was killed is resumed, and its lost calls are told`() async throws {
    let fixture = fixture { first, second in second.count > first.count ? 5 : 1 }
    let (first, second) = try await runs(fixture, rows: 4)
    let (_, responses) = try await fixture.generate(second, judging(first))
    try await fixture.store.commit { transaction in
      var run = try #require(transaction.tables.runs[second])
      run.pairwise[0].isRunning = true
      run.status = .cancelled
      transaction.put(run)
      for var response in responses.prefix(2) {
        response.pairwise[0].asSecond = nil
        response.score = nil
        transaction.put(response)
      }
    }
    #expect(try await !fixture.engine.isComparing(run: second))
    let progress = try #require(try await fixture.engine.progress(ofRun: second))
    #expect(progress.compared == .init(done: 6, total: 8) && progress.status == .cancelled)
    #expect(progress.total == 4 + 8 && progress.current == 4 + 6 && progress.sentence.contains("compared 6/8"))
    let before = fixture.models.calls.count
    let (run, _) = try await fixture.generate(second, judging(first))
    #expect(fixture.models.calls.count - before == 2 && run.status == .cancelled && run.openPairwise == nil)
    #expect(run.lostCalls == run.concurrency)
    #expect(try #require(try await result(fixture, first, second)).waiting == 0)
  }

  @Test func `cancelling a comparison ends it and not the run`() async throws {
    let gate = Gate()
    let fixture = gated(gate)
    let (first, second) = try await runs(fixture, rows: 4)
    try await fixture.change(second) { $0.concurrency = 1 }
    _ = try await fixture.engine.generate(run: second, options: judging(first))
    await gate.held(1)
    try await fixture.engine.cancel(run: second)
    #expect(try await fixture.engine.isEnding(run: second))
    gate.open()
    try await fixture.engine.wait(forRun: second, seconds: .unlimited) { _ in }
    let (run, _) = try await fixture.state(of: second)
    #expect(run.status == .completed && run.openPairwise == nil)
    #expect(run.pairwise[0].errorMessage?.contains("cancelled") == true)
  }

  @Test func `progress counts the calls of a comparison`() async throws {
    let gate = Gate()
    let fixture = gated(gate)
    let (first, second) = try await runs(fixture, rows: 3)
    _ = try await fixture.engine.generate(run: second, options: judging(first))
    await gate.held(3)
    let progress = try #require(try await fixture.engine.progress(ofRun: second))
    #expect(progress.compared == .init(done: 0, total: 6) && progress.total == 9 && progress.current == 3)
    let last = Mutex(RunProgress.Count())
    gate.open()
    try await fixture.engine.wait(forRun: second, seconds: .unlimited) { step in last.withLock { $0 = step.compared } }
    #expect(last.withLock(\.self) == .init(done: 6, total: 6))
  }

  @Test func `the other way round costs only what is not judged yet`() async throws {
    let calls = Mutex(0)
    let fixture = fixture { first, second throws(ProviderError) in
      let call = calls.withLock { count in
        count += 1
        return count
      }
      if call == 6 { throw .sample(.insufficientQuota) }
      return second.count > first.count ? 5 : 2
    }
    let (first, second) = try await runs(fixture, rows: 4)
    for run in [first, second] { try await fixture.change(run) { $0.concurrency = 1 } }
    let (_, stored) = try await fixture.generate(second, judging(first))
    #expect(stored.reduce(0) { $0 + $1.pairwise.reduce(0) { $0 + $1.judgementCount } } == 5)
    // Five of the eight judgements were made.
    let (_, responses) = try await fixture.generate(first, judging(second))
    #expect(calls.withLock(\.self) == 6 + 3)
    #expect(responses.reduce(0) { $0 + $1.pairwise.reduce(0) { $0 + $1.judgementCount } } == 3)
    let found = try #require(try await result(fixture, first, second))
    #expect(found.wins == 4 && found.waiting == 0 && found.calls == .init(done: 8, total: 8))
    #expect(try #require(try await result(fixture, second, first)).losses == 4)
    // Everything is judged, so that the first direction needs no call either.
    #expect(try await fixture.engine.generate(run: second, options: judging(first)) == .completed)
    #expect(calls.withLock(\.self) == 9)
  }
}
