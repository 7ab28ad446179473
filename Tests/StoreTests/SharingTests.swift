import Foundation
import TestSupport
import Testing

@testable import Store

/// Actions of other processes and people on the file while a store is open.
@Suite struct SharingTests {
  let folder: TemporaryFolder

  init() throws { folder = TemporaryFolder() }

  private func names(_ store: Store) async throws -> [String] {
    try await store.read { $0.tags.newestFirst.reversed().map(\.name) }
  }

  /// Another process's lock on the store, from the system's view.
  private func lockElsewhere() throws -> FileLock {
    let lock = try FileLock(path: folder.store + ".lock")
    #expect(try lock.tryLock())
    return lock
  }

  @Test func `a lock held for too long by another process is an error until it is released`()
    async throws
  {
    let store = openStore(folder.store, lockPatience: 0.05)
    try await fill(store)
    let before = try folder.text()
    let lock = try lockElsewhere()
    for _ in 0..<2 {
      await #expect(throws: StoreError.locked(path: folder.store)) {
        try await store.commit { _ = $0.insert(tag("late")) }
      }
    }
    #expect(try await names(store) == ["first"])
    #expect(try folder.text() == before)
    try lock.unlock()
    try await store.commit { _ = $0.insert(tag("late")) }
    #expect(try await names(store) == ["first", "late"])
  }

  @Test func `commits that wait for another process's lock are all stored once it is released`() async throws {
    let store = openStore(folder.store, lockPatience: .unlimited)
    try await fill(store)
    let lock = try lockElsewhere()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask { try await store.commit { _ = $0.insert(tag("t\(index)")) } }
        group.addTask { _ = try await store.read { $0.tags.count } }
      }
      group.addTask { try lock.unlock() }
      try await group.waitForAll()
    }
    #expect(try await openStore(folder.store).read { $0.tags.count } == 21)
  }

  @Test func `when the lock file is removed, a new one excludes everybody again`() async throws {
    let (left, right) = (openStore(folder.store), openStore(folder.store))
    try await fill(left)
    try await right.commit { _ = $0.insert(tag("right")) }
    #expect(try await left.own(run: 1))
    try FileManager.default.removeItem(atPath: folder.store + ".lock")
    for round in 0..<5 {
      try await left.commit { _ = $0.insert(tag("l\(round)")) }
      try await right.commit { _ = $0.insert(tag("r\(round)")) }
    }
    #expect(try await left.read { $0.tags.count } == 12)
    #expect(try await right.isOwnedElsewhere(run: 1))
    #expect(try await !right.own(run: 1))
    try await left.disown(run: 1)
    #expect(try await right.own(run: 1))
  }

  @Test func `a lock file that is removed during a transaction lets nobody write over another's entry`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let calls = SharedList<String>()
    let id = try await store.commit { [folder] transaction in
      calls.append("called")
      if calls.all.count == 1 {
        try FileManager.default.removeItem(atPath: folder.store + ".lock")
        var other = StoreFile(path: folder.store, version: 1)
        let hasLock = try other.tryLock()
        #expect(!hasLock)
      }
      return transaction.insert(tag("own")).id
    }
    #expect(id == 2 && calls.all.count == 1)
    #expect(try await names(openStore(folder.store)) == ["first", "own"])
  }

  @Test func `a new lock file opened for a run during a transaction does not replace the removed one`()
    async throws
  {
    let store = openStore(folder.store)
    try await fill(store)
    let calls = SharedList<String>()
    let isOwner = try await store.commit(owning: 1) { [folder] transaction in
      calls.append("called")
      if calls.all.count == 1 { try FileManager.default.removeItem(atPath: folder.store + ".lock") }
      transaction.insert(tag("own"))
    }
    #expect(isOwner)
    #expect(try await openStore(folder.store).isOwnedElsewhere(run: 1))
    #expect(try await names(openStore(folder.store)) == ["first", "own"])
  }

  @Test func `a store that lost a run to another writes nothing until it releases the run`() async throws {
    let (left, right) = (openStore(folder.store), openStore(folder.store))
    try await fill(left)
    #expect(try await left.own(run: 1))
    try FileManager.default.removeItem(atPath: folder.store + ".lock")
    #expect(try await right.own(run: 1))
    for _ in 0..<2 {
      await #expect(throws: StoreError.self) { try await left.commit { _ = $0.insert(tag("row")) } }
    }
    try await right.commit { _ = $0.insert(tag("right")) }
    try await left.disown(run: 1)
    try await left.commit { _ = $0.insert(tag("left")) }
    #expect(try await left.isOwnedElsewhere(run: 1))
    #expect(try await names(openStore(folder.store)) == ["first", "right", "left"])
  }

  @Test func `a failed check of the lock file leaves no lock`() async throws {
    let (left, right) = (openStore(folder.store, lockPatience: 0.1), openStore(folder.store, lockPatience: 0.1))
    try await fill(left)
    try await right.commit { _ = $0.insert(tag("right")) }
    let kit = folder.path + "/kit"
    try FileManager.default.moveItem(atPath: kit, toPath: kit + "2")
    try Data().write(to: URL(fileURLWithPath: kit))
    await #expect(throws: StoreError.self) { try await left.commit { _ = $0.insert(tag("lost")) } }
    await #expect(throws: StoreError.self) { try await left.own(run: 7) }
    try FileManager.default.removeItem(atPath: kit)
    try FileManager.default.moveItem(atPath: kit + "2", toPath: kit)
    #expect(try await !right.isOwnedElsewhere(run: 7))
    try await right.commit { _ = $0.insert(tag("again")) }
    #expect(try await names(left) == ["first", "right", "again"])
  }

  @Test func `a commit that waits for the lock when the store closes is not made`() async throws {
    try await fill(openStore(folder.store))
    let store = openStore(folder.store, lockPatience: .unlimited)
    let lock = try lockElsewhere()
    let waiting = await store.begin { _ = $0.insert(tag("late")) }
    await store.close()
    try lock.unlock()
    await #expect(throws: StoreError.closed) { try await waiting.value }
    #expect(try await names(openStore(folder.store)) == ["first"])
  }

  @Test func `looking for the owner of a run creates nothing`() async throws {
    let store = openStore(folder.store)
    #expect(try await !store.isOwnedElsewhere(run: 1))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/kit"))
    #expect(throws: SystemError.self) {
      try FileManager.default.createDirectory(atPath: folder.path + "/kit", withIntermediateDirectories: true)
      _ = try FileLock(path: folder.store + ".lock").own(run: .max)
    }
  }

  @Test func `a file that was folded twice meanwhile is reloaded`() async throws {
    let idle = openStore(folder.store)
    try await fill(idle)
    for name in ["one", "two"] {
      let other = openStore(folder.store)
      try await other.commit { _ = $0.insert(tag(name)) }
      await other.close()
    }
    #expect(try await names(idle) == ["first", "one", "two"])
    #expect(try await idle.commit { $0.insert(tag("three")).id } == 4)
    #expect(try await names(openStore(folder.store)) == ["first", "one", "two", "three"])
  }

  @Test func `a store can fold while another has the old file open`() async throws {
    let (left, right) = (openStore(folder.store), openStore(folder.store))
    try await fill(left)
    _ = try await right.read { $0.tags.count }
    let text = String(repeating: "x", count: 3 << 20)
    for round in 0..<4 {
      try await left.commit { transaction in
        var large = prompt("large \(round)", id: 1)
        large.template = text
        transaction.put(large)
      }
      #expect(try await right.read { $0.prompts[1]?.name } == "large \(round)")
      try await right.commit { _ = $0.insert(tag("r\(round)")) }
    }
    #expect(try folder.text().utf8.count < 9 << 20)
    #expect(try await names(left) == ["first", "r0", "r1", "r2", "r3"])
  }

  @Test func `an edit in place is noticed, of the same size or not`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    for (old, new) in [("\"first\"", "\"F1rst\""), ("\"F1rst\"", "\"much longer than before\""), ("much ", "")] {
      let text = try folder.text().replacingOccurrences(of: old, with: new)
      let handle = try #require(FileHandle(forWritingAtPath: folder.store))
      try handle.truncate(atOffset: UInt64(text.utf8.count))
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
      let name = try await names(store)[0]
      #expect(text.contains("\"\(name)\""))
    }
    try await store.commit { _ = $0.insert(tag("second")) }
    #expect(try await names(openStore(folder.store)) == ["longer than before", "second"])
  }

  @Test func `an empty file is a new store, unless it just held records`() async throws {
    try folder.write("")
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(tag("first")) }
    let text = try folder.text()
    // An editor that is about to write its text.
    try folder.write("")
    await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("second")) } }
    #expect(try folder.text() == "")
    try folder.write(text)
    try await store.commit { _ = $0.insert(tag("second")) }
    #expect(try await names(openStore(folder.store)) == ["first", "second"])
  }

  @Test func `an emptied file is no new store for a process that has never seen its records either`() async throws {
    try await fill(openStore(folder.store))
    let text = try folder.text()
    try folder.write("")
    for _ in 0..<2 {
      let store = openStore(folder.store)
      await #expect(throws: StoreError.self) { try await names(store) }
      await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("overwritten")) } }
      await store.close()
      #expect(try folder.text() == "")
    }
    // It goes on in the same process once the text is back.
    let store = openStore(folder.store)
    await #expect(throws: StoreError.self) { try await store.prepare() }
    try folder.write(text)
    #expect(try await store.commit { $0.insert(tag("second")).id } == 2)
    // To start over is to remove the file.
    try FileManager.default.removeItem(atPath: folder.store)
    #expect(try await openStore(folder.store).commit { $0.insert(tag("new")).id } == 1)
  }

  @Test func `a copy that has only begun is waited for`() async throws {
    try await fill(openStore(folder.store))
    let copy = folder.path + "/copy.json"
    #expect(FileManager.default.createFile(atPath: copy, contents: nil))
    async let found = names(openStore(copy))
    try Data(folder.text().utf8).write(to: URL(fileURLWithPath: copy))
    #expect(try await found == ["first"])
  }

  @Test func `a file that held records, was damaged and then emptied is not a new store`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let handle = try #require(FileHandle(forWritingAtPath: folder.store))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("garbage".utf8))
    await #expect(throws: StoreError.self) { try await store.prepare() }
    try handle.truncate(atOffset: 0)
    try handle.close()
    await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("overwritten")) } }
    #expect(try folder.text() == "")
  }

  @Test func `a torn entry of a dead process is left out by others, with a notice`() async throws {
    let notices = SharedList<String>()
    let store = openStore(folder.store, notice: notices.append)
    try await fill(store)
    let handle = try #require(FileHandle(forWritingAtPath: folder.store))
    let end = try handle.seekToEnd()
    try handle.seek(toOffset: end - UInt64(JournalTail.closing.count))
    try handle.write(contentsOf: Data(",\n{\"put\":{\"tags\":[{\"id\":2".utf8))
    try handle.close()
    #expect(try await names(store) == ["first"])
    #expect(notices.all.count == 1)
    #expect(try await store.commit { $0.insert(tag("second")).id } == 2)
    #expect(try await names(openStore(folder.store)) == ["first", "second"])
  }

  @Test func `a reader during a write waits for it and sees it`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    for round in 0..<50 {
      async let id = store.commit { $0.insert(tag("t\(round)")).id }
      let seen = try await store.read { $0.tags.count }
      #expect(try await [id - 1, id].contains(seen))
    }
  }

  @Test func `a store that was only read is not folded when it is closed`() async throws {
    try await fill(openStore(folder.store))
    let before = try folder.text()
    let reader = openStore(folder.store)
    #expect(try await names(reader) == ["first"])
    await reader.close()
    #expect(try folder.text() == before)
    await #expect(throws: StoreError.closed) { try await reader.read { $0.tags.count } }
    await #expect(throws: StoreError.closed) { try await reader.commit { _ = $0.insert(tag("x")) } }
  }
}
