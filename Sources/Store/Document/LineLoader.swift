import JSONCoding

/// Loads a file in the program's own layout, one record a line, part by part and on all processors.
///
/// The file is never in memory as a whole. Any other layout, an older format and all damage are left to ``DocumentLoader``,
/// which reads the file anew and reports a fault with its line. Both must read a file that this one accepts alike.
struct LineLoader {
  /// The text is not in the program's own layout.
  struct Irregular: Error {}

  let file: FileDescriptor
  /// The size of the file in bytes.
  let size: Int
  /// Reads the window: the bytes of the file from `rows.offset` on, of which a part ends with a block of the digest.
  var rows: TablesReader
  /// The digest of the bytes before ``digested``.
  var digest: ContentsDigest
  var digested = 0
  /// Memory for the texts of the parts.
  let buffers: PartBuffers

  /// - Parameter digest: an empty digest, whose blocks are the parts.
  /// - Returns: nil if the file is not in the program's own layout or is damaged.
  static func load(
    _ file: FileDescriptor, size: Int, format: StoreFormat, into digest: ContentsDigest = ContentsDigest()
  ) -> (document: DocumentLoader.Document, digest: ContentsDigest)? {
    let rows = TablesReader(
      text: [], file: FileReference(file), reader: .ofStore(depth: recordDepth), tables: Tables())
    var loader = LineLoader(
      file: file, size: size, rows: rows, digest: digest, buffers: PartBuffers(largest: 2 * digest.blockSize))
    do { return try loader.load(version: format.version) } catch { return nil }
  }

  /// The document and the list around a record.
  static let recordDepth = 2

  private mutating func load(version: Int) throws -> (DocumentLoader.Document, ContentsDigest) {
    try take("{\n\"\(DocumentLoader.Member.version)\": \(version),\n\"\(DocumentLoader.Member.lastIDs)\": ")
    try fill()
    try rows.readLastIDs()
    try take(",\n")
    for kind in RecordKind.allCases {
      try take("\"\(kind.rawValue)\": [")
      if try take(ifNext: "],\n") { continue }
      try take("\n")
      try kind.type.readLines(with: &self)
      try take("],\n")
    }
    try take("\"\(DocumentLoader.Member.journal)\": ")
    let journal = try readJournal()
    guard rows.tables.danglingReference() == nil else { throw Irregular() }
    let document = DocumentLoader.Document(
      tables: rows.tables, tail: journal.tail, isTorn: journal.isTorn, version: version)
    return (document, digest)
  }

  /// Reads one record a line with a function, up to the line behind the list.
  mutating func readLines(_ read: (inout TablesReader) throws -> Void) throws {
    var isLast = false
    while !isLast {
      try fill()
      try read(&rows)
      isLast = try !take(ifNext: ",\n")
      if isLast { try take("\n") }
    }
  }

  /// Reads the records of a numerous kind, up to the line behind the list.
  mutating func readEncodedLines<Row: EncodedRecord>(_ type: Row.Type) throws {
    var records = EncodedRecords<Row>()
    let end = try readParts(as: EncodedLine<Row>.self) { _, lines throws in
      guard records.append(lines) else { throw Irregular() }
    }
    guard case .complete(let next) = end else { throw Irregular() }
    try move(to: next)
    records.add(to: &rows.tables)
  }

  // MARK: The journal

  /// Reads the journal at the position and what comes behind it.
  private mutating func readJournal() throws -> JournalReader.Result {
    let start = position + 1
    var tail = JournalTail(start: start, end: start, isEmpty: true)
    if try isNext("[\n{") {
      rows.reader.position += 2
      // It ends at the brackets behind the journal, or at an entry that was perhaps torn by a crash.
      _ = try readParts(as: JournalLine.self) { rows, lines throws in
        for line in lines {
          for change in line.changes { try change(&rows.tables) }
          tail = JournalTail(start: start, end: line.end, isEmpty: false)
        }
      }
    }
    return try readEnd(of: tail)
  }

  /// Reads the rest of the file from the end of the journal's last entry on, or from the bracket of one without entries.
  private mutating func readEnd(of tail: JournalTail) throws -> JournalReader.Result {
    let base = tail.isEmpty ? tail.end - 1 : tail.end
    try move(to: base)
    sum(upTo: base)
    rows.text = try file.read(base..<max(base, size))
    rows.offset = base
    rows.reader = .ofStore(depth: tail.isEmpty ? 1 : Self.recordDepth)
    let relative = JournalTail(start: tail.start - base, end: tail.end - base, isEmpty: tail.isEmpty)
    var journal = try JournalReader.readToEnd(with: &rows, goingOnAt: tail.isEmpty ? nil : relative)
    let text = rows.text
    digest.append(text.span.extracting(0..<journal.tail.end))
    journal.tail.start = tail.start
    journal.tail.end += base
    return journal
  }

  // MARK: The window

  /// The offset in the file of the next byte.
  var position: Int { rows.offset + rows.reader.position }

  /// Whether a text comes next.
  private mutating func isNext(_ text: String) throws -> Bool {
    let bytes = Array(text.utf8)
    while rows.text.count - rows.reader.position < bytes.count {
      guard try readNextPart() else { return false }
    }
    return rows.text[rows.reader.position...].starts(with: bytes)
  }

  /// Moves past a text if it comes next.
  private mutating func take(ifNext text: String) throws -> Bool {
    guard try isNext(text) else { return false }
    rows.reader.position += text.utf8.count
    return true
  }

  private mutating func take(_ text: String) throws {
    guard try take(ifNext: text) else { throw Irregular() }
  }

  /// Sees to it that the window has the end of the line at the position, or of the file.
  private mutating func fill() throws {
    var searched = rows.reader.position
    while !rows.text[searched...].contains(ASCII.lineFeed) {
      searched = rows.text.count - rows.reader.position
      guard try readNextPart() else { return }
    }
  }

  /// Adds the next bytes of the file to the window, up to the end of a block, and drops those before the position.
  ///
  /// - Returns: false at the end of the file.
  private mutating func readNextPart() throws -> Bool {
    let end = rows.offset + rows.text.count
    let rest = rows.text[rows.reader.position...]
    let block = digest.blockSize
    // As much as is there already, so that a long line is copied only a few times.
    let next = try file.read(end..<max(end, min(size, ((end + rest.count) / block + 1) * block)))
    if next.isEmpty { return false }
    sum(upTo: position)
    rows.offset = position
    rows.text = rest.isEmpty ? next : rest + next
    rows.reader.position = 0
    return true
  }

  /// Sees to it that the window ends with a block, or with the file.
  mutating func fillBlock() throws {
    while (rows.offset + rows.text.count) % digest.blockSize != 0 {
      guard try readNextPart() else { return }
    }
  }

  /// Adds the bytes of the window before an offset to the digest.
  mutating func sum(upTo offset: Int) {
    guard offset > digested else { return }
    let text = rows.text
    digest.append(text.span.extracting(digested - rows.offset..<offset - rows.offset))
    digested = offset
  }

  /// Moves to an offset that the digest has not reached.
  private mutating func move(to offset: Int) throws {
    let end = rows.offset + rows.text.count
    if offset > end || digested > end {
      // Parts were read elsewhere.
      guard offset >= digested else { throw Irregular() }
      rows.text = try file.read(digested..<offset)
      rows.offset = digested
      guard rows.text.count == offset - digested else { throw Irregular() }
    }
    rows.reader.position = offset - rows.offset
  }
}
