import Synchronization

/// Delivers changes to listeners.
///
/// Pending changes are kept as a set: a slow listener learns of a change, not of how often it happened.
package final class ChangeFeed: Sendable {
  private struct Listener {
    var pending: Set<Change> = []
    /// Whether the listener currently has a client.
    let isHeard: @Sendable () -> Bool
    let bell: AsyncStream<Void>.Continuation
  }

  private struct State {
    var listeners: [Int: Listener] = [:]
    var lastNumber = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  package init() {}

  package func publish(_ changes: some Sequence<Change>) {
    let changes = Set(changes)
    if changes.isEmpty { return }
    // Nobody is woken while the lock is held, because that takes a lock of the task.
    let bells = state.withLock { state in
      for number in state.listeners.keys { state.listeners[number]?.pending.formUnion(changes) }
      return state.listeners.values.map(\.bell)
    }
    for bell in bells { bell.yield() }
  }

  /// Whether any listener currently has a client.
  package var hasListeners: Bool {
    // The listeners are called without the lock, which they need not know.
    state.withLock { $0.listeners.values.map(\.isHeard) }.contains { $0() }
  }

  /// Starts listening.
  /// - Parameter isHeard: tells whether the listener has a client, at any later time.
  func listen(isHeard: @escaping @Sendable () -> Bool = { true }) -> Subscription {
    let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let (number, isClosed) = state.withLock { state in
      state.lastNumber += 1
      state.listeners[state.lastNumber] = Listener(isHeard: isHeard, bell: bell)
      return (state.lastNumber, state.isClosed)
    }
    if isClosed { bell.finish() }
    return Subscription(bells: bells) { [self] in
      state.withLock { state in
        defer { state.listeners[number]?.pending = [] }
        return state.listeners[number]?.pending ?? []
      }
    } end: { [self] in
      state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
  }

  /// Ends all subscriptions and prevents new ones.
  func close() {
    let bells = state.withLock { state in
      state.isClosed = true
      return state.listeners.values.map(\.bell)
    }
    for bell in bells { bell.finish() }
  }

  /// The changes for one listener.
  struct Subscription: Sendable {
    fileprivate let bells: AsyncStream<Void>
    fileprivate let take: @Sendable () -> Set<Change>
    fileprivate let end: @Sendable () -> Void

    /// Calls back with the changes as they occur, several at once if the callback is slower.
    ///
    /// Returns when the feed is closed or the task is cancelled.
    func receive(_ body: (Set<Change>) -> Void) async {
      for await _ in bells { body(take()) }
      end()
    }
  }
}
