/// Escapes any text so that it cannot break out of its place in Markdown.
enum Markdown {
  private static let longestLine = 200
  private static let longestText = 1_000
  private static let marks = "\\`*_[]<>|#&".unicodeScalars

  /// A text for a heading or table cell: one line, without characters that would end the cell or act as markup.
  static func line(_ text: String) -> String { paragraph(Clipping.clip(text, to: longestLine)) }

  /// As ``line(_:)`` for sentences, of which a report shows more.
  static func text(_ text: String) -> String { paragraph(Clipping.clip(text, to: longestText)) }

  /// A text of any length as one line, without characters that would act as markup.
  static func paragraph(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    // By code points, because an accented mark is a different character but still a mark.
    for character in text {
      for scalar in character.isNewline ? " ".unicodeScalars : character.unicodeScalars {
        if marks.contains(scalar) { line.append("\\") }
        line.append(scalar)
      }
    }
    return String(line)
  }

  /// A text unchanged, between fences longer than any in it.
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
