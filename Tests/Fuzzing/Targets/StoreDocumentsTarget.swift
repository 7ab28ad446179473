import JSONCoding

@testable import Store

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension FuzzTarget {
  /// Documents: what is loaded can be written and loaded again with nothing lost, and its journal goes on.
  static let storeDocuments = FuzzTarget(name: "store-documents") { bytes in
    guard let document = try loaded(bytes) else { return }
    let written = try written(document.tables)
    guard let again = try loaded(written) else {
      throw FuzzFinding("what is written is refused: \(String(decoding: written, as: UTF8.self))")
    }
    try require(!again.isTorn && again.tail != nil, "what is written is torn")
    try require(try Self.written(again.tables) == written, "what is written is loaded differently")
    try requireJournal(of: bytes, document)
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

  /// An entry at the tail is part of the document, whatever is behind the tail.
  private static func requireJournal(of bytes: [UInt8], _ document: DocumentLoader.Document) throws {
    guard let tail = document.tail, document.tables.tags.lastID < ValueRange.id.range.upperBound else { return }
    var tables = document.tables
    let tag = TagRecord {
      $0.id = document.tables.tags.lastID + 1
      $0.name = "later"
      $0.color = "mint"
    }
    var entry = JournalEntry()
    entry.put(.tags, id: tag.id, tag.encoded)
    var text = JournalText()
    entry.encode(to: &text)
    var continued = Array(bytes[..<tail.end]) + tail.opening
    text.forEachPart { continued += $0 }
    guard let found = try loaded(continued + JournalTail.closing) else {
      throw FuzzFinding("the document with one more entry is refused")
    }
    _ = tables.tags.put(tag)
    try require(try written(found.tables) == written(tables), "one more entry changes more than its record")
  }
}
