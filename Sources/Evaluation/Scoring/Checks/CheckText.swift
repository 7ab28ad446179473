import JSONCoding

/// How checks and scorers compare texts.
enum CheckText {
  /// The text with one kind of line breaks, in lower case if case does not count.
  static func comparable(_ text: String, isCaseSensitive: Bool = true) -> String {
    // "\r\n" is a single character.
    let text =
      text.utf8.contains(UInt8(ascii: "\r"))
      ? String(text.map { $0 == "\r\n" || $0 == "\r" ? "\n" : $0 }) : text
    return isCaseSensitive ? text : text.lowercased()
  }

  /// A text of JSON with sorted keys and numbers in one notation; nil for other texts.
  static func canonicalJSON(_ text: String) -> String? {
    do { return try JSONValue(parsing: text).canonical.text } catch { return nil }
  }

  static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  /// The words of a text in lower case, without punctuation.
  static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }
  }

  /// Whether a text contains another; every text contains the empty one.
  static func contains(_ text: String, _ part: String) -> Bool {
    // Other texts can be written in several ways in Unicode.
    guard isASCII(text), isASCII(part) else { return text.contains(part) }
    let (bytes, wanted) = (Array(text.utf8), Array(part.utf8))
    guard let first = wanted.first else { return true }
    guard wanted.count <= bytes.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { start in
      bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
    }
  }

  /// A text in quotes for a sentence.
  static func quoted(_ text: String) -> String { "\"\(text.shown)\"" }

  /// `"a"`, or `any of "a", "b"` with the first five.
  static func quoted(anyOf texts: [String]) -> String {
    texts.count == 1 ? quoted(texts[0]) : "any of \(texts.prefix(5).map(quoted).joined(separator: ", "))"
  }
}

extension Double {
  /// The number without an exponent where that is short, and without a fraction where it has none.
  var plainText: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}
