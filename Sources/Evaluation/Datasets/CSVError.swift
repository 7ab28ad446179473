import JSONCoding

/// Why a text is not a dataset, with the line, counted from 1, where there is one.
package enum CSVError: ClientFacingError, Sendable, Equatable {
  /// There is no header.
  case empty
  /// There is a header and nothing else.
  case noRows
  case emptyColumnName(column: Int, line: Int)
  case duplicateColumn(String, line: Int)
  case raggedRow(fields: Int, columns: Int, line: Int)
  /// A quote is opened on the line and never closed.
  case openQuote(line: Int)
  case textAfterQuote(line: Int)

  package var description: String {
    switch self {
    case .empty: "The CSV is empty: it needs a header line with the column names and at least one row."
    case .noRows: "The CSV has a header but no row: add at least one line of data."
    case .emptyColumnName(let column, let line): "Line \(line): column \(column) of the header has no name."
    case .duplicateColumn(let name, let line): "Line \(line): the column \"\(name)\" is in the header twice."
    case .raggedRow(let fields, let columns, let line):
      "Line \(line) has \(Self.count(fields, "field")), the header has \(columns). "
        + (fields > columns ? "Put fields that contain commas in double quotes." : "Every row needs all fields.")
    case .openQuote(let line): "Line \(line): a double quote is opened and never closed."
    case .textAfterQuote(let line):
      "Line \(line): there is text after a closing double quote. A quote inside a quoted field is written twice."
    }
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
