/// Writes any text so that XML 1.0 can hold it.
///
/// XML has no way to write most control characters, not even as references, so they become U+FFFD. Line ends and tabs are
/// written as references where a parser would change them.
enum XMLText {
  /// The text between two tags.
  static func content(_ text: String) -> String { escaped(text) { $0 == "\r" } }

  /// The value of an attribute, without its quotation marks.
  static func attribute(_ text: String) -> String { escaped(text) { ["\t", "\n", "\r"].contains($0) } }

  private static func escaped(_ text: String, isReferenced: (Unicode.Scalar) -> Bool) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;".unicodeScalars
      case "<": escaped += "&lt;".unicodeScalars
      case ">": escaped += "&gt;".unicodeScalars
      case "\"": escaped += "&quot;".unicodeScalars
      case _ where isReferenced(scalar): escaped += "&#\(scalar.value);".unicodeScalars
      case _ where isCharacter(scalar): escaped.append(scalar)
      default: escaped.append("\u{fffd}")
      }
    }
    return String(escaped)
  }

  /// The production `Char` of XML 1.0.
  private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xa, 0xd, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
    default: false
    }
  }
}
