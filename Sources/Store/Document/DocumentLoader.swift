import JSONCoding

/// Loads a store file into tables.
///
/// The layout is irrelevant, so the file may be edited with any tool. Only its end decides whether the journal can be
/// continued in place. ``DocumentWriter`` has the program's own layout.
struct DocumentLoader {
  /// The contents of a file.
  struct Document {
    var tables: Tables
    /// The position at which the journal continues; nil if the document must be rewritten first.
    var tail: JournalTail?
    /// Whether an incomplete last entry was left out.
    var isTorn = false
    /// The format version of the file.
    var version: Int
  }

  private let path: String
  private let format: StoreFormat
  private var version = 0
  /// The offset after the byte-order mark that some editors write.
  private var start = 0
  private var rows: TablesReader
  private var seen: Set<String> = []
  /// The lines that complete records which come later, because a tool has sorted the members.
  private var early: [(kind: RecordKind, reader: JSONReader)] = []

  /// - Parameter file: the file that has the text; nil keeps the records' bytes in memory.
  /// - Throws: ``StoreError/damaged(path:line:reason:)`` or ``StoreError/newerFormat(path:version:)``.
  static func load(
    _ text: [UInt8], of file: FileDescriptor? = nil, path: String, format: StoreFormat = .current
  ) throws(StoreError) -> Document {
    var loader = DocumentLoader(
      path: path, format: format,
      rows: TablesReader(text: text, file: file.map(FileReference.init), reader: .ofStore(), tables: Tables()))
    do {
      return try loader.document()
    } catch let error as StoreError {
      throw error
    } catch {
      let failure = LoadFailure(error, near: loader.rows.reader.position)
      throw .damaged(path: path, line: line(of: failure.offset, in: text), reason: failure.reason)
    }
  }

  /// The one-based line number of an offset.
  static func line(of offset: Int, in text: [UInt8]) -> Int {
    text.prefix(offset).reduce(1) { $1 == ASCII.lineFeed ? $0 + 1 : $0 }
  }

  private mutating func document() throws -> Document {
    let text = rows.text
    let bytes = text.span
    if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { start = 3 }
    rows.reader.position = start
    try findVersion()
    var earlyJournal: JSONReader?
    var first = true
    while let key = try rows.reader.nextKey(in: bytes, first: &first) {
      guard seen.insert(key.key).inserted else { throw JSONError(.duplicateKey(key.key), at: key.offset) }
      switch key.key {
      case Member.version: try rows.reader.skipValue(in: bytes)
      case Member.lastIDs: try rows.readLastIDs()
      case Member.journal where seen.isSuperset(of: Member.beforeJournal(ofVersion: version)):
        return try finishWithJournal()
      case Member.journal:
        // A tool has sorted the members, so the referenced records come later.
        _ = try rows.reader.peek(in: bytes)
        earlyJournal = rows.reader
        try rows.reader.skipValue(in: bytes)
      default:
        guard let kind = RecordKind(rawValue: key.key) else {
          throw LoadFailure(offset: key.offset, "the member \"\(key.key)\" is unknown")
        }
        if let completed = kind.type.completed, !seen.contains(completed.rawValue) {
          _ = try rows.reader.peek(in: bytes)
          early.append((kind, rows.reader))
          try rows.reader.skipValue(in: bytes)
        } else {
          try kind.type.readAll(with: &rows)
        }
      }
    }
    try rows.reader.end(in: bytes)
    try requireVersion()
    try readEarly()
    if let earlyJournal {
      rows.reader = earlyJournal
      _ = try JournalReader.read(with: &rows)
    }
    try checkReferences()
    return Document(tables: rows.tables, version: version)
  }

  private mutating func finishWithJournal() throws -> Document {
    let text = rows.text
    try readEarly()
    _ = try rows.reader.peek(in: text.span)
    let journal = try JournalReader.readToEnd(with: &rows)
    try requireVersion()
    try checkReferences()
    // A file with an older format must be rewritten before the journal can continue.
    let tail = version == format.version ? journal.tail : nil
    return Document(tables: rows.tables, tail: tail, isTorn: journal.isTorn, version: version)
  }

  /// Reads the lines that came before the records which they complete, and returns to the same place.
  private mutating func readEarly() throws {
    let reader = rows.reader
    for lines in early {
      rows.reader = lines.reader
      try lines.kind.type.readAll(with: &rows)
    }
    rows.reader = reader
  }

  // MARK: Members

  /// The members of the document other than kinds of records.
  enum Member {
    static let version = "completion_kit"
    static let lastIDs = "last_ids"
    static let journal = "journal"

    /// The members of a format that precede the journal in the program's own order.
    static func beforeJournal(ofVersion version: Int) -> Set<String> {
      Set(RecordKind.allCases.filter { $0.type.firstFormat <= version }.map(\.rawValue)).union([Self.version, lastIDs])
    }
  }

  /// Finds the version first, wherever a tool has moved it, because reading the rest depends on it.
  private mutating func findVersion() throws {
    let text = rows.text
    let bytes = text.span
    var reader = rows.reader
    do {
      var first = true
      while let key = try reader.nextKey(in: bytes, first: &first) {
        guard key.key == Member.version else {
          try reader.skipValue(in: bytes)
          continue
        }
        guard let found = try reader.value(in: bytes).intValue, found > 0 else {
          throw LoadFailure(offset: key.offset, "the format number is not a positive integer")
        }
        if found > format.version { throw StoreError.newerFormat(path: path, version: found) }
        version = found
        rows.upgrades = format.upgrades(from: found)
        return
      }
    } catch is JSONError {
      // Reading the rest fails at the same place, with a more precise error.
    }
  }

  private func requireVersion() throws {
    guard version > 0 else {
      throw LoadFailure(
        offset: 0, "the member \"\(Member.version)\" is missing, so this is not a store of completion-kit")
    }
  }

  private func checkReferences() throws {
    guard let found = rows.tables.danglingReference() else { return }
    let offset = RecordLocator.offset(of: found.kind, id: found.id, in: rows.text, from: start)
    throw LoadFailure(offset: offset, found.description)
  }
}
