import Evaluation
import Foundation
import Providers
import Store
import TestSupport
import Testing

@testable import Evaluation

/// Waiting runs that a process cannot follow at first, and the pauses between questions to their providers.
@Suite(.timeLimit(.minutes(5))) struct BatchFollowingTests {
  /// A waiting run, and an engine that could not follow it because it had no key.
  private func unfollowed(_ batches: FakeBatches) async throws -> (EngineFixture, id: Int) {
    let first = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await first.makeBatchRun(rows: 4)
    try await first.submit(id, batches)
    await first.shutDown()
    let fixture = EngineFixture(folder: first.folder, batches: batches) { prompt, _ in prompt }
    fixture.models.beforeBinding { throw EvaluationError("There is no key.") }
    try await fixture.engine.resumeWaiting()
    #expect(await fixture.engine.obstacle(toFollowing: id) == "There is no key.")
    return (fixture, id)
  }

  @Test func `an obstacle is forgotten when the run is started by request`() async throws {
    let (fixture, id) = try await unfollowed(FakeBatches { $0.pollsOfWork = .max })
    fixture.models.beforeBinding {}
    #expect(try await fixture.engine.generate(run: id, options: .init()) == .attached)
    #expect(await fixture.engine.obstacle(toFollowing: id) == nil)
  }

  @Test func `an obstacle is forgotten when another process follows the run`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = .max }
    let (fixture, id) = try await unfollowed(batches)
    let other = EngineFixture(folder: fixture.folder, batches: batches) { prompt, _ in prompt }
    try await other.engine.resumeWaiting()
    #expect(await other.engine.obstacle(toFollowing: id) == nil)
    await fixture.engine.followWaiting(run: id)
    #expect(await fixture.engine.obstacle(toFollowing: id) == nil)
  }

  /// Asks for a run's state all the time until it has ended.
  private func generate(_ id: Int, asking fixture: EngineFixture) async throws -> RunRecord {
    let asking = Task {
      while !Task.isCancelled {
        await fixture.engine.followWaiting(run: id)
        try await Task.sleep(for: .milliseconds(2))
      }
    }
    defer { asking.cancel() }
    return try await fixture.generate(id).run
  }

  private static let busy = ProviderError(.transient, "Too many requests.", status: 429, retryAfter: 1.5)

  @Test func `a question does not end the pause that a provider asks for before a submission`() async throws {
    let batches = FakeBatches { $0.refusals = [Self.busy] }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    let start = ContinuousClock.now
    #expect(try await generate(id, asking: fixture).status == .completed)
    #expect(ContinuousClock.now - start >= .milliseconds(1_500))
  }

  @Test func `a question does not end the pause that a provider asks for between polls`() async throws {
    let batches = FakeBatches { $0.statusErrors = [Self.busy] }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    let start = ContinuousClock.now
    #expect(try await generate(id, asking: fixture).status == .completed)
    #expect(ContinuousClock.now - start >= .milliseconds(1_500))
  }

  @Test func `a question ends any other pause`() async throws {
    let batches = FakeBatches { $0.pollsOfWork = 3 }
    let fixture = EngineFixture(batches: batches, pace: .slow) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 4)
    #expect(try await generate(id, asking: fixture).status == .completed)
  }

  @Test func `a failed row that an open batch answers is counted once`() async throws {
    let batches = FakeBatches()
    batches.change {
      $0.outcome = { ["row 1", "row 2"].contains($0) ? .answered(.failure(.sample(.insufficientQuota))) : nil }
    }
    let first = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await first.makeBatchRun(rows: 10)
    #expect(try await first.generate(id).responses.count { $0.status == .failed } == 2)
    batches.change {
      $0.outcome = { _ in nil }
      $0.pollsOfWork = .max
    }
    _ = try await first.engine.generate(run: id, options: .init(retryFailed: true))
    try await first.wait(for: id) { $0.openBatches.first?.batchID != nil }
    await first.shutDown()
    let next = EngineFixture(folder: first.folder, batches: batches) { prompt, _ in prompt }
    try await next.engine.resumeWaiting()
    #expect(try await next.engine.progress(ofRun: id)?.generated == .init(done: 9, failed: 0, total: 10))
    batches.change { $0.pollsOfWork = 0 }
    try await next.engine.wait(forRun: id, seconds: .unlimited) { progress in
      #expect(progress.generated.done + progress.generated.failed <= 10)
    }
    #expect(try await next.engine.progress(ofRun: id)?.generated == .init(done: 10, failed: 0, total: 10))
  }

  @Test(arguments: [BatchStatus.End.expired, .cancelled])
  func `requests that a batch left out when it was ended are not failures`(end: BatchStatus.End) async throws {
    let batches = FakeBatches {
      $0.end = end
      $0.arrange = { $0.dropLast(2) }
    }
    let fixture = EngineFixture(batches: batches) { prompt, _ in prompt }
    let id = try await fixture.makeBatchRun(rows: 6)
    let (run, responses) = try await fixture.generate(id)
    #expect(run.status == .failed && responses.map(\.status) == Array(repeating: .completed, count: 4))
    let batch = try #require(run.batches.first)
    #expect(batch.expired == (end == .expired ? 2 : 0) && batch.cancelled == (end == .cancelled ? 2 : 0))
    batches.change {
      $0.end = .whole
      $0.arrange = { $0 }
    }
    #expect(try await fixture.generate(id).run.status == .completed)
  }

  @Test func `a model without batches is refused with the vendors that have them`() {
    let refusal = BatchSetting.refusal(of: "m", at: "ollama")
    let vendors = Vendor.allCases.filter(\.hasBatches)
    #expect(vendors.count > 2 && vendors.allSatisfy { refusal.contains($0.displayName) })
  }
}

extension BatchPace {
  /// A pace of hour-long pauses, which questions end.
  fileprivate static var slow: BatchPace {
    var pace = BatchPace.quick
    pace.scale = 3_600
    return pace
  }
}
