import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Store {
  /// Makes even a small document be folded beside transactions.
  fileprivate func foldApart(journal: Int) { (largestLockedFold, smallestFold) = (0, journal) }

  fileprivate var documentEnd: Int? { tail?.start }

  /// Returns when no fold is going on.
  fileprivate func waitForFold() async {
    while let task = foldTask { _ = await task.value }
  }
}

/// The rewriting of a large document while transactions go on.
@Suite struct FoldingTests {
  let folder = TemporaryFolder()
  private static let key = "sk-test-0123456789abcdef"

  private var newFile: String { folder.store + ".fold" }

  private static func insertRows(_ rows: Range<Int>, ofRun id: Int, in store: Store) async throws {
    for row in rows { try await store.commit { _ = $0.insert(response(runID: id, row: row)) } }
  }

  private func expectRows(
    _ rows: Set<Int>, ofRun id: Int, in store: Store, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await store.read { tables in
      try tables.responses.entries(ofRun: id).map { entry in
        let record = try entry.decoded()
        #expect(record.id == entry.id && record.rowIndex == entry.rowIndex)
        return record.rowIndex
      }
    }
    #expect(Set(found) == rows && found.count == rows.count, sourceLocation: sourceLocation)
  }

  @Test func `transactions during a fold are in the new document`() async throws {
    // A store that writes all the time leaves others only moments.
    let store = openStore(folder.store, lockPatience: .unlimited)
    try await fill(store)
    try await store.commit { _ = $0.insert(run("second", promptID: 1)) }
    let other = openStore(folder.store, lockPatience: .unlimited)
    try await other.prepare()
    await store.foldApart(journal: 20_000)
    let start = await store.documentEnd
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await Self.insertRows(2..<60, ofRun: 1, in: store) }
      group.addTask { try await Self.insertRows(0..<60, ofRun: 2, in: store) }
      group.addTask { try await Self.insertRows(200..<210, ofRun: 1, in: other) }
      try await group.waitForAll()
    }
    await store.waitForFold()
    #expect(await store.documentEnd != start)
    _ = try JSONValue(parsing: folder.text())
    for store in [store, other, openStore(folder.store)] {
      try await expectRows(Set(0..<60).union(200..<210), ofRun: 1, in: store)
      try await expectRows(Set(0..<60), ofRun: 2, in: store)
    }
    #expect(!FileManager.default.fileExists(atPath: newFile))
    // The journal goes on.
    try await store.commit { _ = $0.insert(response(runID: 1, row: 300)) }
    try await expectRows(Set(0..<60).union(200..<210).union([300]), ofRun: 1, in: other)
  }

  @Test func `two processes that fold beside each other lose nothing`() async throws {
    let stores = (0..<3).map { _ in openStore(folder.store, lockPatience: .unlimited) }
    try await fill(stores[0])
    for store in stores { await store.foldApart(journal: 10_000) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, store) in stores.enumerated() {
        group.addTask { try await Self.insertRows(100 * (index + 1)..<100 * (index + 1) + 20, ofRun: 1, in: store) }
      }
      try await group.waitForAll()
    }
    for store in stores { await store.waitForFold() }
    let rows = Set(0..<2).union(100..<120).union(200..<220).union(300..<320)
    for store in stores + [openStore(folder.store)] { try await expectRows(rows, ofRun: 1, in: store) }
    let ids = try await stores[0].read { $0.responses.entries(ofRun: 1).map(\.id) }
    #expect(ids == Array(1...62))
  }

  @Test func `a removed key is gone from a large store when the change is acknowledged`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    await store.foldApart(journal: 1 << 30)
    try await store.commit { transaction in
      _ = transaction.insert(
        ProviderCredentialRecord {
          $0.provider = "openai"
          $0.apiKey = Self.key
          $0.createdAt = noon
          $0.updatedAt = noon
        })
    }
    #expect(try folder.text().contains(Self.key))
    let rows = Task { try await Self.insertRows(2..<40, ofRun: 1, in: store) }
    try await store.commit { _ = $0.delete(ProviderCredentialRecord.self, id: 1) }
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/kit") {
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/kit/" + name))
      #expect(!String(decoding: data, as: UTF8.self).contains(Self.key), "\(name)")
    }
    try await rows.value
    try await expectRows(Set(0..<40), ofRun: 1, in: store)
    try await expectRows(Set(0..<40), ofRun: 1, in: openStore(folder.store))
  }

  @Test func `a fold notices an edit without a trace`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let file = try FileDescriptor(folder.store, O_RDWR)
    let (text, before) = (try folder.text(), try file.status())
    let place = try #require(text.range(of: "\"first\""))
    try file.write(Array("\"F1rst\"".utf8), at: text[..<place.lowerBound].utf8.count)
    try file.setModified(before.modified)
    await store.foldApart(journal: 1)
    try await store.commit { _ = $0.insert(tag("second")) }
    await store.waitForFold()
    for store in [store, openStore(folder.store)] {
      #expect(try await store.read { $0.tags.newestFirst.map(\.name) } == ["second", "F1rst"])
    }
  }

  @Test func `what a killed process left of a fold is removed`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    _ = try folder.write(Self.key, to: "kit/store.json.fold")
    try await openStore(folder.store).prepare()
    #expect(!FileManager.default.fileExists(atPath: newFile))
    _ = try folder.write("left", to: "kit/store.json.fold")
    await store.foldApart(journal: 1)
    try await store.commit { _ = $0.insert(tag("second")) }
    await store.waitForFold()
    #expect(!FileManager.default.fileExists(atPath: newFile))
    #expect(try await openStore(folder.store).read { $0.tags.count } == 2)
  }

  @Test func `closing ends a fold`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    try await Self.insertRows(2..<50, ofRun: 1, in: store)
    await store.foldApart(journal: 1)
    try await store.commit { _ = $0.insert(tag("second")) }
    await store.close()
    #expect(!FileManager.default.fileExists(atPath: newFile))
    try await expectRows(Set(0..<50), ofRun: 1, in: openStore(folder.store))
  }

  @Test func `a fold that does not get the lock leaves no document behind`() async throws {
    let store = openStore(folder.store, lockPatience: 0.05)
    try await fill(store)
    let lock = try FileLock(path: folder.store + ".lock")
    #expect(try lock.tryLock())
    await store.foldApart(journal: 1)
    await store.foldApartIfOutgrown()
    #expect(await store.foldTask != nil)
    await store.waitForFold()
    #expect(!FileManager.default.fileExists(atPath: newFile))
    try lock.unlock()
    #expect(try await openStore(folder.store).read { $0.tags.count } == 1)
  }

  @Test func `a fold that cannot be written changes nothing`() async throws {
    let notices = SharedList<String>()
    let store = openStore(folder.store, notice: notices.append)
    try await fill(store)
    try FileManager.default.createDirectory(atPath: newFile, withIntermediateDirectories: true)
    await store.foldApart(journal: 1)
    try await store.commit { _ = $0.insert(tag("second")) }
    await store.waitForFold()
    #expect(notices.all.count == 1)
    try await store.commit { _ = $0.insert(tag("third")) }
    #expect(try await openStore(folder.store).read { $0.tags.count } == 3)
  }
}
