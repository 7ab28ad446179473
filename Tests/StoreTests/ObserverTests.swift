import TestSupport
import Testing

@testable import Store

/// What an observer of a store is told.
@Suite struct ObserverTests {
  @Test func `a notice without changes is not delivered`() async {
    let observer = StoreObserver(isHeard: { true })
    let heard = SharedList<StoreChanges>()
    var changes = StoreChanges()
    changes.isEverything = true
    let receiving = Task { await observer.receive { changes, _ in heard.append(changes) } }
    // The bell of changes that were taken with earlier ones rings after them, with nothing left.
    observer.note(StoreChanges())
    while heard.all.isEmpty {
      await Task.yield()
      observer.note(StoreChanges())
      observer.note(changes)
    }
    #expect(heard.all.allSatisfy { !$0.isEmpty })
    receiving.cancel()
    await receiving.value
  }

  @Test func `nobody is woken while nobody listens, and the next delivery tells of it`() async throws {
    let listeners = SharedList<Int>()
    let observer = StoreObserver(isHeard: { !listeners.all.isEmpty })
    var (missed, told) = (StoreChanges(), StoreChanges())
    (missed.records, told.records) = ([.tags: [1]], [.tags: [2]])
    observer.note(missed)
    listeners.append(1)
    observer.note(told)
    let heard = SharedList<StoreChanges>()
    let receiving = Task {
      await observer.receive { changes, hasMissed in
        #expect(hasMissed == heard.all.isEmpty)
        heard.append(changes)
      }
    }
    while heard.all.count < 1 { await Task.yield() }
    observer.note(told)
    while heard.all.count < 2 { await Task.yield() }
    #expect(heard.all == [told, told])
    receiving.cancel()
    await receiving.value
  }
}
