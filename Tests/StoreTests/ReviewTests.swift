import Foundation
import Glibc
import Testing

@testable import Store

/// What a review of the store found: each of these fails on the commit it was written against.
@Suite(.serialized) struct ReviewTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: folder.store))) }

  @Test func `1 a transaction that makes two records and removes the second is readable`() async throws {
    let store = openStore(folder.store)
    try await store.commit { transaction in
      transaction.insert(tag("kept"))
      let second = transaction.insert(tag("removed")).id
      transaction.delete(TagRecord.self, id: second)
    }
    try await store.commit { _ = $0.insert(tag("later, acknowledged")) }
    #expect(try await openStore(folder.store).read { $0.tags.count } == 2)
  }

  @Test func `2 damage in a journal on one line is refused and not overwritten`() async throws {
    let store = openStore(folder.store)
    for index in 0..<10 { try await store.commit { _ = $0.insert(tag("t\(index)")) } }
    // What `jq -c .` or json.dump makes of it.
    let minified = try folder.text().replacingOccurrences(of: "\n", with: "")
    try folder.write(minified.replacingOccurrences(of: "\"name\":\"t2\"", with: "\"name\":\"t2\"x"))
    let before = try folder.text()
    let again = openStore(folder.store)
    await #expect(throws: StoreError.self) { try await again.commit { _ = $0.insert(tag("next")) } }
    #expect(try folder.text() == before)
  }

  @Test func `2b a slip in the last entry, saved without the last line feed, is refused`() async throws {
    let store = openStore(folder.store)
    for index in 0..<3 { try await store.commit { _ = $0.insert(tag("t\(index)")) } }
    let text = try folder.text().replacingOccurrences(of: "\"name\":\"t2\"", with: "\"name\":\"t2\",")
    try folder.write(String(text.dropLast()))
    await #expect(throws: StoreError.self) { try await openStore(folder.store).prepare() }
  }

  @Test func `3 killed between writing over a long torn entry and cutting the rest off, the file loads`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let end = try bytes().count - JournalTail.closing.count
    // The first crash: a long entry is torn.
    var torn = Array(try bytes()[..<end])
    torn += Array(",\n{\"put\":{\"tags\":[{\"id\":2,\"name\":\"\(String(repeating: "x", count: 500))".utf8)
    try Data(torn).write(to: URL(fileURLWithPath: folder.store))
    let again = openStore(folder.store)
    try await again.commit { _ = $0.insert(tag("short")) }
    let written = try bytes()
    #expect(written.count < torn.count)
    // The second: StoreFile.append has written, and not yet truncated.
    try Data(written + torn[written.count...]).write(to: URL(fileURLWithPath: folder.store))
    #expect(try await openStore(folder.store).read { $0.tags.count } >= 1)
  }

  @Test func `3b killed while a failed batch is taken back, the file loads`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let before = try bytes()
    try await store.commit { _ = $0.insert(tag("a long one")) }
    // StoreFile.takeBack has closed the document again, and not yet truncated.
    let after = try bytes()
    try Data(before + after[before.count...]).write(to: URL(fileURLWithPath: folder.store))
    #expect(try await openStore(folder.store).read { $0.tags.count } == 1)
  }

  @Test func `4 a cost that cannot be known is still unknown after a restart`() async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    try await store.commit { transaction in
      var row = response(runID: runID, row: 3)
      (row.usage, row.cost, row.judgeUsage, row.judgeCost, row.reviews) = (nil, nil, nil, nil, [])
      transaction.insert(row)
    }
    let here = try await store.read { $0.responses.entries(ofRun: runID)[2].cost }
    let there = try await openStore(folder.store).read { $0.responses.entries(ofRun: runID)[2].cost }
    #expect(here == nil)
    #expect(there == here)
  }

  @Test func `5 a review id that is taken is not written`() async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    do {
      try await store.commit { transaction in
        var row = response(runID: runID, row: 3)
        row.reviews[0].id = 1
        transaction.insert(row)
      }
    } catch StoreError.refused {}
    await store.close()
    #expect(try await openStore(folder.store).read { $0.tags.count } == 1)
  }

  @Test func `6 a look at the lock file that fails leaves no lock behind`() async throws {
    let (left, right) = (openStore(folder.store, lockPatience: 0.1), openStore(folder.store, lockPatience: 0.1))
    try await fill(left)
    try await right.commit { _ = $0.insert(tag("r")) }
    let kit = folder.path + "/kit"
    try FileManager.default.moveItem(atPath: kit, toPath: kit + "2")
    try Data().write(to: URL(fileURLWithPath: kit))
    await #expect(throws: StoreError.self) { try await left.commit { _ = $0.insert(tag("l")) } }
    await #expect(throws: StoreError.self) { _ = try await left.own(run: 7) }
    try FileManager.default.removeItem(atPath: kit)
    try FileManager.default.moveItem(atPath: kit + "2", toPath: kit)
    #expect(try await !right.isOwnedElsewhere(run: 7))
    try await right.commit { _ = $0.insert(tag("r2")) }
  }

  @Test func `7 a transaction that changes nothing does not tell of what is taken back`() async throws {
    _ = signal(SIGXFSZ, SIG_IGN)
    let store = openStore(folder.store)
    try await fill(store)
    let size = try bytes().count
    var old = rlimit()
    unsafe getrlimit(__rlimit_resource_t(1), &old)
    var small = rlimit(rlim_cur: rlim_t(size + 10), rlim_max: old.rlim_max)
    unsafe setrlimit(__rlimit_resource_t(1), &small)
    defer { unsafe setrlimit(__rlimit_resource_t(1), &old) }
    var ghosts = 0
    for _ in 0..<200 {
      try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask {
          do { try await store.commit { _ = $0.insert(tag("ghost")) } } catch StoreError.unusable {}
          return 1
        }
        for _ in 0..<4 { group.addTask { try await store.commit { $0.tables.tags.count } } }
        for try await count in group where count > 1 { ghosts += 1 }
      }
    }
    #expect(try await store.read { $0.tags.count } == 1)
    #expect(ghosts == 0)
  }

  @Test func `8 a batch of several lines with a page that was never written is torn`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let text = try folder.text()
    let lines = (2...4).map { "{\"put\":{\"tags\":[\(String(decoding: tag("t", id: $0).encoded, as: UTF8.self))]}}" }
    var damaged = Array((text.dropLast(5) + ",\n" + lines.joined(separator: ",\n") + "\n]\n}\n").utf8)
    let start = text.utf8.count - 5 + 30
    for index in start..<start + 60 { damaged[index] = 0 }
    try Data(damaged).write(to: URL(fileURLWithPath: folder.store))
    #expect(try await openStore(folder.store).read { $0.tags.count } == 1)
  }

  @Test func `9 a file that held records, was damaged and then emptied, is no new store`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let handle = try #require(FileHandle(forWritingAtPath: folder.store))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("garbage".utf8))
    await #expect(throws: StoreError.self) { try await store.prepare() }
    try handle.truncate(atOffset: 0)
    try handle.close()
    await #expect(throws: StoreError.self) { try await store.commit { _ = $0.insert(tag("overwritten")) } }
    #expect(try bytes().isEmpty)
  }

  @Test func `10 readers and writers are not starved by another store that writes all the time`() async throws {
    let (writer, other) = (openStore(folder.store), openStore(folder.store))
    try await fill(writer)
    let clock = ContinuousClock()
    let worst = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var count = 0
          while !Task.isCancelled {
            try await writer.commit { _ = $0.insert(tag("w")) }
            count += 1
          }
          return count
        }
      }
      var (reads, commits): ([Duration], [Duration]) = ([], [])
      for _ in 0..<60 {
        try await Task.sleep(for: .milliseconds(10))
        var start = clock.now
        _ = try await other.read { $0.tags.count }
        reads.append(clock.now - start)
        start = clock.now
        try await other.commit { _ = $0.insert(tag("o")) }
        commits.append(clock.now - start)
      }
      group.cancelAll()
      reads.sort()
      commits.sort()
      let written = try await group.reduce(0, +)
      print("\(written) commits of the writer; read: median \(reads[30]), worst \(reads[59]); commit: median \(commits[30]), worst \(commits[59])")
      return max(reads[59], commits[59])
    }
    #expect(worst < .milliseconds(500))
  }

  @Test func `11 a store that has written its responses itself holds no more than one that has read them`() async throws {
    func resident() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }
    let writer = openStore(folder.store)
    let runID = try await fill(writer)
    let before = try resident()
    for _ in 0..<200 {
      try await writer.commit { transaction in
        for row in 0..<100 { transaction.insert(response(runID: runID, row: row)) }
      }
    }
    let wrote = try resident() - before
    let size = try bytes().count
    let reader = openStore(folder.store)
    let middle = try resident()
    _ = try await reader.read { $0.responses.count }
    print("file \(size), held by the writer \(wrote), by the reader \(try resident() - middle)")
    _ = try await writer.read { $0.responses.count }
  }
}
