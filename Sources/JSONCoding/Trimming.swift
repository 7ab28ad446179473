extension StringProtocol {
  /// The text without white space and line breaks at either end.
  package func trimmed() -> String {
    // Most texts have nothing to remove, and bytes are much faster to look at than characters.
    if let first = utf8.first, isPrintedASCII(first), let last = utf8.suffix(1).first, isPrintedASCII(last) {
      return String(self)
    }
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }

  /// Whether the text is empty or only white space.
  package var isBlank: Bool {
    // Most texts begin with a printed character of ASCII, which needs no look at Unicode's tables.
    if let first = utf8.first, isPrintedASCII(first) { return false }
    return allSatisfy(\.isWhitespace)
  }
}

extension String {
  /// The text; nil for an empty one.
  package var nonEmpty: String? { isEmpty ? nil : self }

  /// The text; nil if it is blank.
  package var nonBlank: String? { isBlank ? nil : self }
}

extension String? {
  /// The text; nil if it is nil or empty.
  package var nonEmpty: String? { flatMap(\.nonEmpty) }
}

private func isPrintedASCII(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }
