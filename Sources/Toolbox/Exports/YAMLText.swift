import JSONCoding

/// Writes JSON values as YAML 1.2 in block style, with every text in double quotes.
///
/// A text in double quotes is never taken for a number, a Boolean, a date or a reference.
enum YAMLText {
  /// An object as the lines of a document.
  static func document(_ object: JSONObject) -> String {
    object.members.map { "\(key($0.key)):\(value($0.value, indent: 0))\n" }.joined()
  }

  /// A value behind the colon of its key or the dash of its list.
  private static func value(_ value: JSONValue, indent: Int) -> String {
    let space = String(repeating: "  ", count: indent)
    switch value {
    case .object(let object) where !object.isEmpty:
      return object.members.map { "\n\(space)  \(key($0.key)):\(self.value($0.value, indent: indent + 1))" }.joined()
    case .array(let items) where !items.isEmpty:
      return items.map { "\n\(space)  - \(item($0, indent: indent + 1))" }.joined()
    default: return " \(scalar(value))"
    }
  }

  /// A value behind the dash of a list, whose first member stands on the line of the dash.
  private static func item(_ value: JSONValue, indent: Int) -> String {
    guard let object = value.objectValue, !object.isEmpty else {
      let text = self.value(value, indent: indent)
      return text.hasPrefix(" ") ? String(text.dropFirst()) : text
    }
    return object.members.enumerated().map { index, member in
      let start = index == 0 ? "" : "\n" + String(repeating: "  ", count: indent + 1)
      return "\(start)\(key(member.key)):\(self.value(member.value, indent: indent + 1))"
    }.joined()
  }

  private static func scalar(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    // An empty object or list is written as in JSON.
    default: value.text
    }
  }

  private static func key(_ key: String) -> String {
    let isPlain =
      key.utf8.first.map { $0 != UInt8(ascii: "-") } == true
      && key.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
          || byte == UInt8(ascii: "-")
      } && !words.contains(key.lowercased())
    return isPlain ? key : quoted(key)
  }

  /// Words that YAML 1.1 takes for other values than texts.
  private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  /// A text in double quotes, with escapes for what YAML does not print or takes for a line break.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\u{0}"..<" ", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A text as the lines of a comment.
  static func comment(_ text: String) -> String {
    // What YAML takes for a line break or does not print would end the comment or the file.
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.filter { $0 >= " " && !("\u{7F}"..."\u{9F}").contains($0) }))
    }
    return lines.map { "# \($0)\n" }.joined()
  }
}
