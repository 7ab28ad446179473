import JSONCoding

/// Reads the entries of the journal at the end of a file, where a crash may have truncated the last one.
struct JournalReader {
  /// The result of reading a journal.
  struct Result {
    var tail: JournalTail
    /// Whether an incomplete last entry was left out.
    var isTorn = false
    /// Whether the closing bracket of the journal was read.
    var isClosed = false
  }

  /// Reads and applies entries up to the journal's closing bracket or to the end of a truncated text.
  ///
  /// - Parameter tail: nil if the position is at the journal's opening bracket; otherwise the tail after an entry.
  /// - Throws: ``LoadFailure`` or `JSONError` for a text that is damaged rather than truncated.
  static func read(with tablesReader: inout TablesReader, goingOnAt tail: JournalTail? = nil) throws -> Result {
    let text = tablesReader.text
    let bytes = text.span
    var first = tail == nil
    let start = tablesReader.reader.position
    var result = Result(tail: tail ?? JournalTail(start: start + 1, end: start + 1, isEmpty: true))
    while true {
      let changes: [TablesReader.Change]
      do {
        guard try tablesReader.reader.nextElement(in: bytes, first: &first) else {
          result.isClosed = true
          return result
        }
        changes = try tablesReader.readEntry()
      } catch let error as JSONError {
        result.isTorn = !isBlank(bytes, from: result.tail.end)
        guard !result.isTorn || isTornEntry(bytes, behind: result.tail) else { throw error }
        return result
      }
      for change in changes { try change(&tablesReader.tables) }
      result.tail = JournalTail(start: result.tail.start, end: tablesReader.reader.position, isEmpty: false)
    }
  }

  /// As ``read(with:goingOnAt:)``, and checks that the document ends behind the journal.
  static func readToEnd(with tablesReader: inout TablesReader, goingOnAt tail: JournalTail? = nil) throws -> Result {
    let text = tablesReader.text
    let bytes = text.span
    var journal = try read(with: &tablesReader, goingOnAt: tail)
    guard journal.isClosed else { return journal }
    tablesReader.reader.skipWhitespace(in: bytes)
    // A file that only lacks its closing brackets has lost nothing.
    guard tablesReader.reader.position < bytes.count else { return journal }
    var first = false
    if let key = try tablesReader.reader.nextKey(in: bytes, first: &first) {
      throw LoadFailure(offset: key.offset, "the member \"\(key.key)\" follows the journal")
    }
    tablesReader.reader.skipWhitespace(in: bytes)
    journal.isTorn = isUnwritten(from: tablesReader.reader.position, in: bytes, at: tablesReader.offset)
    if !journal.isTorn { try tablesReader.reader.end(in: bytes) }
    return journal
  }

  /// Whether the file ends in zeros: the file system grew it for an entry, and the crash came before the data.
  /// - Parameter offset: that of the bytes in their file.
  private static func isUnwritten(from start: Int, in bytes: Span<UInt8>, at offset: Int) -> Bool {
    guard start < bytes.count else { return false }
    // Blocks are multiples of 512 bytes, and the last one may have been almost full.
    let end = min(start + 16, ((offset + start) / 512 + 1) * 512 - offset, bytes.count)
    return (start..<end).allSatisfy { bytes[$0] == 0 }
  }

  /// Whether the text after the last whole entry is an incompletely written entry.
  ///
  /// It begins like an entry of this program. A write is one line, including the closing brackets. So an incomplete one
  /// is the last line and has no end, unless the file system reserved later blocks without filling them.
  private static func isTornEntry(_ bytes: Span<UInt8>, behind tail: JournalTail) -> Bool {
    let openings = tail.isEmpty ? [tail.opening] : [JournalTail.separator, JournalTail.separatorInBatch]
    guard openings.contains(where: { stands($0 + [ASCII.openBrace], at: tail.end, in: bytes) }) else { return false }
    let lastLineEnd = bytes.count - JournalTail.closing.count
    var zeros = 0
    var (hasGap, hasEnd) = (false, false)
    for index in tail.end + tail.opening.count..<max(tail.end + tail.opening.count, bytes.count) {
      zeros = bytes[index] == 0 ? zeros + 1 : 0
      if zeros == 16 { hasGap = true }
      if bytes[index] == ASCII.lineFeed {
        if index < lastLineEnd { return false }
        hasEnd = true
      }
    }
    return hasGap || !hasEnd
  }

  /// Whether a text is at a position, as far as the bytes reach and were written.
  private static func stands(_ text: [UInt8], at start: Int, in bytes: Span<UInt8>) -> Bool {
    text.indices.allSatisfy { index in
      let place = start + index
      return place >= bytes.count || bytes[place] == text[index] || bytes[place] == 0
    }
  }

  private static func isBlank(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    (start..<bytes.count).allSatisfy { isWhitespace(bytes[$0]) }
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.tab
  }
}
