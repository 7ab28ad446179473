import JSONCoding

/// A table as spreadsheets and people write it, converted to CSV.
///
/// A text that ``CSVTable`` reads as it stands is kept, byte for byte. Recognized besides: semicolons and tabs between
/// the fields, a first line `sep=;`, columns and rows without any value, and JSON (``JSONRows``). A table of blanks has
/// no meaning for a run: its rows would be paid for and scored.
package struct TableText: Sendable {
  /// The text as CSV, in UTF-8.
  package let bytes: [UInt8]
  package let table: CSVTable
  /// What was recognized and what was left out, in sentences.
  package let notes: [String]
  /// What is probably wrong with the text, in sentences.
  package let warnings: [String]
  /// The table as it is written, with the rows that are left out.
  private let written: CSVTable
  private let blank: Set<Int>

  /// What a line is that repeats the header, as between two tables in one text.
  ///
  /// It can also be a row, whose values are the names of the columns.
  package enum SecondHeader: Sendable {
    /// A row, because a program has written the text.
    case row
    /// Probably a mistake, which a warning tells: only the author knows.
    case told
    /// A mistake, because rows to append are often several tables one after the other.
    case refused
  }

  /// A byte between the fields of a record.
  enum Delimiter: UInt8, CaseIterable {
    case comma = 0x2c
    case semicolon = 0x3b
    case tab = 0x09

    var name: String {
      switch self {
      case .comma: "commas"
      case .semicolon: "semicolons"
      case .tab: "tabs"
      }
    }
  }

  /// The line of each row in the text, counted from 1; not for JSON.
  var rowLines: [Int] {
    written.rowLines.enumerated().lazy.filter { !blank.contains($0.offset) }.map(\.element)
  }

  /// The text as CSV.
  package var csv: String { String(decoding: bytes, as: UTF8.self) }

  /// A text that a caller gives.
  package init(
    _ text: String, format: TableFormat = .auto, secondHeader: SecondHeader = .told
  ) throws(EvaluationError) {
    let bytes = Array(text.utf8)
    try Self.checkPath(text, bytes)
    try self.init(bytes: bytes, format: format, secondHeader: secondHeader)
  }

  /// - Parameter text: UTF-8.
  init(
    bytes text: [UInt8], format: TableFormat = .auto, secondHeader: SecondHeader = .told
  ) throws(EvaluationError) {
    if let index = text.firstIndex(of: 0) {
      throw EvaluationError(
        "Line \(text.line(at: index)) has a NUL character (U+0000), which a table cannot hold. Leave it out.")
    }
    if format.mayBeJSON, let rows = try JSONRows(text) {
      (bytes, notes) = (rows.csv, ["Read as \(rows.format)."])
      warnings = LostLetters.warnings(on: text, hasEscapes: true)
      table = try CSVTable(bytes: bytes)
      (written, self.blank) = (table, [])
      return
    }
    var warnings = LostLetters.warnings(on: text, hasEscapes: false)
    if format.mustBeJSON {
      throw EvaluationError("It is not JSON: \(format.rawValue) has an object for each row, one a line or in an array.")
    }
    var notes: [String] = []
    let raw = try Self.table(text, format.delimiter, noting: &notes)
    if secondHeader != .row, let line = raw.lineOfSecondHeader {
      guard secondHeader == .told else {
        throw EvaluationError(
          "Line \(line) repeats the header, so another table begins there. Leave that line out, or give one table at a "
            + "time.")
      }
      warnings.append(
        "Line \(line) repeats the header and was read as a row. If another table begins there, leave that line out.")
    }
    self.warnings = warnings
    let columns = raw.columns.prefix { !$0.isEmpty }.count
    let blank = columns > 1 ? (0..<raw.rowCount).filter(raw.isBlank) : []
    try Self.checkUnnamed(raw, from: columns)
    if columns < raw.columns.count { notes.append("Columns without a name and without values were left out.") }
    if !blank.isEmpty {
      notes.append(
        blank.count == 1 ? "A row without values was left out." : "\(blank.count) rows without values were left out.")
    }
    self.notes = notes
    (written, self.blank) = (raw, Set(blank))
    if notes.isEmpty {
      (bytes, table) = (text, raw)
    } else {
      let isBlank = self.blank
      let rows = (0..<raw.rowCount).lazy.filter { !isBlank.contains($0) }.map { Array(raw.row($0).prefix(columns)) }
      guard blank.count < raw.rowCount else { throw .noRows }
      bytes = CSVWriter.bytes(columns: Array(raw.columns.prefix(columns)), rows: rows)
      table = try CSVTable(bytes: bytes)
    }
  }

  // MARK: Delimiters

  /// - Parameter given: the delimiter, if the caller names it.
  private static func table(
    _ bytes: [UInt8], _ given: Delimiter?, noting notes: inout [String]
  ) throws(EvaluationError) -> CSVTable {
    if let given {
      notes.append("Its fields are separated by \(given.name).")
      return try CSVTable(bytes: bytes, delimiter: given.rawValue, allowsUnnamedEnd: true)
    }
    if let (delimiter, start) = declaredDelimiter(bytes) {
      let name = Delimiter(rawValue: delimiter)?.name ?? "\"\(UnicodeScalar(delimiter))\""
      notes.append("Its fields are separated by \(name), as its first line says.")
      return try CSVTable(bytes: bytes, from: start, delimiter: delimiter, allowsUnnamedEnd: true)
    }
    // Commas unless they separate nothing, and the reading with the most columns then.
    let commas = Reading(bytes, .comma)
    if commas.columns > 1 { return try commas.result.get() }
    let others = Delimiter.allCases.dropFirst().map { Reading(bytes, $0) }
    let best = others.filter { $0.columns > 1 }.max { $0.columns < $1.columns } ?? commas.better(others)
    guard let best else { return try commas.result.get() }
    notes.append("Its fields are separated by \(best.delimiter.name).")
    return try best.result.get()
  }

  /// The table as one delimiter gives it.
  private struct Reading {
    let delimiter: Delimiter
    let result: Result<CSVTable, EvaluationError>
    /// The number of fields in the header.
    let headerFields: Int
    /// Whether the delimiter stands behind the first line as well.
    let isRepeated: Bool

    init(_ bytes: [UInt8], _ delimiter: Delimiter) {
      self.delimiter = delimiter
      result = Result { () throws(EvaluationError) in
        try CSVTable(bytes: bytes, delimiter: delimiter.rawValue, allowsUnnamedEnd: true)
      }
      headerFields = CSVScanner.fieldsOfFirstRecord(in: bytes, delimiter: delimiter.rawValue)
      isRepeated = bytes.drop { $0 != ASCII.lineFeed && $0 != ASCII.carriageReturn }.contains(delimiter.rawValue)
    }

    /// The number of columns; 0 if the text cannot be read.
    var columns: Int {
      guard case .success(let table) = result else { return 0 }
      return table.columns.count
    }

    /// The reading whose header has several fields, where this one's has one: its fault is the text's.
    func better(_ others: some Sequence<Reading>) -> Reading? {
      headerFields == 1 ? others.first { $0.headerFields > 1 && $0.isRepeated } : nil
    }
  }

  /// The delimiter of a first line such as `sep=;`, which Excel writes and reads, and the offset of the next line.
  private static func declaredDelimiter(_ bytes: [UInt8]) -> (delimiter: UInt8, start: Int)? {
    let start = CSVTable.byteOrderMarkLength(of: bytes)
    var line = bytes[start...].prefix { $0 != ASCII.lineFeed && $0 != ASCII.carriageReturn }
    let end = line.endIndex
    if line.first == ASCII.quote, line.last == ASCII.quote, line.count > 2 { line = line.dropFirst().dropLast() }
    guard line.count == 5, line.dropLast().elementsEqual("sep=".utf8), let delimiter = line.last else { return nil }
    guard delimiter != ASCII.quote, delimiter < 0x80 else { return nil }
    return (delimiter, end)
  }

  // MARK: Checks

  /// Rejects values in columns at the end that have no name.
  private static func checkUnnamed(_ table: CSVTable, from column: Int) throws(EvaluationError) {
    guard column < table.columns.count else { return }
    for row in 0..<table.rowCount where !table.row(row)[column...].allSatisfy(\.isBlank) {
      throw .unnamedColumn(column + 1, line: table.headerLine, row: row + 1)
    }
  }

  /// Rejects the name of a file.
  private static func checkPath(_ text: String, _ bytes: [UInt8]) throws(EvaluationError) {
    guard bytes.count < 4_096, !bytes.contains(ASCII.lineFeed), !bytes.contains(ASCII.carriageReturn),
      !text.contains(#"\n"#)
    else { return }
    let endings = [".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".xls", ".ods", ".parquet"]
    let name = text.trimmed().lowercased()
    if endings.contains(where: name.hasSuffix) { throw .pathForTable(text.trimmed()) }
  }
}
