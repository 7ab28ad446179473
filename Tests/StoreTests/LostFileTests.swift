import Foundation
import TestSupport
import Testing

@testable import Store

/// A file that disappears, moves or cannot be written while a store has it open.
@Suite struct LostFileTests {
  let folder: TemporaryFolder
  var kit: String { folder.path + "/kit" }

  init() throws { folder = TemporaryFolder() }

  private func names(_ store: Store) async throws -> [String] {
    try await store.read { $0.tags.newestFirst.reversed().map(\.name) }
  }

  private func move(_ path: String, to other: String) throws {
    try FileManager.default.moveItem(atPath: path, toPath: other)
  }

  @Test(arguments: [true, false])
  func `a store without its file keeps its records, refuses changes, and continues when the file is back`(
    withFolder: Bool
  ) async throws {
    let notices = SharedList<String>()
    let store = openStore(folder.store, notice: notices.append)
    try await fill(store)
    let place = withFolder ? kit : folder.store
    try move(place, to: folder.path + "/away")
    for _ in 0..<2 {
      await #expect(throws: StoreError.gone(path: folder.store)) { try await store.commit { _ = $0.insert(tag("x")) } }
      await #expect(throws: StoreError.gone(path: folder.store)) { try await store.own(run: 1) }
      #expect(try await names(store) == ["first"])
    }
    #expect(notices.all.count == 1)
    #expect(!FileManager.default.fileExists(atPath: place))
    try move(folder.path + "/away", to: place)
    #expect(try await store.commit { $0.insert(tag("second")).id } == 2)
    #expect(try await names(openStore(folder.store)) == ["first", "second"])
  }

  /// Before, every other process waited in vain until this one's next transaction.
  @Test func `a transaction that cannot look at its file keeps no lock`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    var file = StoreFile(path: folder.store, version: StoreFormat.current.version)
    _ = try file.tryLock()
    try file.unlock()
    try FileManager.default.removeItem(atPath: folder.store)
    try FileManager.default.createSymbolicLink(atPath: folder.store, withDestinationPath: folder.store)
    #expect(throws: StoreError.self) { try file.tryLock() }
    #expect(try FileLock(path: folder.store + ".lock").tryLock())
  }

  @Test func `closing a store without its file creates none`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    try FileManager.default.removeItem(atPath: kit)
    await store.close()
    #expect(!FileManager.default.fileExists(atPath: kit))
  }

  @Test func `a new file in place of the missing one is read`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    try FileManager.default.removeItem(atPath: folder.store)
    #expect(try await names(store) == ["first"])
    try folder.write("{\"completion_kit\":1}")
    #expect(try await store.commit { $0.insert(tag("new")).id } == 1)
    #expect(try await names(store) == ["new"])
  }

  @Test func `a store that never held anything starts over silently`() async throws {
    let store = openStore(folder.store)
    try folder.write("{\"completion_kit\":1}")
    try await store.prepare()
    try FileManager.default.removeItem(atPath: folder.store)
    #expect(try await store.commit { $0.insert(tag("new")).id } == 1)
  }

  @Test func `a file that is moved while in use and replaced by a link is used where it is, and the link stays`()
    async throws
  {
    let elsewhere = folder.path + "/elsewhere"
    try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
    let store = openStore(folder.store)
    try await fill(store)
    #expect(try await store.own(run: 1))
    try move(folder.store, to: elsewhere + "/moved.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.store, withDestinationPath: "../elsewhere/moved.json")
    #expect(try await store.commit { $0.insert(tag("second")).id } == 2)
    let other = openStore(folder.store)
    #expect(try await other.isOwnedElsewhere(run: 1))
    #expect(try await other.commit { $0.insert(tag("third")).id } == 3)
    await store.close()
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.store) == "../elsewhere/moved.json")
    #expect(try await names(openStore(elsewhere + "/moved.json")) == ["first", "second", "third"])
  }

  // MARK: Changes that cannot be rolled back

  @Test func `a change that can be neither written nor rolled back may be stored, and the file is reloaded`()
    async throws
  {
    let store = openStore(folder.store)
    try await fill(store)
    try await store.breakFile()
    do {
      try await store.commit { _ = $0.insert(tag("ghost")) }
      Issue.record("accepted")
    } catch let error as StoreError {
      guard case .uncertain = error else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".contains("not known whether"))
    }
    // The contents left by the failed write count, and nothing is appended to them.
    let before = try folder.text()
    try folder.write(before.replacingOccurrences(of: "\"first\"", with: "\"F1rst\""))
    #expect(try await names(store) == ["F1rst"])
    #expect(try await store.commit { $0.insert(tag("second")).id } == 2)
    #expect(try folder.text().components(separatedBy: "\"put\"").count == 2)
    #expect(try await names(openStore(folder.store)) == ["F1rst", "second"])
  }

  @Test func `nothing is read or changed after such a failure until the file can be read`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    try await store.breakFile()
    await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("ghost")) } }
    try move(kit, to: kit + "2")
    await #expect(throws: StoreError.gone(path: folder.store)) { try await names(store) }
    try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: true)
    await #expect(throws: StoreError.notAFile(path: folder.store)) { try await names(store) }
    await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("x")) } }
    try FileManager.default.removeItem(atPath: kit)
    try move(kit + "2", to: kit)
    #expect(try await names(store) == ["first"])
    try await store.commit { _ = $0.insert(tag("second")) }
    #expect(try await names(openStore(folder.store)) == ["first", "second"])
  }

  @Test func `a reader that waits for an uncertain write sees the file`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    try await store.breakFile()
    let (commitment, count) = await store.readDuringCommit(
      { _ = $0.insert(tag("ghost")) }, { $0.tags.count })
    #expect(throws: StoreError.self) { try commitment.get() }
    #expect(try count.get() == 1)
  }

  // MARK: The lock

  private func tables(in file: inout StoreFile) throws -> Tables {
    let (open, size) = try #require(try file.openForReading())
    return try DocumentLoader.load(try open.read(0..<size), path: "s").tables
  }

  @Test func `a fold is given up when the lock file was removed meanwhile`() async throws {
    var file = StoreFile(path: folder.store, version: 3)
    let before = "{\"completion_kit\":1}"
    #expect(try file.tryLock())
    // There was no file to lock.
    try folder.write(before)
    let tables = try tables(in: &file)
    try FileManager.default.removeItem(atPath: folder.store + ".lock")
    #expect(try file.replace(with: tables) == nil)
    #expect(try folder.text() == before)
    #expect(!FileManager.default.fileExists(atPath: folder.store + ".new"))
    // The lock on the file itself suffices.
    let hasFile = try file.lockContents()
    #expect(hasFile)
    #expect(try file.replace(with: tables) != nil)
  }

  @Test func `a fold is given up when the file is not the one that was read`() async throws {
    var file = StoreFile(path: folder.store, version: 3)
    try await fill(openStore(folder.store))
    let tables = try tables(in: &file)
    #expect(try file.tryLock())
    try await openStore(folder.store + "2").commit { _ = $0.insert(tag("another")) }
    try FileManager.default.removeItem(atPath: folder.store)
    try move(folder.store + "2", to: folder.store)
    #expect(try file.replace(with: tables) == nil)
    #expect(try await names(openStore(folder.store)) == ["another"])
  }
}
