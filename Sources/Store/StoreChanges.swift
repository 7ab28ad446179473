import Synchronization

/// The changes of a store since the last look.
package struct StoreChanges: Sendable, Equatable {
  /// The changed or deleted records of each kind; runs and experiments also if only their output changed.
  package internal(set) var records: [RecordKind: Set<Int>] = [:]
  /// Whether another process has made further changes.
  package internal(set) var isEverything = false

  package var isEmpty: Bool { records.isEmpty && !isEverything }

  mutating func formUnion(_ other: StoreChanges) {
    records.merge(other.records) { $0.union($1) }
    isEverything = isEverything || other.isEverything
  }
}

/// Delivers changes to one observer; pending changes are kept as a set.
package final class StoreObserver: Sendable {
  private struct Pending {
    var changes = StoreChanges()
    /// Whether there were changes while nobody listened.
    var hasMissed = false
  }

  private let isHeard: @Sendable () -> Bool
  private let pending = Mutex(Pending())
  private let bells: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation

  /// - Parameter isHeard: whether anybody listens to the observer now; otherwise it is not woken.
  init(isHeard: @escaping @Sendable () -> Bool) {
    self.isHeard = isHeard
    (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func note(_ changes: StoreChanges) {
    let isHeard = isHeard()
    pending.withLock { pending in
      if isHeard { pending.changes.formUnion(changes) } else { pending.hasMissed = true }
    }
    if isHeard { bell.yield() }
  }

  /// Delivers the changes until the task is cancelled; only one caller may receive.
  ///
  /// - Parameter body: called with the changes, and with whether there were others while nobody listened.
  package func receive(_ body: (_ changes: StoreChanges, _ hasMissed: Bool) async -> Void) async {
    for await _ in bells {
      let taken = pending.withLock { pending in
        defer { pending = Pending() }
        return pending
      }
      // Changes that were noted after an earlier bell are taken with it, and their own bell rings with nothing left.
      if !taken.changes.isEmpty { await body(taken.changes, taken.hasMissed) }
    }
  }
}
