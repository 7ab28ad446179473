import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

@Suite struct StoreTests {
  let folder: TemporaryFolder

  init() throws { folder = TemporaryFolder() }

  @Test func `nothing is created before the first change`() async throws {
    let store = openStore(folder.store)
    #expect(try await store.read { $0.tags.count } == 0)
    await store.close()
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/kit"))
  }

  @Test func `committed changes survive a restart, with and without a clean shutdown`() async throws {
    let first = openStore(folder.store)
    let runID = try await fill(first)
    for _ in 0..<2 {
      let second = openStore(folder.store)
      let (found, run, entries) = try await second.read {
        ($0.prompts[1], $0.runs[runID], $0.responses.entries(ofRun: runID))
      }
      #expect(found == prompt("greeting", id: 1, tagIDs: [1]))
      #expect(run?.snapshot?.datasetHash == "00ff")
      #expect(entries.map(\.rowIndex) == [0, 1])
      var expected = response(runID: runID, row: 1, id: 2)
      expected.reviews[0].id = 3
      expected.reviews[1].id = 4
      #expect(try entries[1].decoded() == expected)
      #expect(entries[1].reviews == expected.reviews.map(ResponseEntry.ReviewSummary.init))
      #expect(entries[1].reviews[0].origin != 0 && entries[1].reviews[1].origin == 0)
      #expect(
        entries[1].comparison
          == Origin.ofComparison(scoring: Scoring(rawValue: "Contains"), expectedColumn: "answer", form: "calls"))
      #expect(entries[1].tokens.prompt == 13 && entries[1].tokens.completion == 9 && entries[1].tokens.reasoning == 2)
      #expect(entries[1].cost == nil && entries[1].uncountedCalls == 1)
      #expect(abs(entries[1].knownCost - 0.0015) < 1e-12)
      await first.close()
    }
  }

  @Test func `an unknown cost stays unknown after a restart`() async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    try await store.commit { transaction in
      var row = response(runID: runID, row: 2)
      (row.usage, row.cost, row.judgeUsage, row.judgeCost, row.reviews) = (nil, nil, nil, nil, [])
      row.uncountedCalls = 0
      transaction.insert(row)
      // Nothing was answered, so nothing was paid.
      (row.status, row.responseText, row.error, row.score) = (.failed, nil, "refused", nil)
      transaction.insert(row)
      // One attempt timed out, so it may have been billed.
      row.uncountedCalls = 1
      transaction.insert(row)
    }
    for store in [store, openStore(folder.store)] {
      let entries = try await store.read { $0.responses.entries(ofRun: runID) }
      #expect(entries[2].cost == nil && entries[3].cost == 0 && entries[4].cost == nil)
      for entry in entries { #expect(try entry.decoded().totalCost == entry.cost) }
    }
  }

  @Test func `the file is valid JSON after every commit, and has one record a line when folded`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let journalled = try JSONValue(parsing: folder.text())
    #expect(journalled["journal"]?.arrayValue?.count == 1)
    await store.close()
    let folded = try JSONValue(parsing: folder.text())
    #expect(folded["journal"] == [])
    #expect(folded["responses"]?.arrayValue?.count == 2)
    #expect(try folder.text().split(separator: "\n").filter { $0.hasPrefix("{\"id\":") }.count == 5)
  }

  @Test func `a transaction that throws changes nothing and uses up no id`() async throws {
    struct Refusal: Error {}
    let store = openStore(folder.store)
    let runID = try await fill(store)
    let before = try folder.text()
    await #expect(throws: Refusal.self) {
      try await store.commit { transaction in
        transaction.insert(tag("lost"))
        var kept = transaction.tables.prompts[1]
        kept?.name = "renamed"
        if let kept { transaction.put(kept) }
        transaction.insert(response(runID: runID, row: 7))
        transaction.delete(RunRecord.self, id: runID)
        throw Refusal()
      }
    }
    #expect(try folder.text() == before)
    let (name, tags, responses) = try await store.read {
      ($0.prompts[1]?.name, $0.tags.count, $0.responses.entries(ofRun: runID).count)
    }
    #expect(name == "greeting" && tags == 1 && responses == 2)
    #expect(try await store.commit { $0.insert(tag("second")).id } == 2)
  }

  @Test func `a deleted run loses its responses, and no id is reused`() async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    try await store.commit { _ = $0.delete(RunRecord.self, id: runID) }
    await store.close()
    let again = openStore(folder.store)
    #expect(try await again.read { $0.responses.count } == 0)
    let next = try await again.commit { transaction in
      let run = transaction.insert(run("next", promptID: 1))
      return (run.id, transaction.insert(response(runID: run.id, row: 0)))
    }
    #expect(next.0 == runID + 1)
    #expect(next.1.id == 3)
    #expect(next.1.reviews.map(\.id) == [5, 6])
  }

  @Test func `responses of a run can be discarded and replaced in one transaction`() async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    try await store.commit { transaction in
      transaction.deleteResponses(ofRun: runID)
      transaction.insert(response(runID: runID, row: 5))
    }
    let again = openStore(folder.store)
    #expect(try await again.read { $0.responses.entries(ofRun: runID).map(\.rowIndex) } == [5])
  }

  @Test(arguments: [false, true])
  func `commits that arrive together share a write and are all stored`(mayBlock: Bool) async throws {
    let store = Store(path: folder.store, now: { noon }, notice: { _ in }, mayBlockThread: { mayBlock })
    let ids = try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<200 { group.addTask { try await store.commit { $0.insert(tag("t\(index)")).id } } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(ids == Set(1...200))
    let again = openStore(folder.store)
    #expect(try await again.read { $0.tags.count } == 200)
  }

  @Test func `two stores on one file see each other's changes and never reuse an id`() async throws {
    let left = openStore(folder.store)
    let right = openStore(folder.store)
    for round in 0..<20 {
      let a = try await left.commit { $0.insert(tag("l\(round)")).id }
      let b = try await right.commit { $0.insert(tag("r\(round)")).id }
      #expect(a == 2 * round + 1 && b == 2 * round + 2)
      #expect(try await left.read { $0.tags[b]?.name } == "r\(round)")
      if round == 10 { await openStore(folder.store).close() }
    }
    await left.close()
    #expect(try await right.read { $0.tags.count } == 40)
    #expect(try await right.commit { $0.insert(tag("last")).id } == 41)
  }

  @Test func `a journal that has outgrown its records is folded`() async throws {
    let store = openStore(folder.store)
    let text = String(repeating: "x", count: 1 << 20)
    for _ in 0..<5 {
      try await store.commit { transaction in
        var large = prompt("large", id: 1)
        large.template = text
        transaction.put(large)
      }
    }
    #expect(try folder.text().utf8.count < 3 << 20)
    #expect(try await openStore(folder.store).read { $0.prompts[1]?.template } == text)
  }

  @Test func `the file and a folder created for it are private`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    #expect(try folder.mode(of: folder.store) == 0o600)
    #expect(try folder.mode(of: folder.path + "/kit") == 0o700)
    await store.close()
    #expect(try folder.mode(of: folder.store) == 0o600)
  }

  @Test func `a file that others could read is made private by the next change`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.store)
    let again = openStore(folder.store)
    try await again.commit { _ = $0.insert(tag("x")) }
    #expect(try folder.mode(of: folder.store) == 0o600)
  }

  @Test func `a run is owned by one store at a time`() async throws {
    let left = openStore(folder.store)
    let right = openStore(folder.store)
    #expect(try await left.own(run: 3))
    #expect(try await !right.own(run: 3))
    #expect(try await right.isOwnedElsewhere(run: 3))
    #expect(try await !left.isOwnedElsewhere(run: 3))
    #expect(try await right.own(run: 4))
    try await left.disown(run: 3)
    #expect(try await right.own(run: 3))
  }
}
