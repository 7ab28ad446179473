import JSONCoding

/// Reads the entries of a journal that stands at the end of its file, where a crash may have torn the last one.
struct JournalReader {
  /// What was read.
  struct Result {
    var tail: JournalTail
    /// Whether a last, incomplete entry was left out.
    var isTorn = false
    /// Whether the bracket that closes the journal was read.
    var isClosed = false
  }

  /// Reads entries up to the journal's closing bracket or to where the text was torn, and makes their changes.
  ///
  /// - Parameter tail: nil with the position at the journal's opening bracket; else where it is behind an entry.
  /// - Throws: ``LoadFailure`` or `JSONError` for a text that is damaged rather than torn.
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

  /// Whether what follows the last whole entry is one that was not written to its end.
  ///
  /// It begins as only this program begins an entry. A write is one line with the closing brackets behind it, so a torn
  /// one is the last line and has no end, unless blocks before its end were set aside by the system but not filled.
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

  /// Whether a text stands at a place, as far as the bytes go and were written.
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
