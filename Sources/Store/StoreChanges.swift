import Synchronization

/// What has changed in a store since somebody last looked.
package struct StoreChanges: Sendable, Equatable {
  /// The records of each kind that were put or deleted; runs also when only their responses were.
  package internal(set) var records: [RecordKind: Set<Int>] = [:]
  /// Whether another process has changed more than that.
  package internal(set) var isEverything = false

  package var isEmpty: Bool { records.isEmpty && !isEverything }

  mutating func formUnion(_ other: StoreChanges) {
    records.merge(other.records) { $0.union($1) }
    isEverything = isEverything || other.isEverything
  }
}

/// Tells one observer of changes; what it has not taken yet is kept once, however often it changed.
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

  /// The changes as they come, until the task is cancelled; for one loop.
  package func forEach(_ body: (StoreChanges) async -> Void) async {
    for await _ in bells {
      await body(
        pending.withLock { pending in
          defer { pending = StoreChanges() }
          return pending
        })
    }
  }
}
