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

/// Loading a file line by line beside the general reader.
@Suite struct LineLoaderTests {
  let folder = TemporaryFolder()

  private typealias Loaded = (document: DocumentLoader.Document, digest: ContentsDigest)

  /// Writes the bytes to the store's file and loads them line by line; nil if that is left to the general reader.
  private func load(_ bytes: [UInt8], blockSize: Int) throws -> Loaded? {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.store))
    let file = try FileDescriptor(folder.store, O_RDONLY)
    return LineLoader.load(file, size: bytes.count, format: .current, into: ContentsDigest(blockSize: blockSize))
  }

  /// Everything that the tables hold: the document they are written as, and the fields and bytes of the entries.
  private func contents(_ tables: Tables) throws -> [String] {
    var text: [UInt8] = []
    let file = try FileDescriptor(folder.store, O_RDONLY)
    _ = try DocumentWriter.write(tables, version: 1, to: file) { text += $0 }
    func fields<Entry: TableEntry>(_ table: EntryTable<Entry>) throws -> [String] {
      try table.ownerIDs.sorted().flatMap { table.entries(of: $0) }.flatMap { entry in
        Mirror(reflecting: entry).children.filter { $0.label != "slice" && $0.label != "rare" }.map { "\($0)" }
          + [String(decoding: try entry.bytes(), as: UTF8.self)]
      }
    }
    let pairwise = tables.responses.ownerIDs.sorted().flatMap { tables.responses.entries(of: $0) }
      .map { "\($0.pairwise) \($0.reusedFrom) \($0.cost ?? -1) \($0.generationCost ?? -1)" }
    return [String(decoding: text, as: UTF8.self)] + (try fields(tables.responses)) + (try fields(tables.generations))
      + pairwise
  }

  /// Loads the bytes in both ways and compares the results.
  /// - Returns: whether they were loaded line by line.
  @discardableResult
  private func compare(_ bytes: [UInt8], blockSize: Int, _ comment: Comment) throws -> Bool {
    guard let lines = try load(bytes, blockSize: blockSize) else { return false }
    let file = try FileDescriptor(folder.store, O_RDONLY)
    let whole: DocumentLoader.Document
    do {
      whole = try DocumentLoader.load(bytes, of: file, path: "s")
    } catch {
      Issue.record("\(comment): it was loaded line by line, but \(error)")
      return true
    }
    #expect(lines.document.tail == whole.tail, comment)
    #expect(lines.document.isTorn == whole.isTorn, comment)
    #expect(lines.document.version == whole.version, comment)
    #expect(try contents(lines.document.tables) == contents(whole.tables), comment)
    var digest = ContentsDigest(blockSize: blockSize)
    digest.append(bytes.span.extracting(0..<(whole.tail?.end ?? bytes.count)))
    #expect(lines.digest == digest, comment)
    return true
  }

  /// A store with records of every kind, many responses of several runs, and a journal of many lines.
  private func fill(_ random: inout RepeatableGenerator) async throws {
    let store = openStore(folder.store)
    try await fillRichly(store)
    for isFolded in [true, false] {
      let store = openStore(folder.store)
      for _ in 0..<6 {
        let texts = (0..<8).map { _ in
          String(repeating: "long \u{e9}\"\n", count: Int.random(in: 0..<60, using: &random))
        }
        let run = Int.random(in: 1...2, using: &random)
        @Sendable func insert(_ transaction: inout Transaction, _ part: ArraySlice<String>) {
          for (index, text) in part.enumerated() {
            var record = response(runID: index == 3 ? 3 - run : run, row: index)
            record.responseText = text
            record.reusedFrom = index == 2 ? 1 : nil
            transaction.insert(record)
            transaction.insert(generation(experimentID: run))
          }
        }
        // Two transactions on one line of the journal.
        _ = await store.commitTogether({ insert(&$0, texts[..<4]) }, { insert(&$0, texts[4...]) })
      }
      try await changeABit(store)
      if isFolded { await store.close() }
    }
  }

  /// Replaces and deletes.
  private func changeABit(_ store: Store) async throws {
    try await store.commit { transaction in
      let entry = try #require(transaction.tables.responses.entries(ofRun: 1).last)
      var record = try entry.decoded()
      record.responseText = "another"
      transaction.put(record)
      transaction.delete(MetricGroupRecord.self, id: 1)
      transaction.insert(tag("t\(transaction.tables.tags.lastID)"))
    }
  }

  @Test(arguments: [256, 1024, 4096, 1 << 20])
  func `the program's own files are loaded line by line, with the same result`(blockSize: Int) async throws {
    var random = RepeatableGenerator(seed: 7)
    try await fill(&random)
    let bytes = Array(try folder.text().utf8)
    #expect(bytes.count > 20_000)
    #expect(try compare(bytes, blockSize: blockSize, "\(blockSize)"))
    let empty = try await emptied()
    #expect(try compare(empty, blockSize: blockSize, "\(blockSize)"))
  }

  /// A store without records and without a journal.
  private func emptied() async throws -> [UInt8] {
    try FileManager.default.removeItem(atPath: folder.store)
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(tag("a")) }
    try await store.commit { _ = $0.delete(TagRecord.self, id: 1) }
    await store.close()
    return Array(try folder.text().utf8)
  }

  @Test(arguments: [256, 1024, 4096])
  func `what a crash leaves is loaded as by the general reader`(blockSize: Int) async throws {
    var random = RepeatableGenerator(seed: 8)
    try await fill(&random)
    let bytes = Array(try folder.text().utf8)
    let journal = try #require(bytes.firstRange(of: Array("\"journal\": [".utf8))).upperBound
    for _ in 0..<60 {
      let end = Int.random(in: journal - 2..<bytes.count, using: &random)
      try compare(Array(bytes[..<end]), blockSize: blockSize, "cut at \(end)")
      let zeros = [UInt8](repeating: 0, count: Int.random(in: 1..<700, using: &random))
      try compare(bytes[..<end] + zeros, blockSize: blockSize, "zeros from \(end)")
    }
  }

  @Test func `a changed file is loaded as by the general reader, or left to it`() async throws {
    var random = RepeatableGenerator(seed: 9)
    try await fill(&random)
    let bytes = Array(try folder.text().utf8)
    let lines = bytes.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
    func joined(_ lines: [ArraySlice<UInt8>]) -> [UInt8] { Array(lines.joined(separator: [ASCII.lineFeed])) }
    let inserted = Array(" \n\t,]}[{\"0".utf8)
    var loaded = 0
    for _ in 0..<150 {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let line = Int.random(in: 0..<lines.count - 2, using: &random)
      var changed = bytes
      var moved = lines
      switch Int.random(in: 0..<7, using: &random) {
      case 0: changed[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
      case 1: changed.insert(inserted[place % inserted.count], at: place)
      case 2: changed.remove(at: place)
      case 3: (changed, moved) = ([], Array(lines[..<line] + [lines[line]] + lines[line...]))
      case 4: (changed, moved) = ([], Array(lines[..<line] + [lines[line + 1], lines[line]] + lines[(line + 2)...]))
      case 5: (changed, moved) = ([], Array(lines[..<line] + lines[(line + 1)...]))
      default: changed.removeSubrange(place..<min(bytes.count, place + 2000))
      }
      if changed.isEmpty { changed = joined(moved) }
      if try compare(changed, blockSize: 1024, "place \(place), line \(line)") { loaded += 1 }
    }
    #expect(loaded > 10)
  }

  @Test func `other layouts are left to the general reader`() async throws {
    try await fillRichly(openStore(folder.store))
    let text = try folder.text()
    #expect(try load(Array(text.utf8), blockSize: 1024) != nil)
    let value = try JSONValue(parsing: text).encoded
    #expect(try load(value, blockSize: 1024) == nil)
    #expect(try load([0xef, 0xbb, 0xbf] + Array(text.utf8), blockSize: 1024) == nil)
    #expect(try load(Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8), blockSize: 1024) == nil)
    let older = text.replacingOccurrences(
      of: "\"completion_kit\": \(StoreFormat.current.version)", with: "\"completion_kit\": 11")
    #expect(try load(Array(older.utf8), blockSize: 1024) == nil)
  }

  @Test func `an id is found to be given twice, near and far`() {
    var ids = IDSet()
    let new = [1, 64, 63, 65, 1_000_000, 1 << 40]
    #expect(new.map { ids.insert($0) } == new.map { _ in true })
    #expect(new.reversed().map { ids.insert($0) } == new.map { _ in false })
    #expect([2, 1 << 41].map { ids.insert($0) } == [true, true])
  }
}
