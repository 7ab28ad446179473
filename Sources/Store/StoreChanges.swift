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
  private let pending = Mutex(StoreChanges())
  private let bells: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation

  init() {
    (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func note(_ changes: StoreChanges) {
    pending.withLock { $0.formUnion(changes) }
    bell.yield()
  }

  /// Delivers the changes until the task is cancelled; only one caller may receive.
  package func receive(_ body: (StoreChanges) async -> Void) async {
    for await _ in bells {
      let changes = pending.withLock { pending in
        defer { pending = StoreChanges() }
        return pending
      }
      // Changes that were noted after an earlier bell are taken with it, and their own bell rings with nothing left.
      if !changes.isEmpty { await body(changes) }
    }
  }
}
