import Evaluation
import Foundation
import Store
import Synchronization
import TestSupport
import Testing

/// Waiting for a run of another process ends in time, however long each look at it takes.
@Suite(.timeLimit(.minutes(20))) struct FollowingTimeTests {
  /// A clock by which a minute has passed after every pause.
  private final class SlowClock: Clock {
    private let state = Mutex<(now: ManualClock.Instant, pauses: [Duration])>((ManualClock().now, []))
    var now: ManualClock.Instant { state.withLock(\.now) }
    var pauses: [Duration] { state.withLock(\.pauses) }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
      state.withLock { state in
        state.pauses.append(state.now.duration(to: deadline))
        state.now = state.now.advanced(by: .seconds(60))
      }
    }
  }

  @Test(arguments: [
    (0.1, [Duration.milliseconds(100)]), (50, [.milliseconds(200)]), (70, [.milliseconds(200), .milliseconds(200)]),
  ])
  func `the wait counts what passes between the pauses`(seconds: Double, pauses: [Duration]) async throws {
    let gate = Gate()
    let owner = EngineFixture { prompt, _ in
      await gate.pass()
      return prompt
    }
    let id = try await owner.makeRun(rows: 2, concurrency: 1)
    _ = try await owner.engine.generate(run: id, options: .init())
    await gate.held(1)
    let other = EngineFixture(folder: owner.folder) { prompt, _ in prompt }
    let clock = SlowClock()
    let engine = RunEngine(store: other.store, models: other.models, clock: clock, now: { Timestamp(Date()) })
    try await engine.wait(forRun: id, seconds: seconds, onProgress: nil)
    #expect(clock.pauses == pauses)
    gate.open()
    try await owner.engine.wait(forRun: id, seconds: .unlimited, onProgress: nil)
  }
}
