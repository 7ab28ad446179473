import Foundation
import JSONCoding
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite struct DamageTests {
  let folder: TemporaryFolder

  init() throws { folder = TemporaryFolder() }

  private func load(_ bytes: some Sequence<UInt8>) throws(StoreError) -> DocumentLoader.Document {
    try DocumentLoader.load(Array(bytes), path: "store.json")
  }

  /// A file with records and three journal entries, the offset of each entry's first byte, and the end of the last.
  private func sample() async throws -> (bytes: [UInt8], entries: [Int]) {
    let store = openStore(folder.store)
    try await fill(store)
    await store.close()
    let again = openStore(folder.store)
    for name in ["one", "two", "three"] { try await again.commit { _ = $0.insert(tag(name)) } }
    let bytes = Array(try folder.text().utf8)
    var offsets: [Int] = []
    for index in bytes.indices where bytes[index...].starts(with: "{\"put\"".utf8) { offsets.append(index) }
    return (bytes, offsets + [bytes.count - JournalTail.closing.count])
  }

  @Test func `a value with as many levels as any reader allows keeps the file readable`() async throws {
    let levels = JSONReader.depthLimit - 1
    let text = "{\"a\":" + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + "}"
    let deep = try #require(try JSONValue(parsing: text).objectValue)
    let store = openStore(folder.store)
    try await fill(store)
    try await store.commit { transaction in
      transaction.insert(experiment("trial"))
      var made = generation(experimentID: 1)
      made.providerResponse = deep
      transaction.insert(made)
      var changed = prompt("deep", id: 1, tagIDs: [1])
      changed.settings[.tools] = [.object(deep)]
      transaction.put(changed)
    }
    func check() async throws {
      let (made, changed) = try await openStore(folder.store).read { tables in
        (try tables.generations.entries(of: 1).last?.decoded(), tables.prompts[1])
      }
      #expect(made?.providerResponse == deep)
      #expect(changed?.settings[.tools] == [.object(deep)])
    }
    // In the journal, in the document, and for the general reader.
    try await check()
    await store.close()
    try await check()
    _ = try folder.write("\n" + folder.text(), to: "kit/store.json")
    try await check()
  }

  @Test func `a file truncated in its last entries loses exactly the torn entry`() async throws {
    let (bytes, entries) = try await sample()
    #expect(entries.count == 4)
    for end in entries[0]...bytes.count {
      let document = try load(bytes[..<end])
      // An entry is complete with its last brace.
      let whole = (1...3).filter { index in
        let next = entries[index]
        return end >= (index == 3 ? next : next - 2)
      }.count
      #expect(document.tables.tags.count == 1 + whole, "cut at \(end)")
      let isWhole = end >= entries[3] || [entries[0], entries[1] - 2, entries[2] - 2].contains(end)
      #expect(document.isTorn != isWhole, "cut at \(end)")
    }
  }

  @Test func `an entry of records of every kind can be torn anywhere`() async throws {
    let store = openStore(folder.store)
    try await store.commit { _ = $0.insert(tag("kept")) }
    let before = try folder.text().utf8.count
    try await fill(store)
    let bytes = Array(try folder.text().utf8)
    let end = bytes.count - JournalTail.closing.count
    for cut in before - JournalTail.closing.count + 2..<end {
      let document = try load(bytes[..<cut])
      #expect(
        document.isTorn && document.tables.tags.count == 1 && document.tables.responses.count == 0, "cut at \(cut)")
    }
    #expect(try load(bytes[..<end]).tables.responses.count == 2)
  }

  @Test func `after a torn entry the store continues, with a notice`() async throws {
    let (bytes, entries) = try await sample()
    try Data(bytes[..<(entries[2] + 9)]).write(to: URL(fileURLWithPath: folder.store))
    let notices = SharedList<String>()
    let store = openStore(folder.store, notice: notices.append)
    #expect(try await store.commit { $0.insert(tag("again")).id } == 4)
    #expect(notices.all.count == 1)
    let names = try await openStore(folder.store).read { $0.tags.newestFirst.map(\.name) }
    #expect(names == ["again", "two", "one", "first"])
  }

  @Test func `an entry whose last blocks were never written is torn`() async throws {
    let (bytes, entries) = try await sample()
    var damaged = bytes
    for index in entries[2] + 20..<entries[3] { damaged[index] = 0 }
    let document = try load(damaged)
    #expect(document.isTorn)
    #expect(document.tables.tags.count == 3)
  }

  @Test func `an entry whose first block was never written is torn too`() async throws {
    let (bytes, entries) = try await sample()
    // The document before the entry, followed by the rest of the entry after a gap.
    let before = Array(bytes[..<(entries[2] - 2)]) + JournalTail.closing
    let document = try load(before + [UInt8](repeating: 0, count: 40) + bytes[(entries[2] + 40)...])
    #expect(document.isTorn)
    #expect(document.tables.tags.count == 3)
    #expect(document.tail?.end == entries[2] - 2)
    #expect(throws: StoreError.self) { try load(before + bytes[(entries[2] + 40)...]) }
  }

  @Test func `a write of several entries with an unwritten block inside is torn`() async throws {
    let store = openStore(folder.store)
    try await fill(store)
    let start = try folder.text().utf8.count
    _ = await store.commitTogether({ _ = $0.insert(tag("one")) }, { _ = $0.insert(tag("two")) })
    var bytes = Array(try folder.text().utf8)
    #expect(try load(bytes).tables.tags.count == 3)
    for index in start + 30..<start + 90 { bytes[index] = 0 }
    let document = try load(bytes)
    #expect(document.isTorn && document.tables.tags.count == 1)
    // An entry that was acknowledged by itself follows, so this is damage.
    try await store.commit { _ = $0.insert(tag("three")) }
    var later = Array(try folder.text().utf8)
    for index in start + 30..<start + 90 { later[index] = 0 }
    #expect(throws: StoreError.self) { try load(later) }
  }

  @Test func `the gap before an entry may be short where the block ends`() async throws {
    let (bytes, entries) = try await sample()
    let before = Array(bytes[..<(entries[2] - 2)]) + JournalTail.closing
    let rest = bytes[(entries[2] + 40)...]
    // White space before the document moves its end to seven bytes before the block's.
    let padding = [UInt8](repeating: ASCII.space, count: 512 - (before.count + 7) % 512)
    let document = try load(padding + before + [UInt8](repeating: 0, count: 7) + rest)
    #expect(document.isTorn && document.tables.tags.count == 3)
    // The gap is not at a block's end, so its cause is unknown.
    #expect(throws: StoreError.self) { try load(padding.dropLast() + before + [0, 0, 0, 0, 0, 0, 0] + rest) }
  }

  @Test func `the remains of an entry killed during its rollback are torn`() async throws {
    let (bytes, entries) = try await sample()
    let end = entries[2] - 2
    // The file is cut off in the closing brackets; the disk may have been full.
    for written in 0...JournalTail.closing.count {
      let zeros = [UInt8](repeating: 0, count: JournalTail.closing.count - written)
      let document = try load(bytes[..<(end + written)] + zeros)
      #expect(document.isTorn && document.tables.tags.count == 3, "\(written) bytes written")
      #expect(document.tail?.end == end)
    }
  }

  @Test func `damage in a single-line file is refused and not overwritten`() async throws {
    let store = openStore(folder.store)
    for index in 0..<10 { try await store.commit { _ = $0.insert(tag("t\(index)")) } }
    let line = try folder.text().replacingOccurrences(of: "\n", with: "")
    #expect(try load(line.utf8).tables.tags.count == 10)
    try folder.write(line.replacingOccurrences(of: "\"name\":\"t2\"", with: "\"name\":\"t2\"x"))
    let before = try folder.text()
    await #expect(throws: StoreError.self) {
      try await openStore(folder.store).commit { _ = $0.insert(tag("next")) }
    }
    #expect(try folder.text() == before)
  }

  @Test(arguments: 0...4)
  func `a slip in the last entry is refused, whatever white space at the end is lost`(count: Int) async throws {
    let (bytes, _) = try await sample()
    let text = String(decoding: bytes, as: UTF8.self)
    let damaged = text.replacingOccurrences(of: "\"name\":\"three\"", with: "\"name\":\"three\",")
    #expect(damaged != text)
    // Without any closing bracket it would look like a torn entry.
    #expect(throws: StoreError.self) { try load(damaged.utf8.dropLast(count)) }
  }

  @Test func `a truncated file continues after its last whole entry`() async throws {
    let (bytes, entries) = try await sample()
    for end in entries[0]..<bytes.count {
      try Data(bytes[..<end]).write(to: URL(fileURLWithPath: folder.store))
      let store = openStore(folder.store)
      let (id, count) = try await store.commit { ($0.insert(tag("next")).id, $0.tables.tags.count) }
      #expect(id == count, "cut at \(end)")
      let value = try JSONValue(parsing: folder.text())
      #expect(value["journal"]?.arrayValue?.count == count - 1, "cut at \(end)")
    }
  }

  @Test func `one flipped byte never crashes and is never overwritten`() async throws {
    try await fillRichly(openStore(folder.store))
    try await changeRichly(openStore(folder.store))
    let bytes = Array(try folder.text().utf8)
    // A flipped bit can create a line feed.
    let lines = bytes.count { $0 == ASCII.lineFeed } + 2
    var random = SystemRandomNumberGenerator()
    var (refused, changed) = (0, 0)
    for _ in 0..<500 {
      var damaged = bytes
      let index = Int.random(in: 0..<bytes.count, using: &random)
      damaged[index] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
      try Data(damaged).write(to: URL(fileURLWithPath: folder.store))
      do {
        try await openStore(folder.store).commit { _ = $0.insert(tag("next")) }
        changed += 1
        // One bit turns format 3 into an older format, which is rewritten with a copy of the file beside it.
        if let old = try folder.takeOlderFile() {
          #expect(old == Data(damaged), "byte \(index)")
          continue
        }
        let value = try JSONValue(parsing: folder.text())
        #expect(value["journal"]?.arrayValue?.count == 4, "byte \(index)")
      } catch let error as StoreError {
        refused += 1
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.store)) == Data(damaged), "byte \(index)")
        if case .newerFormat = error { continue }
        guard case .damaged(_, let line, let reason) = error else {
          Issue.record("byte \(index): \(error)")
          continue
        }
        #expect((1...lines).contains(line) && !reason.isEmpty, "byte \(index)")
      }
    }
    #expect(refused > 100 && changed > 20)
  }

  @Test(arguments: 0..<8)
  func `a flipped bit of the format's number loses nothing`(bit: Int) async throws {
    try await fillRichly(openStore(folder.store))
    var damaged = Array(try folder.text().utf8)
    let number = Array("\(StoreFormat.current.version),".utf8)
    let index = try #require(damaged.firstRange(of: number)).lowerBound
    damaged[index] ^= UInt8(1 << bit)
    try Data(damaged).write(to: URL(fileURLWithPath: folder.store))
    do {
      try await openStore(folder.store).commit { _ = $0.insert(tag("next")) }
      #expect(try folder.takeOlderFile() == Data(damaged))
    } catch is StoreError {
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder.store)) == Data(damaged))
    }
  }

  @Test(arguments: [
    ("not JSON at all", 1), ("[]", 1), ("{\"completion_kit\":1,\n\"tags\":[\n{\"id\":1}]}", 3),
    ("{\"tags\":[]}", 1), ("{\"completion_kit\":1,\n\n\"colours\":[]}", 3), ("{\"completion_kit\":\"1\"}", 1),
    ("{\"completion_kit\":1,\"last_ids\":{\"tags\":-1}}", 1), ("{\"completion_kit\":1,\"last_ids\":{\"x\":1}}", 1),
    ("{\"completion_kit\":1,\"completion_kit\":1}", 1), ("{\"completion_kit\":1,\"journal\":[\n{\"undo\":1}]}", 2),
  ])
  func `a file that breaks a rule is refused with its line and left alone`(text: String, line: Int) async throws {
    try folder.write(text)
    let store = openStore(folder.store)
    for _ in 0..<2 {
      do {
        try await store.commit { _ = $0.insert(tag("x")) }
        Issue.record("accepted")
      } catch StoreError.damaged(let path, let found, _) {
        #expect(found == line)
        #expect(path.hasSuffix("store.json"))
      }
    }
    #expect(try folder.text() == text)
    try folder.write("{\"completion_kit\":1}")
    #expect(try await store.commit { $0.insert(tag("x")).id } == 1)
  }

  @Test func `an id counted twice and a reference to nothing are refused with their line`() throws {
    let tagLine = String(decoding: tag("a", id: 1).encoded, as: UTF8.self)
    let head = "{\"completion_kit\":1,\"tags\":[\n\(tagLine),\n"
    #expect(throws: StoreError.damaged(path: "store.json", line: 3, reason: "the id 1 of a tag was used before")) {
      try load("\(head)\(tagLine)]}".utf8)
    }
    let promptLine = String(decoding: prompt("p", id: 1, tagIDs: [9]).encoded, as: UTF8.self)
    let reason = "the prompt 1 refers to the tag 9, which is not there"
    #expect(throws: StoreError.damaged(path: "store.json", line: 3, reason: reason)) {
      try load("{\"completion_kit\":1,\"prompts\":[\n\n\(promptLine)]}".utf8)
    }
    // The line is that of the current record, whatever else has its id and whatever the layout.
    let spaced = promptLine.replacingOccurrences(of: "{\"id\":1,", with: "{ \"name\":\"p\", \"id\" : 1,")
      .replacingOccurrences(of: ",\"name\":\"p\",\"template\"", with: ",\"template\"")
    let good = String(decoding: prompt("p", id: 1).encoded, as: UTF8.self)
    #expect(throws: StoreError.damaged(path: "store.json", line: 4, reason: reason)) {
      try load(
        """
        {"completion_kit":1,"prompts":[\(good)],
        "last_ids":{"tags":8},"journal":[
        {"put":{"prompts":[\(good)]}},
        {"put":{"prompts":[\(spaced)]}},
        {"put":{"runs":[\(String(decoding: run("r", promptID: 1, id: 1).encoded, as: UTF8.self))]}}]}
        """.utf8)
    }
    let responseLine = String(decoding: response(runID: 5, row: 0, id: 1).encoded, as: UTF8.self)
    #expect(throws: StoreError.self) { try load("{\"completion_kit\":1,\"responses\":[\(responseLine)]}".utf8) }
  }

  @Test func `a newer format is refused by its number`() async throws {
    try folder.write("{\"completion_kit\":99,\"novelties\":[]}")
    await #expect(throws: StoreError.newerFormat(path: folder.store, version: 99)) {
      try await openStore(folder.store).prepare()
    }
  }

  @Test(arguments: [true, false])
  func `a file reformatted by a tool is read and continued`(sorted: Bool) async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    var options: JSONSerialization.WritingOptions = [.prettyPrinted]
    if sorted { options.insert(.sortedKeys) }
    let parsed = try JSONSerialization.jsonObject(with: Data(try folder.text().utf8))
    let pretty = try JSONSerialization.data(withJSONObject: parsed, options: options)
    try pretty.write(to: URL(fileURLWithPath: folder.store))
    #expect(try await store.read { $0.responses.entries(ofRun: runID).count } == 2)
    try await store.commit { _ = $0.insert(tag("second")) }
    let again = openStore(folder.store)
    #expect(try await again.read { $0.tags.count } == 2)
    #expect(try await again.read { try $0.responses.entries(ofRun: runID)[0].decoded().expectedOutput } == "yes")
    await again.close()
    #expect(try folder.text().contains("\n{\"id\":2,") || folder.text().contains("\n{"))
    _ = try JSONValue(parsing: folder.text())
  }

  @Test(arguments: ["completion_kit", "last_ids"])
  func `a file whose journal is not last is read`(last: String) async throws {
    let store = openStore(folder.store)
    let runID = try await fill(store)
    await store.close()
    let document = try #require(JSONValue(parsing: folder.text()).objectValue)
    let moved = document.members.filter { $0.key != last } + document.members.filter { $0.key == last }
    try folder.write(JSONValue.object(JSONObject(moved)).text)
    #expect(try await openStore(folder.store).read { $0.responses.entries(ofRun: runID).count } == 2)
  }

  @Test func `a response that lacks a field, or has one of another type, is refused`() throws {
    var record = response(runID: 1, row: 0, id: 1)
    for index in record.reviews.indices { record.reviews[index].id = index + 1 }
    let line = String(decoding: record.encoded, as: UTF8.self)
    let replacements = [
      ("\"status\":\"completed\"", "\"status\":\"done\""), ("\"attempts\":1,", ""),
      ("\"attempts\":1", "\"attempts\":\"1\""),
      ("\"score\":1.0,", "\"score\":\"1.0\","), ("\"input\":{", "\"inputs\":{"), ("\"cost\":0.001", "\"cost\":[]"),
      ("2026-11-21T", "2026-13-21T"), ("\"row_index\":0", "\"row_index\":0.5"),
      ("\"finish_reason\":\"stop\"", "\"finish_reason\":1"),
      ("\"prompt_tokens\":10", "\"prompt_tokens\":\"10\""),
      ("\"expected_output\":\"yes\"", "\"expected_output\":\"yes\",\"id\":1"),
      ("\"id\":1,\"run_id\"", "\"id\":0,\"run_id\""),
      ("\"id\":1,\"run_id\"", "\"id\":9223372036854775807,\"run_id\""),
      ("\"row_index\":0", "\"row_index\":-1"), ("\"attempts\":1", "\"attempts\":-1"),
      ("\"score\":1.0,", "\"score\":5.5,"), ("\"score\":1.0,", "\"score\":-0.1,"), ("[4.0,4.0,5.0]", "[4.0,4.0,6.0]"),
      ("\"uncounted_calls\":1", "\"uncounted_calls\":-1"), ("\"scoring\":\"Contains\"", "\"scoring\":1"),
      ("\"judge_samples\":3", "\"judge_samples\":-3"), ("\"cached_tokens\":4", "\"cached_tokens\":-4"),
      ("\"score\":4.0", "\"score\":0"), ("\"prompt_tokens\":10", "\"prompt_tokens\":-10"),
      ("\"prompt_tokens\":10", "\"prompt_tokens\":9223372036854775807"), ("{\"id\":2", "{\"id\":1"),
      ("2026-11-21T", "2026-11-31T"), ("2026-11-21T", "2026-02-29T"), ("10:15:30", "10:15:60"),
    ]
    func document(_ line: String) -> String {
      let prompt = String(decoding: prompt("p", id: 1).encoded, as: UTF8.self)
      let run = String(decoding: run("r", promptID: 1, id: 1).encoded, as: UTF8.self)
      return "{\"completion_kit\":1,\"prompts\":[\(prompt)],\"runs\":[\(run)],\"responses\":[\n\(line)\n]}"
    }
    #expect(try load(document(line).utf8).tables.responses.count == 1)
    for (old, new) in replacements {
      #expect(line.contains(old))
      let damaged = document(line.replacingOccurrences(of: old, with: new))
      #expect(throws: StoreError.self, "\(new)") { try load(damaged.utf8) }
    }
  }

  @Test func `a folder in place of the file is refused and kept`() async throws {
    try FileManager.default.createDirectory(atPath: folder.store, withIntermediateDirectories: true)
    await #expect(throws: StoreError.notAFile(path: folder.store)) {
      try await openStore(folder.store).commit { _ = $0.insert(tag("x")) }
    }
  }

  @Test func `a symbolic link is followed and stays a link`() async throws {
    let target = folder.path + "/target.json"
    try FileManager.default.createDirectory(atPath: folder.path + "/kit", withIntermediateDirectories: true)
    let seed = openStore(target)
    try await fill(seed)
    try FileManager.default.createSymbolicLink(atPath: folder.store, withDestinationPath: target)
    let store = openStore(folder.store)
    #expect(try await store.commit { $0.insert(tag("x")).id } == 2)
    await store.close()
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.store) == target)
    #expect(try await openStore(target).read { $0.tags.count } == 2)
  }
}
