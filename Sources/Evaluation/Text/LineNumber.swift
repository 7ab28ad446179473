import JSONCoding

extension [UInt8] {
  /// The line of a byte of a text, counted from 1; that of the end for an offset behind it.
  func line(at offset: Int) -> Int { self[..<Swift.min(offset, count)].count { $0 == ASCII.lineFeed } + 1 }
}
