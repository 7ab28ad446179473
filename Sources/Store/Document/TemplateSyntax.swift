/// The syntax of template variables, shared by templates and the upgrades of stored ones.
package enum TemplateSyntax {
  /// The variable that starts at the position, and the offset after it.
  ///
  /// A variable is two opening braces, a name and two closing braces. A name has at least one visible character and
  /// contains no brace or line break; white space and invisible characters at its ends are ignored.
  package static func variable(in bytes: [UInt8], at position: Int) -> (name: String, end: Int)? {
    let open = UInt8(ascii: "{")
    let close = UInt8(ascii: "}")
    guard position + 1 < bytes.count, bytes[position] == open, bytes[position + 1] == open else { return nil }
    let start = position + 2
    guard let end = bytes[start...].firstIndex(where: { $0 == open || $0 == close }),
      bytes[end] == close, end + 1 < bytes.count, bytes[end + 1] == close
    else { return nil }
    let name = String(decoding: bytes[start..<end], as: UTF8.self).withoutInvisibleEnds()
    guard !name.isEmpty, !name.contains(where: \.isNewline) else { return nil }
    return (name, end + 2)
  }

  /// A text with the backslashes before each variable replaced.
  ///
  /// - Parameter count: maps the old number of backslashes to the new one.
  static func replacingBackslashes(in text: String, with count: (Int) -> Int) -> String {
    let backslash = UInt8(ascii: "\\")
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var backslashes = 0
    var position = 0
    while position < bytes.count {
      guard let (_, end) = variable(in: bytes, at: position) else {
        backslashes = bytes[position] == backslash ? backslashes + 1 : 0
        result.append(bytes[position])
        position += 1
        continue
      }
      result.removeLast(backslashes)
      result += [UInt8](repeating: backslash, count: count(backslashes))
      result += bytes[position..<end]
      (backslashes, position) = (0, end)
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension String {
  /// The text without white space and invisible characters, such as a zero-width space, at either end.
  fileprivate func withoutInvisibleEnds() -> String {
    func isVisible(_ character: Character) -> Bool {
      !character.isWhitespace && !character.unicodeScalars.allSatisfy(\.properties.isDefaultIgnorableCodePoint)
    }
    guard let first = firstIndex(where: isVisible), let last = lastIndex(where: isVisible) else { return "" }
    return String(self[first...last])
  }
}
