import Foundation
import JSONCoding
import TestSupport
import Testing

@testable import Store

/// Edits of the file while a store has it open.
@Suite struct HandEditTests {
  let folder: TemporaryFolder

  init() throws { folder = TemporaryFolder() }

  private func names(_ store: Store) async throws -> [String] {
    try await store.read { $0.tags.newestFirst.reversed().map(\.name) }
  }

  /// Overwrites the file in place, as an editor does.
  private func edit(_ old: String, _ new: String) throws {
    let text = try folder.text()
    let edited = text.replacingOccurrences(of: old, with: new)
    #expect(edited != text)
    let handle = try #require(FileHandle(forWritingAtPath: folder.store))
    try handle.truncate(atOffset: UInt64(edited.utf8.count))
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data(edited.utf8))
    try handle.close()
  }

  @Test(arguments: ["first!", "f", "first and a good deal more than that"], [true, false])
  func `an edit in place that changes the length is read, not written over`(name: String, isFolded: Bool) async throws {
    let store = openStore(folder.store)
    try await fill(store)
    if isFolded {
      await store.close()
    }
    let running = openStore(folder.store)
    #expect(try await names(running) == ["first"])
    try edit("\"first\"", "\"\(name)\"")
    for number in 2...3 { #expect(try await running.commit { $0.insert(tag("t\(number)")).id } == number) }
    _ = try JSONValue(parsing: folder.text())
    #expect(try await names(running) == [name, "t2", "t3"])
    #expect(try await names(openStore(folder.store)) == [name, "t2", "t3"])
  }

  @Test(arguments: 1...300)
  func `white space before the journal never makes its tail misread`(count: Int) async throws {
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(tag("first")) }
    await store.close()
    let running = openStore(folder.store)
    try await running.prepare()
    try edit("\"journal\": [", "\"journal\": " + String(repeating: " ", count: count) + "[")
    for number in 2...3 { try await running.commit { _ = $0.insert(tag("t\(number)")) } }
    #expect(try JSONValue(parsing: folder.text())["completion_kit"] == .int(StoreFormat.current.version))
    #expect(try await names(openStore(folder.store)) == ["first", "t2", "t3"])
  }

  @Test func `an edit of equal length under another process's entry survives a fold`() async throws {
    try await fill(openStore(folder.store))
    let (running, other) = (openStore(folder.store), openStore(folder.store))
    #expect(try await names(running) == ["first"])
    try edit("\"first\"", "\"F1rst\"")
    // This store reads the edited file and appends to it, so the first one sees a longer file.
    let handle = try #require(FileHandle(forUpdatingAtPath: folder.store))
    let tail = try #require(try DocumentLoader.load(Array(try folder.text().utf8), path: "s").tail)
    try handle.seek(toOffset: UInt64(tail.end))
    let record = String(decoding: tag("second", id: 2).encoded, as: UTF8.self)
    try handle.write(contentsOf: Data(",\n{\"put\":{\"tags\":[\(record)]}}\n]\n}\n".utf8))
    try handle.close()
    try await running.commit { _ = $0.insert(tag("third")) }
    await running.close()
    #expect(try await names(openStore(folder.store)) == ["F1rst", "second", "third"])
    #expect(try await names(other) == ["F1rst", "second", "third"])
  }

  @Test func `a process that notices an edit makes others notice it`() async throws {
    try await fill(openStore(folder.store))
    let (left, right) = (openStore(folder.store), openStore(folder.store))
    #expect(try await names(left) == ["first"])
    #expect(try await names(right) == ["first"])
    try edit("\"first\"", "\"F1rst\"")
    try await right.commit { _ = $0.insert(tag("second")) }
    #expect(try await names(left) == ["F1rst", "second"])
  }

  @Test func `an edit that damages the file is not folded away`() async throws {
    let notices = SharedList<String>()
    try await fill(openStore(folder.store))
    let running = openStore(folder.store, notice: notices.append)
    try await running.commit { _ = $0.insert(tag("second")) }
    try edit("\"first\"", "\"first\",,")
    await running.close()
    #expect(try folder.text().contains(",,"))
    #expect(notices.all.count == 1)
    let before = try folder.text()
    await #expect(throws: StoreError.self) { try await openStore(folder.store).commit { _ = $0.insert(tag("x")) } }
    #expect(try folder.text() == before)
  }

  @Test(arguments: [0, 1, 7, 31, 32, 33, 64, 1000])
  func `a checksum does not depend on how a text is split`(size: Int) {
    let text = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var (whole, parts, changed) = (ContentsDigest(), ContentsDigest(), ContentsDigest())
    whole.append(text.span)
    parts.append(text.span.extracting(0..<size))
    for byte in text[size...] { parts.append([byte].span) }
    #expect(whole == parts)
    #expect(whole.ending == Array(text.suffix(256)))
    var other = text
    other[min(size, 999)] ^= 4
    changed.append(other.span)
    #expect(whole != changed)
  }
}
