import TestSupport
import Testing

@testable import Store

/// What an observer of a store is told.
@Suite struct ObserverTests {
  @Test func `a notice without changes is not delivered`() async {
    let observer = StoreObserver()
    let heard = SharedList<StoreChanges>()
    var changes = StoreChanges()
    changes.isEverything = true
    let receiving = Task { await observer.receive { heard.append($0) } }
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
}
