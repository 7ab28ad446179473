import Foundation
import JSONCoding

@testable import Store

extension FuzzTarget {
  /// Documents: what is loaded can be written and loaded again with nothing lost, its journal goes on, a crash costs at
  /// most the entry that was being written, and both readers of files agree.
  static let storeDocuments = FuzzTarget(name: "store-documents") { bytes in
    let document = try loaded(bytes)
    try requireLineByLine(bytes, like: document, isOwnLayout: false)
    guard let document else { return }
    let written = try written(document.tables)
    guard let again = try loaded(written) else {
      throw FuzzFinding("what is written is refused: \(String(decoding: written, as: UTF8.self))")
    }
    try require(!again.isTorn && again.tail != nil, "what is written is torn")
    try require(try Self.written(again.tables) == written, "what is written is loaded differently")
    try requireLineByLine(written, like: again, isOwnLayout: true)
    try requireJournal(of: bytes, document, isOwnLayout: false)
    try requireJournal(of: written, again, isOwnLayout: true)
  }

  private static func loaded(_ bytes: [UInt8]) throws -> DocumentLoader.Document? {
    try accepted { try DocumentLoader.load(bytes, path: "store.json") }
  }

  private static func written(_ tables: Tables) throws -> [UInt8] {
    var output: [UInt8] = []
    // The file is only noted as the place of the records.
    let file = try FileDescriptor("/dev/null", O_RDWR)
    _ = try DocumentWriter.write(tables, version: StoreFormat.current.version, to: file) { output += $0 }
    return output + JournalTail.closing
  }

  /// Reading line by line gives the same document, or leaves it to the general reader.
  ///
  /// - Parameter isOwnLayout: whether it must not be left to the general reader.
  private static func requireLineByLine(
    _ bytes: [UInt8], like document: DocumentLoader.Document?, isOwnLayout: Bool
  ) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    let file = try FileDescriptor(path, O_RDWR | O_CREAT | O_EXCL)
    try FileManager.default.removeItem(atPath: path)
    try file.write(bytes, at: 0)
    // In the small blocks, lines are longer than a block.
    for blockSize in [ContentsDigest.endingSize, 1 << 20] {
      let digest = ContentsDigest(blockSize: blockSize)
      guard let found = LineLoader.load(file, size: bytes.count, format: .current, into: digest) else {
        try require(!isOwnLayout, "the program's own layout is not read line by line")
        continue
      }
      guard let document else { throw FuzzFinding("a damaged document is read line by line") }
      let isSame = found.document.tail == document.tail && found.document.isTorn == document.isTorn
      try require(isSame && found.document.version == document.version, "line by line the document ends elsewhere")
      let tables = (try written(found.document.tables), try written(document.tables))
      try require(tables.0 == tables.1, "line by line the document has other records")
      var expected = digest
      expected.append(bytes.span.extracting(0..<(document.tail?.end ?? bytes.count)))
      try require(found.digest == expected, "line by line the document has another digest")
    }
  }

  /// The entries of a write at the tail are part of the document, whatever is behind the tail, unless they are cut off.
  private static func requireJournal(of bytes: [UInt8], _ document: DocumentLoader.Document, isOwnLayout: Bool) throws {
    let lastID = document.tables.tags.lastID
    guard let tail = document.tail, lastID < ValueRange.id.range.upperBound - 1 else { return }
    var tables = document.tables
    var (text, ends) = (Array(bytes[..<tail.end]), [tail.end])
    var states = [try written(tables)]
    for id in [lastID + 1, lastID + 2] {
      let tag = TagRecord {
        $0.id = id
        $0.name = "later \(id)"
        $0.color = "mint"
      }
      var (entry, entryText) = (JournalEntry(), JournalText())
      entry.put(.tags, id: id, tag.encoded)
      entry.encode(to: &entryText)
      text += ends.count == 1 ? tail.opening : JournalTail.separatorInBatch
      entryText.forEachPart { text += $0 }
      ends.append(text.count)
      _ = tables.tags.put(tag)
      states.append(try written(tables))
    }
    text += JournalTail.closing
    // The line of the write begins behind the separator from the one before.
    let start = tail.end + tail.opening.count
    let anywhere = tail.end + pieces(of: bytes).count % (text.count - tail.end)
    for end in ends + [anywhere, ends[1] - 1, ends[2] - 1, text.count] {
      let left = Array(text[..<end])
      guard let found = try loaded(left) else {
        throw FuzzFinding("the document with one more write is refused at \(end) of \(text.count)")
      }
      let count = ends.count { $0 <= end }
      try require(try written(found.tables) == states[count - 1], "a write changes more than its records")
      let isTorn = end > start && end < ends[2] && !ends.contains(end)
      try require(found.isTorn == isTorn || end <= start, "torn is \(found.isTorn) at \(end) of \(text.count)")
      try requireLineByLine(left, like: found, isOwnLayout: isOwnLayout && end == text.count)
    }
  }
}
