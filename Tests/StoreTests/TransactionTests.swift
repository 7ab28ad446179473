import Foundation
import TestSupport
import Testing

@testable import Store

@Suite struct TransactionTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = TemporaryFolder()
    store = openStore(folder.store)
  }

  // MARK: Changes that would make the file unreadable

  private func expectRefusal(_ body: @escaping @Sendable (inout Transaction) -> Void) async throws {
    let before = try folder.text()
    do {
      try await store.commit(body)
      Issue.record("accepted")
    } catch StoreError.refused {}
    #expect(try folder.text() == before)
    try await store.commit { _ = $0.insert(tag("good")) }
    try await openStore(folder.store).prepare()
  }

  @Test func `a reference to nothing is not written`() async throws {
    try await fill(store)
    try await expectRefusal { _ = $0.insert(prompt("p", tagIDs: [77])) }
    try await expectRefusal { _ = $0.insert(run("r", promptID: 77)) }
    try await expectRefusal { _ = $0.insert(response(runID: 77, row: 0)) }
    try await expectRefusal { _ = $0.delete(PromptRecord.self, id: 1) }
    try await expectRefusal { _ = $0.delete(TagRecord.self, id: 1) }
  }

  @Test func `a used or invalid id is not written`() async throws {
    try await fill(store)
    try await store.commit { transaction in
      transaction.delete(RunRecord.self, id: 1)
      _ = transaction.insert(run("r", promptID: 1))
    }
    try await expectRefusal { $0.put(run("r", promptID: 1, id: 1)) }
    try await expectRefusal { $0.put(tag("t", id: 0)) }
    try await expectRefusal { $0.put(tag("t", id: .max)) }
    try await expectRefusal { _ = $0.put(response(runID: 2, row: 0, id: 1)) }
    try await expectRefusal { transaction in
      transaction.delete(RunRecord.self, id: 2)
      transaction.put(run("r", promptID: 1, id: 2))
    }
  }

  @Test func `a number out of its range is not written`() async throws {
    let runID = try await fill(store)
    let changes: [@Sendable (inout ResponseRecord) -> Void] = [
      { $0.score = 6 }, { $0.rowIndex = -1 }, { $0.attempts = -1 }, { $0.reviews[0].score = 0 },
      { $0.reviews[0].id = .max },
    ]
    for change in changes {
      try await expectRefusal { transaction in
        var response = response(runID: runID, row: 3)
        change(&response)
        transaction.insert(response)
      }
    }
  }

  @Test func `a provider's counts are stored as valid counts`() async throws {
    let runID = try await fill(store)
    try await store.commit { transaction in
      var response = response(runID: runID, row: 3)
      response.usage = .init(promptTokens: .max, completionTokens: -7)
      response.judgeUsage = .init(promptTokens: .max, completionTokens: .min)
      transaction.insert(response)
    }
    let again = openStore(folder.store)
    let entry = try #require(try await again.read { $0.responses.entries(ofRun: runID).last })
    #expect(entry.tokens.prompt == Int32.max && entry.tokens.completion == 0)
  }

  @Test func `the highest possible id does not crash`() async throws {
    try folder.write("{\"completion_kit\":1,\"last_ids\":{\"tags\":9007199254740990}}")
    #expect(try await store.commit { $0.insert(tag("last")).id } == 1 << 53 - 1)
    await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("too much")) } }
    #expect(try await openStore(folder.store).read { $0.tags.newestFirst.map(\.name) } == ["last"])
  }

  @Test func `an id inserted and deleted in one transaction is not reused`() async throws {
    try await fill(store)
    try await store.commit { transaction in
      let id = transaction.insert(tag("short-lived")).id
      transaction.delete(TagRecord.self, id: id)
    }
    #expect(try await openStore(folder.store).commit { $0.insert(tag("next")).id } == 3)
    // A lower id from the same transaction stays.
    try await store.commit { transaction in
      transaction.insert(tag("kept"))
      let id = transaction.insert(tag("short-lived")).id
      transaction.delete(TagRecord.self, id: id)
    }
    let again = openStore(folder.store)
    #expect(try await again.read { $0.tags.newestFirst.map(\.name) } == ["kept", "next", "first"])
    #expect(try await again.commit { $0.insert(tag("last")).id } == 6)
  }

  @Test func `a review keeps its id in its own response and takes no other id`() async throws {
    let runID = try await fill(store)
    for id in [1, 3, 5, 99] {
      try await expectRefusal { transaction in
        var row = response(runID: runID, row: 1, id: 2)
        row.reviews[0].id = id
        row.reviews[1].id = 3
        transaction.put(row)
      }
      try await expectRefusal { transaction in
        var row = response(runID: runID, row: 2)
        row.reviews[0].id = id
        transaction.insert(row)
      }
    }
    try await store.commit { transaction in
      var row = response(runID: runID, row: 1, id: 2)
      row.reviews[0].id = 4
      let written = transaction.put(row)
      #expect(written.reviews.map(\.id) == [4, 5])
      #expect(transaction.put(written).reviews.map(\.id) == [4, 5])
    }
    await store.close()
    try await openStore(folder.store).prepare()
  }

  // MARK: Cost

  /// The memory address of a run's responses, which changes if they are copied.
  private func place(ofRun id: Int) async throws -> Int {
    try await store.read { tables in
      unsafe tables.responses.entries(ofRun: id).withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }
  }

  @Test func `no transaction copies the responses of a run, rolled back or not`() async throws {
    struct Refusal: Error {}
    let runID = try await fill(store)
    try await store.commit { transaction in
      for row in 2..<100 { transaction.insert(response(runID: runID, row: row)) }
    }
    func takeBack() async throws {
      do {
        try await store.commit { transaction in
          for row in 0..<3 { transaction.insert(response(runID: runID, row: row)) }
          transaction.put(response(runID: runID, row: 50, id: 51))
          throw Refusal()
        }
      } catch is Refusal {}
    }
    // The list may grow once to make room.
    try await takeBack()
    let place = try await place(ofRun: runID)
    try await store.commit { _ = $0.put(response(runID: runID, row: 40, id: 41)) }
    #expect(try await self.place(ofRun: runID) == place)
    try await store.commit { _ = $0.insert(tag("t")) }
    #expect(try await self.place(ofRun: runID) == place)
    try await takeBack()
    #expect(try await self.place(ofRun: runID) == place)
    #expect(try await store.read { $0.responses.entries(ofRun: runID).map(\.id) } == Array(1...100))
  }

  // MARK: Failures of the disk

  @Test func `a rolled-back change is not reported`() async throws {
    struct Refusal: Error {}
    try await fill(store)
    try await store.breakFile()
    let (ghost, count) = await store.commitTogether({ _ = $0.insert(tag("ghost")) }, { $0.tables.tags.count })
    #expect(throws: StoreError.self) { try ghost.get() }
    #expect(try count.get() == 1)
    try await store.breakFile()
    let (lost, name) = await store.commitTogether(
      { _ = $0.insert(tag("ghost")) },
      { transaction in
        if transaction.tables.tags.count > 1 { throw Refusal() }
        return transaction.insert(tag("second")).name
      })
    #expect(throws: StoreError.self) { try lost.get() }
    #expect(try name.get() == "second")
    #expect(try await openStore(folder.store).read { $0.tags.newestFirst.map(\.name) } == ["second", "first"])
  }

  @Test func `transactions in one batch share the failure of their write`() async throws {
    try await fill(store)
    try await store.breakFile()
    let (one, two) = await store.commitTogether({ _ = $0.insert(tag("one")) }, { _ = $0.insert(tag("two")) })
    #expect(throws: StoreError.self) { try one.get() }
    #expect(throws: StoreError.self) { try two.get() }
    #expect(try await store.read { $0.tags.count } == 1)
    #expect(try await store.commit { $0.insert(tag("again")).id } == 2)
  }

  @Test func `a failed fold only gives a notice`() async throws {
    let notices = SharedList<String>()
    let store = openStore(folder.store, notice: notices.append)
    try await fill(store)
    // Nothing can be written in place of a non-empty folder.
    try FileManager.default.createDirectory(atPath: folder.store + ".new/x", withIntermediateDirectories: true)
    let text = String(repeating: "x", count: 1 << 20)
    func enlarge() async throws {
      try await store.commit { transaction in
        var large = prompt("large", id: 1)
        large.template = text
        transaction.put(large)
      }
    }
    for _ in 0..<6 { try await enlarge() }
    #expect(notices.all.count == 1)
    #expect(try folder.text().utf8.count > 6 << 20)
    #expect(try await openStore(folder.store).read { $0.prompts[1]?.template } == text)
    try FileManager.default.removeItem(atPath: folder.store + ".new")
    for _ in 0..<6 { try await enlarge() }
    #expect(try folder.text().utf8.count < 5 << 20)
  }

  // MARK: Lists

  @Test func `records are found in place, newest first`() async throws {
    try await store.commit { transaction in
      for name in ["first", "second", "third", "fourth"] { _ = transaction.insert(tag(name)) }
    }
    try await store.commit { transaction in
      transaction.put(tag("renamed", id: 3))
      _ = transaction.delete(TagRecord.self, id: 2)
    }
    for store in [store, openStore(folder.store)] {
      let (all, named) = try await store.read { tables in
        (tables.tags.ids { _ in true }, tables.tags.ids { $0.name.hasPrefix("r") })
      }
      #expect(all == [4, 3, 1] && named == [3])
    }
  }

  // MARK: Names

  @Test func `a table finds tags by their names, also after renames, deletions and a rollback`() async throws {
    struct Refusal: Error {}
    try await store.commit { transaction in
      for name in ["first", "second"] { _ = transaction.insert(tag(name)) }
    }
    try await store.commit { $0.put(tag("renamed", id: 1)) }
    try await store.commit { _ = $0.delete(TagRecord.self, id: 2) }
    await #expect(throws: Refusal.self) {
      try await store.commit { transaction in
        transaction.put(tag("never", id: 1))
        _ = transaction.insert(tag("never"))
        throw Refusal()
      }
    }
    for store in [store, openStore(folder.store)] {
      let ids = try await store.read { tables in
        ["first", "second", "renamed", "never"].map { tables.tags.ids(named: $0) }
      }
      #expect(ids == [[], [], [1], []])
    }
  }
}
