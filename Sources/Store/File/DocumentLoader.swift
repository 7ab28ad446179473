import JSONCoding

/// Reads a whole store file into tables.
///
/// The layout does not matter, so a person may edit the file with any tool; only what stands at its end decides whether
/// the journal can be continued in place. ``DocumentWriter`` has the layout that the program itself writes.
struct DocumentLoader {
  /// The format that this program writes, and the newest it reads.
  static let version = 1

  /// What a file held.
  struct Document {
    var tables: Tables
    /// Where the journal goes on; nil if the document must be written anew first.
    var tail: JournalTail?
    /// Whether a torn last entry was left out.
    var isTorn = false
  }

  private let path: String
  private var rows: TablesReader
  private var seen: Set<String> = []

  /// - Throws: ``StoreError/damaged(path:line:reason:)``, ``StoreError/newerFormat(path:version:)`` or
  ///   ``StoreError/olderFormat(path:version:)``.
  static func load(_ text: [UInt8], path: String) throws(StoreError) -> Document {
    var loader = DocumentLoader(
      path: path, rows: TablesReader(text: text, reader: JSONReader(), tables: Tables()))
    do {
      return try loader.document()
    } catch let error as StoreError {
      throw error
    } catch {
      let failure = LoadFailure(error, near: loader.rows.reader.position)
      throw .damaged(path: path, line: line(of: failure.offset, in: text), reason: failure.reason)
    }
  }

  /// The one-based line of an offset.
  static func line(of offset: Int, in text: [UInt8]) -> Int {
    text.prefix(offset).reduce(1) { $1 == ASCII.lineFeed ? $0 + 1 : $0 }
  }

  private mutating func document() throws -> Document {
    let text = rows.text
    let bytes = text.span
    if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { rows.reader.position = 3 }
    var earlyJournal: JSONReader?
    var first = true
    while let key = try rows.reader.nextKey(in: bytes, first: &first) {
      guard seen.insert(key.key).inserted else { throw JSONError(.duplicateKey(key.key), at: key.offset) }
      switch key.key {
      case Member.version: try readVersion()
      case Member.lastIDs: try readLastIDs()
      case Member.journal where seen.isSuperset(of: Member.beforeJournal):
        return try finishWithJournal()
      case Member.journal:
        // Somebody's tool has sorted the members: the records it speaks of come later.
        _ = try rows.reader.peek(in: bytes)
        earlyJournal = rows.reader
        try rows.reader.skipValue(in: bytes)
      default:
        guard let kind = RecordKind(rawValue: key.key) else {
          throw LoadFailure(offset: key.offset, "the member \"\(key.key)\" is unknown")
        }
        try rows.readRecords(kind)
      }
    }
    try rows.reader.end(in: bytes)
    try requireVersion()
    if let earlyJournal {
      rows.reader = earlyJournal
      _ = try JournalReader.read(with: &rows)
    }
    try checkReferences()
    return Document(tables: rows.tables)
  }

  private mutating func finishWithJournal() throws -> Document {
    let text = rows.text
    let bytes = text.span
    _ = try rows.reader.peek(in: bytes)
    let journal = try JournalReader.read(with: &rows)
    if journal.isClosed {
      rows.reader.skipWhitespace(in: bytes)
      // A file that only lacks its last brackets has lost nothing.
      if rows.reader.position < bytes.count {
        var first = false
        if let key = try rows.reader.nextKey(in: bytes, first: &first) {
          throw LoadFailure(offset: key.offset, "the member \"\(key.key)\" follows the journal")
        }
        try rows.reader.end(in: bytes)
      }
    }
    try requireVersion()
    try checkReferences()
    return Document(tables: rows.tables, tail: journal.tail, isTorn: journal.isTorn)
  }

  // MARK: Members

  /// The members of the document that are not kinds of records.
  enum Member {
    static let version = "completion_kit"
    static let lastIDs = "last_ids"
    static let journal = "journal"
    /// The kinds that format 1 has; a file that has them all before the journal is in the program's own order.
    static let beforeJournal = Set(RecordKind.allCases.map(\.rawValue))
  }

  private mutating func readVersion() throws {
    let text = rows.text
    let start = rows.reader.position
    guard let version = try rows.reader.value(in: text.span).intValue, version >= 0 else {
      throw LoadFailure(offset: start, "the format number is not a whole number")
    }
    if version > Self.version { throw StoreError.newerFormat(path: path, version: version) }
    if version < Self.version { throw StoreError.olderFormat(path: path, version: version) }
  }

  private func requireVersion() throws {
    guard seen.contains(Member.version) else {
      throw LoadFailure(offset: 0, "the member \"\(Member.version)\" is missing, so this is no store of completion-kit")
    }
  }

  private mutating func readLastIDs() throws {
    let text = rows.text
    let start = rows.reader.position
    guard let object = try rows.reader.value(in: text.span).objectValue else {
      throw LoadFailure(offset: start, "\"\(Member.lastIDs)\" is not an object")
    }
    for member in object.members {
      guard let id = member.value.intValue, id >= 0, rows.tables.raiseLastID(member.key, to: id) else {
        throw LoadFailure(offset: start, "\"\(member.key)\" in \"\(Member.lastIDs)\" is not a kind with its last id")
      }
    }
  }

  private func checkReferences() throws {
    guard let found = rows.tables.danglingReference() else { return }
    let (kind, id) = (found.reference.kind.singular, found.reference.id)
    throw LoadFailure(
      offset: offset(of: found.kind, id: found.id),
      "the \(found.kind.singular) \(found.id) refers to the \(kind) \(id), which is not there")
  }

  /// Where a record was read; only asked for when something is wrong with it.
  private func offset(of kind: RecordKind, id: Int) -> Int {
    let needle = Array("{\"id\":\(id),".utf8)
    let bytes = rows.text
    var offset = bytes.startIndex
    var last = 0
    while offset + needle.count <= bytes.count {
      if bytes[offset] == needle[0], bytes[offset..<offset + needle.count].elementsEqual(needle) { last = offset }
      offset += 1
    }
    return last
  }
}
