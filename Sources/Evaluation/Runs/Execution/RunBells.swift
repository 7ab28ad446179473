import Synchronization

/// Wakes those who follow a run when it has changed.
///
/// Nobody is woken while the lock is held. Waking a task takes a lock of that task, which its cancellation holds while it
/// ends the stream here; each would wait for the other.
final class RunBells: Sendable {
  private struct Follower {
    let bell: AsyncStream<Void>.Continuation
    /// Whether it follows steps, not only the end.
    let wantsSteps: Bool
  }

  private struct State {
    var followers: [Int: Follower] = [:]
    var lastNumber = 0
    var hasEnded = false
  }

  private let state = Mutex(State())

  /// The followers' number, which is 0 once the run has ended.
  var count: Int { state.withLock(\.followers.count) }

  /// A stream that delivers at once, then after steps that were not seen yet, and ends with the run.
  ///
  /// - Parameter steps: false to follow the end only, which costs the run nothing.
  func follow(steps: Bool) -> AsyncStream<Void> {
    let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    bell.yield()
    let number: Int? = state.withLock { state in
      if state.hasEnded { return nil }
      state.lastNumber += 1
      state.followers[state.lastNumber] = Follower(bell: bell, wantsSteps: steps)
      return state.lastNumber
    }
    guard let number else {
      bell.finish()
      return bells
    }
    bell.onTermination = { [self] _ in state.withLock { _ = $0.followers.removeValue(forKey: number) } }
    return bells
  }

  /// Wakes those who follow steps.
  func ring() {
    let bells = state.withLock { $0.followers.values.filter(\.wantsSteps).map(\.bell) }
    for bell in bells { bell.yield() }
  }

  /// Ends all streams, and later ones at once.
  func end() {
    let bells = state.withLock { state in
      state.hasEnded = true
      defer { state.followers = [:] }
      return state.followers.values.map(\.bell)
    }
    for bell in bells { bell.finish() }
  }
}
