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
        guard isTorn(bytes, from: result.tail.end) else { throw error }
        result.isTorn = !isBlank(bytes, from: result.tail.end)
        return result
      }
      for change in changes { try change(&tablesReader.tables) }
      result.tail = JournalTail(start: result.tail.start, end: tablesReader.reader.position, isEmpty: false)
    }
  }

  /// Whether what follows the last whole entry is one that was not written to its end.
  ///
  /// An entry is one line and the closing brackets are written with it, so a torn one is the last line and leaves the
  /// document open; or it ends in blocks that the system had set aside but not filled.
  private static func isTorn(_ bytes: Span<UInt8>, from end: Int) -> Bool {
    var start = end
    while start < bytes.count, bytes[start] == ASCII.comma || isWhitespace(bytes[start]) { start += 1 }
    let closing = JournalTail.closing
    let lastLineEnd = bytes.count - closing.count
    var zeros = 0
    for index in start..<max(start, bytes.count) {
      if bytes[index] == 0 { zeros += 1 } else if zeros < 16 { zeros = 0 }
      if bytes[index] == ASCII.lineFeed && index < lastLineEnd { return false }
    }
    if zeros >= 16 { return true }
    return !(bytes.count >= closing.count && (0..<closing.count).allSatisfy { bytes[lastLineEnd + $0] == closing[$0] })
  }

  private static func isBlank(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    (start..<bytes.count).allSatisfy { isWhitespace(bytes[$0]) }
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.tab
  }
}
