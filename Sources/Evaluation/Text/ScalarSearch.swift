/// Searches by code points.
///
/// A mark such as U+0600 makes one character with the brace behind it, so a search by characters does not find the brace.
extension StringProtocol {
  /// Whether the code points of a text are in this one.
  package func containsScalars(of text: String) -> Bool { firstRangeOfScalars(of: text) != nil }

  /// Where the code points of a text are for the first time.
  package func firstRangeOfScalars(of text: String) -> Range<Index>? {
    let wanted = Array(text.utf8)
    // A search in the bytes takes a small part of the time of one in a view.
    guard !wanted.isEmpty,
      let found = utf8.withContiguousStorageIfAvailable({ unsafe Self.offset(of: wanted, in: $0.span) })
    else { return utf8.firstRange(of: text.utf8) }
    return found.map { offset in
      let start = utf8.index(startIndex, offsetBy: offset)
      return start..<utf8.index(start, offsetBy: wanted.count)
    }
  }

  private static func offset(of wanted: [UInt8], in bytes: Span<UInt8>) -> Int? {
    var start = 0
    while start + wanted.count <= bytes.count {
      if wanted.indices.allSatisfy({ bytes[start + $0] == wanted[$0] }) { return start }
      start += 1
    }
    return nil
  }
}
