/// Text in a table that people open in spreadsheets.
///
/// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, and what a
/// model wrote must not become one. Such a text gets an apostrophe in front, and so does one that begins with an
/// apostrophe: whoever reads the table with a program takes one leading apostrophe off and has the text as it was.
enum SpreadsheetText {
  static let marks: [UInt8] = Array("=+-@\t\r'".utf8)

  static func guarded(_ text: String) -> String {
    text.utf8.first.map(marks.contains) ?? false ? "'" + text : text
  }
}
