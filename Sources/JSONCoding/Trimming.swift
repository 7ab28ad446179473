extension StringProtocol {
  /// The text without white space and line breaks at either end.
  package func trimmed() -> String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }

  /// Whether the text is empty or only white space.
  package var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension String {
  /// The text; nil for an empty one.
  package var nonEmpty: String? { isEmpty ? nil : self }
}

extension String? {
  /// The text; nil if it is nil or empty.
  package var nonEmpty: String? { flatMap(\.nonEmpty) }
}
