import JSONCoding

extension [UInt8] {
  /// As of its span.
  func line(at offset: Int) -> Int { span.line(at: offset) }
}

extension Span<UInt8> {
  /// The line of a byte of a text, counted from 1; that of the end for an offset behind it.
  ///
  /// A line ends with a line feed, a carriage return, or both.
  func line(at offset: Int) -> Int {
    var line = 1
    for index in 0..<min(offset, count) {
      switch self[index] {
      case ASCII.lineFeed: line += 1
      case ASCII.carriageReturn where index + 1 == count || self[index + 1] != ASCII.lineFeed: line += 1
      default: break
      }
    }
    return line
  }
}
