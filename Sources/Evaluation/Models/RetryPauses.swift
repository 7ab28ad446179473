import Synchronization

/// The pauses between the attempts of a run's calls; all end at once when the run stops.
///
/// A pausing call is not in progress: cancelling a run does not wait for the end of a provider's rate limit.
final class RetryPauses: Sendable {
  private let clock: any Clock<Duration>
  private let state = Mutex(State())

  private struct State {
    var isOver = false
    var waiting: [Int: AsyncStream<Never>.Continuation] = [:]
    var next = 0
  }

  init(_ clock: any Clock<Duration>) {
    self.clock = clock
  }

  /// Waits for a number of seconds.
  /// - Throws: `CancellationError` if the run stops or the task is cancelled before then.
  func wait(_ seconds: Double) async throws {
    let (stop, continuation) = AsyncStream.makeStream(of: Never.self)
    let id: Int? = state.withLock { state in
      if state.isOver { return nil }
      state.next += 1
      state.waiting[state.next] = continuation
      return state.next
    }
    guard let id else { throw CancellationError() }
    defer { state.withLock { _ = $0.waiting.removeValue(forKey: id) } }
    try await withThrowingTaskGroup(of: Void.self) { [clock] group in
      group.addTask { try await clock.sleep(for: .seconds(seconds)) }
      group.addTask {
        for await _ in stop {}
        throw CancellationError()
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Ends the current pauses and all later ones.
  func end() {
    let waiting = state.withLock { state in
      state.isOver = true
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.finish() }
  }
}
