/// Text of any kind as a part of Markdown that it cannot break out of.
enum Markdown {
  private static let longestLine = 200
  private static let marks = "\\`*_[]<>|#".unicodeScalars

  /// A text in a heading or a table's cell: one line, without what would end the cell or begin a mark.
  static func line(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    // By code points: with an accent on it a mark is another character, and still a mark.
    for character in Clipping.clip(text, to: longestLine) {
      for scalar in character.isNewline ? " ".unicodeScalars : character.unicodeScalars {
        if marks.contains(scalar) { line.append("\\") }
        line.append(scalar)
      }
    }
    return String(line)
  }

  /// A text as it stands, between fences longer than any in it.
  static func fenced(_ text: String) -> String {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)text\n\(text)\n\(fence)"
  }

  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let lines = [header, header.map { _ in "---" }] + rows
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
