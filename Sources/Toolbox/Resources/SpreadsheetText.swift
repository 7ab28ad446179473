/// Protects text in a table that people open in spreadsheets.
///
/// A spreadsheet interprets a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula, which
/// a model's text must not become. Such a text gets a leading apostrophe, and so does one that begins with an
/// apostrophe. A program that reads the table removes one leading apostrophe to restore the text.
enum SpreadsheetText {
  static let marks: [UInt8] = Array("=+-@\t\r'".utf8)

  static func guarded(_ text: String) -> String {
    text.utf8.first.map(marks.contains) ?? false ? "'" + text : text
  }
}
