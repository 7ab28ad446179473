/// Protects text in a table that people open in spreadsheets.
///
/// A spreadsheet interprets a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula, which
/// a model's text must not become. Such a text gets a leading apostrophe, and so does one that begins with an
/// apostrophe. A program that reads the table removes one leading apostrophe to restore the text.
enum SpreadsheetText {
  /// The bytes that begin a formula.
  static let formulaMarks: [UInt8] = Array("=+-@\t\r".utf8)
  static let marks = formulaMarks + Array("'".utf8)

  /// The rule for readers of a table.
  static let note =
    "A text that begins with =, +, -, @, a tab, a carriage return or an apostrophe has an apostrophe before it. Remove one "
    + "to get the text back."

  static func guarded(_ text: String) -> String {
    text.utf8.first.map(marks.contains) ?? false ? "'" + text : text
  }
}
