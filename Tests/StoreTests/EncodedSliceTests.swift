import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

/// Records whose bytes stay in the file.
@Suite struct EncodedSliceTests {
  let folder = TemporaryFolder()
  private static let rows = 0..<5

  /// A store with responses of one run, the second of which was replaced.
  private func filledStore() async throws -> Store {
    let store = openStore(folder.store)
    try await fill(store)
    for row in Self.rows { try await store.commit { _ = $0.insert(response(runID: 1, row: row)) } }
    let second = try #require(try await entries(store).dropFirst().first)
    try await store.commit { transaction in
      var record = try second.decoded()
      record.responseText = "another"
      _ = transaction.put(record)
    }
    return store
  }

  private func entries(_ store: Store) async throws -> [ResponseEntry] {
    try await store.read { $0.responses.entries(ofRun: 1) }
  }

  private func expectWhole(_ entries: [ResponseEntry], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let records = try entries.map { try $0.decoded() }
    #expect(Set(records.map(\.rowIndex)).isSuperset(of: Self.rows), sourceLocation: sourceLocation)
    #expect(records.map(\.id) == entries.map(\.id), sourceLocation: sourceLocation)
    #expect(records.count { $0.responseText == "another" } == 1, sourceLocation: sourceLocation)
  }

  /// Overwrites text in place with another of the same length, without a trace in the file's time.
  private func overwrite(_ old: String, _ new: String) throws {
    let file = try FileDescriptor(folder.store, O_RDWR)
    let text = try folder.text()
    let place = try #require(text.range(of: old))
    let before = try file.status()
    try file.write(Array(new.utf8), at: text[..<place.lowerBound].utf8.count)
    try file.setModified(before.modified)
  }

  @Test func `records are read from the journal, from the document and after a fold`() async throws {
    let store = try await filledStore()
    let early = try await entries(store)
    try expectWhole(early)
    let other = openStore(folder.store)
    let ofOther = try await entries(other)
    try expectWhole(ofOther)
    try await store.commit { _ = $0.insert(response(runID: 1, row: 9)) }
    try expectWhole(try await entries(other))
    await store.close()
    // The lists hold the file that the fold has replaced.
    try expectWhole(early)
    try expectWhole(ofOther)
    try expectWhole(try await entries(other))
    let again = openStore(folder.store)
    try expectWhole(try await entries(again))
    #expect(try await entries(again).count == early.count + 1)
  }

  @Test func `records stay readable in the process that has folded`() async throws {
    let store = try await filledStore()
    try await store.commit { transaction in
      transaction.insert(run("second", promptID: 1))
      _ = transaction.insert(response(runID: 2, row: 0))
      _ = transaction.insert(response(runID: 1, row: 7))
    }
    try await store.foldNow()
    try expectWhole(try await entries(store))
    try await store.commit { _ = $0.insert(response(runID: 2, row: 1)) }
    try await store.foldNow()
    try expectWhole(try await entries(store))
    let rows = try await store.read { try $0.responses.entries(ofRun: 2).map { try $0.decoded().rowIndex } }
    #expect(rows == [0, 1])
    await store.close()
  }

  @Test(arguments: [true, false])
  func `a record that an editor changes without a trace is an error, and the others are read`(isFolded: Bool)
    async throws
  {
    let store = try await filledStore()
    if isFolded { try await store.foldNow() }
    try overwrite("\"another\"", "\"anOther\"")
    let entries = try await entries(store)
    #expect(throws: StoreError.edited(kind: .responses, id: entries[1].id)) { try entries[1].decoded() }
    #expect(throws: StoreError.self) { try entries[1].comparedTexts() }
    #expect(try entries[2].decoded().rowIndex == 0)
    // The next access reads the file anew.
    #expect(try await self.entries(store)[1].decoded().responseText == "anOther")
    // Nothing of it gets into a new document unseen.
    try await store.foldNow()
    #expect(try await self.entries(store)[1].decoded().responseText == "anOther")
  }

  @Test func `reads and transactions that meet an edit are repeated with the file as it is`() async throws {
    let store = try await filledStore()
    try overwrite("\"another\"", "\"anOther\"")
    #expect(try await store.read { try $0.responses.entry(2, ofRun: 1)?.decoded().responseText } == "anOther")
    try overwrite("\"anOther\"", "\"ANOTHER\"")
    // A record with reviews is compared with the one that it replaces.
    let old = try #require(try await openStore(folder.store).read { try $0.responses.entry(2, ofRun: 1)?.decoded() })
    #expect(!old.reviewIDs.isEmpty)
    try await store.commit { transaction in
      var record = old
      record.error = "later"
      _ = transaction.put(record)
    }
    let record = try await store.read { try $0.responses.entry(2, ofRun: 1)?.decoded() }
    #expect(record?.responseText == "ANOTHER" && record?.error == "later")
  }

  @Test func `an edit under another process's entry does not leave a record unreadable`() async throws {
    let store = try await filledStore()
    let other = openStore(folder.store)
    try expectWhole(try await entries(other))
    try overwrite("\"another\"", "\"anOther\"")
    try await other.commit { _ = $0.insert(response(runID: 1, row: 8)) }
    for store in [store, other] {
      let texts = try await store.read { try $0.responses.entries(ofRun: 1).map { try $0.decoded().responseText } }
      #expect(texts[1] == "anOther" && texts.count == 8)
    }
  }

  @Test func `a file that was replaced is not locked, although entries keep it open`() async throws {
    let store = try await filledStore()
    let early = try await entries(store)
    let backup = folder.path + "/backup.json"
    try FileManager.default.linkItem(atPath: folder.store, toPath: backup)
    try await store.foldNow()
    // The old file comes back in place of the new one.
    try FileManager.default.removeItem(atPath: folder.store)
    try FileManager.default.moveItem(atPath: backup, toPath: folder.store)
    let other = openStore(folder.store, lockPatience: 0.5)
    try await other.commit { _ = $0.insert(tag("second")) }
    try expectWhole(early)
  }

  @Test func `transactions of one write leave each record at its last place`() async throws {
    let store = try await filledStore()
    let id = try #require(try await entries(store).first?.id)
    @Sendable func change(_ transaction: inout Transaction, _ text: String) throws {
      var record = try #require(try transaction.tables.responses.entry(id)?.decoded())
      record.responseText = text
      _ = transaction.put(record)
    }
    let both = await store.commitTogether({ try change(&$0, "first!") }, { try change(&$0, "second") })
    _ = (try both.0.get(), try both.1.get())
    #expect(try await entries(store)[0].decoded().responseText == "second")
    let gone = await store.commitTogether(
      { transaction in
        transaction.insert(run("second", promptID: 1))
        _ = transaction.insert(response(runID: 2, row: 0))
      }, { _ = $0.delete(RunRecord.self, id: 2) })
    _ = (try gone.0.get(), try gone.1.get())
    #expect(try await store.read { Array($0.responses.ownerIDs) } == [1])
    try expectWhole(try await entries(openStore(folder.store)))
  }

  @Test func `a write that fails leaves the records where they were`() async throws {
    let store = try await filledStore()
    let before = try await entries(store)
    try await store.breakFile()
    await #expect(throws: StoreError.self) {
      try await store.commit { _ = $0.insert(response(runID: 1, row: 8)) }
    }
    try expectWhole(before)
    try expectWhole(try await entries(store))
  }

  @Test func `slices are read in any order`() throws {
    let texts = (0..<40).map { Array(repeating: UInt8(ascii: "a") + UInt8($0 % 26), count: $0 * 37 + 1) }
    let file = try FileDescriptor(try folder.write("", to: "slices"), O_RDWR)
    var offset = 3
    let reference = FileReference(file)
    let slices = try texts.map { text in
      defer { offset += text.count + 1 }
      try file.write(text, at: offset)
      return EncodedSlice(in: reference, at: offset, text.span)
    }
    let orders = [
      Array(0..<40), (0..<40).reversed(), (0..<40).map { $0 * 7 % 40 }, Array(repeating: 3, count: 4) + [39, 4, 5, 6],
    ]
    for order in orders {
      var reader = EncodedSlice.Reader()
      for index in order { #expect(Array(try reader.bytes(of: slices[index])) == texts[index]) }
    }
    try file.truncate(to: offset - 5)
    var reader = EncodedSlice.Reader()
    #expect(throws: EncodedSlice.Failure.self) { try reader.bytes(of: slices[39]) }
    #expect(Array(try reader.bytes(of: slices[38])) == texts[38])
  }
}

extension Store {
  /// Rewrites the document at once.
  fileprivate func foldNow() async throws {
    shouldFold = true
    try await commit { _ = $0.insert(tag("fold \($0.tables.tags.lastID)")) }
  }
}
