import JSONCoding

/// The faults of a CSV text, with their line, counted from 1, where there is one.
extension EvaluationError {
  static let emptyCSV = EvaluationError(
    "The CSV is empty: it needs a header line with the column names and at least one row.")
  /// A text that is the name of a file.
  static func pathForTable(_ text: String) -> Self {
    EvaluationError(
      "\"\(text.clipped(to: 100))\" is the name of a file. Name it as path (to append, as append_path), or give the text "
        + "that it contains.")
  }

  static let noRows = EvaluationError("The CSV has a header but no row: add at least one line of data.")

  static func emptyColumnName(column: Int, line: Int) -> Self {
    EvaluationError("Line \(line): column \(column) of the header has no name.")
  }

  /// A column has a value and no name.
  static func unnamedColumn(_ column: Int, line: Int, row: Int) -> Self {
    EvaluationError("Line \(line): column \(column) of the header has no name, but row \(row) has a value there.")
  }

  static func duplicateColumn(_ name: String, line: Int) -> Self {
    EvaluationError("Line \(line): the column \"\(name)\" is in the header twice.")
  }

  /// - Parameter delimiter: the byte between fields.
  static func raggedRow(fields: Int, columns: Int, line: Int, _ delimiter: UInt8 = ASCII.comma) -> Self {
    let name = TableText.Delimiter(rawValue: delimiter)?.name ?? "\"\(UnicodeScalar(delimiter))\""
    return EvaluationError(
      "Line \(line) has \(fields) field\(fields == 1 ? "" : "s"), the header has \(columns). "
        + (fields > columns ? "Put fields that contain \(name) in double quotes." : "Every row needs all fields."))
  }

  /// A quote is opened on the line and never closed.
  static func openQuote(line: Int) -> Self {
    EvaluationError("Line \(line): a double quote is opened and never closed.")
  }

  static func textAfterQuote(line: Int) -> Self {
    EvaluationError(
      "Line \(line): there is text after a closing double quote. A quote inside a quoted field is written twice.")
  }
}
