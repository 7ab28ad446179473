import JSONCoding

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Splits a stream of bytes into lines, independent of how it arrives.
///
/// A line ends with LF or CRLF; the last line may also end with the stream. A byte-order mark at the start of a line is
/// dropped, and blank lines are skipped. A line beyond the limit is reported once and skipped up to the next line feed,
/// without being kept. Every byte is examined once.
struct LineSplitter {
  /// The longest line of a connection: 64 MiB.
  static let defaultLimit = 64 << 20

  private let limit: Int
  /// The beginning of an incomplete line.
  private var carry: [UInt8] = []
  private var isSkipping = false

  /// - Parameter limit: the length of the longest line in bytes, without its line feed.
  init(limit: Int = LineSplitter.defaultLimit) {
    self.limit = limit
  }

  /// Processes the next bytes of the stream.
  /// - Parameters:
  ///   - line: called for each complete line, which has at least one byte other than white space.
  ///   - overlong: called for each line beyond the limit, in order with the others.
  mutating func split(_ bytes: Span<UInt8>, line: (Span<UInt8>) -> Void, overlong: () -> Void) {
    var start = 0
    while let end = Self.lineFeed(in: bytes, from: start) {
      let piece = bytes.extracting(start..<end)
      start = end + 1
      if isSkipping {
        isSkipping = false
      } else if carry.count + piece.count > limit {
        discardCarry()
        overlong()
      } else if carry.isEmpty {
        Self.emit(piece, line)
      } else {
        append(piece)
        Self.emit(carry.span, line)
        discardCarry()
      }
    }
    if isSkipping || start == bytes.count { return }
    if carry.count + bytes.count - start > limit {
      isSkipping = true
      discardCarry()
      overlong()
    } else {
      append(bytes.extracting(start..<bytes.count))
    }
  }

  /// Ends the stream and its last line.
  mutating func finish(line: (Span<UInt8>) -> Void) {
    Self.emit(carry.span, line)
    discardCarry()
  }

  private mutating func append(_ piece: Span<UInt8>) {
    unsafe piece.withUnsafeBufferPointer { unsafe carry.append(contentsOf: $0) }
  }

  private mutating func discardCarry() {
    // The memory of one large message must not be held for the rest of the process's life.
    carry.removeAll(keepingCapacity: carry.capacity <= 1 << 20)
  }

  private static func emit(_ text: Span<UInt8>, _ line: (Span<UInt8>) -> Void) {
    let hasMark = text.count >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf
    let content = text.extracting((hasMark ? 3 : 0)..<text.count)
    for index in content.indices where !isWhitespace(content[index]) { return line(content) }
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.tab || byte == ASCII.carriageReturn
  }

  private static func lineFeed(in bytes: Span<UInt8>, from start: Int) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, start < buffer.count else { return nil }
      guard let found = unsafe memchr(base + start, Int32(ASCII.lineFeed), buffer.count - start) else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}
