import JSONCoding
import Store

/// A dataset's columns and rows, read from CSV (RFC 4180) with a header.
///
/// The whole text is checked once and kept as bytes. A row's strings are created on demand, so 100,000 rows cost their
/// text and eight bytes each. A byte-order mark is skipped. If a text has no line break but contains the two characters
/// `\n`, these are read as line breaks. Column names are trimmed, values are not. Empty lines are skipped; an empty
/// value in a table of one column is written `""`. ``TableText`` converts tables that are written otherwise.
package struct CSVTable: Sendable, Equatable {
  package let columns: [String]
  /// The line of the header, counted from 1.
  let headerLine: Int
  private let delimiter: UInt8
  private let bytes: [UInt8]
  private let header: Range<Int>
  /// Offset of each row's first byte.
  private let rowStarts: [Int]

  package init(_ text: String) throws(EvaluationError) {
    try self.init(bytes: Array(text.utf8))
  }

  package init(bytes: [UInt8]) throws(EvaluationError) {
    try self.init(bytes: bytes, delimiter: ASCII.comma, allowsUnnamedEnd: false)
  }

  /// - Parameters:
  ///   - start: the offset at which the table begins, on the first line; nil for that behind a byte-order mark.
  ///   - allowsUnnamedEnd: whether the last columns may have no name.
  init(bytes: [UInt8], from start: Int? = nil, delimiter: UInt8, allowsUnnamedEnd: Bool) throws(EvaluationError) {
    let bytes = Self.withLineBreaks(bytes)
    let span = bytes.span
    var scanner = CSVScanner(position: start ?? Self.byteOrderMarkLength(of: bytes), delimiter: delimiter)
    guard scanner.moveToRecord(in: span) else { throw .emptyCSV }
    // A mark behind another one, or behind empty lines, is no part of the first column's name either.
    while bytes[scanner.position...].starts(with: Self.byteOrderMark) {
      scanner.position += Self.byteOrderMark.count
      guard scanner.moveToRecord(in: span) else { throw .emptyCSV }
    }

    let headerStart = scanner.position
    headerLine = scanner.line
    var columns: [String] = []
    _ = try Self.record(in: span, &scanner) { field in
      columns.append(Self.text(of: field, in: bytes).trimmed())
    }
    let named = allowsUnnamedEnd ? columns.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 1 : columns.count
    try Self.checkNames(columns.prefix(named), line: headerLine)
    self.header = headerStart..<scanner.position

    var rowStarts: [Int] = []
    while scanner.moveToRecord(in: span) {
      rowStarts.append(scanner.position)
      let line = scanner.line
      let fields = try Self.record(in: span, &scanner) { _ in }
      guard fields == columns.count else {
        throw .raggedRow(fields: fields, columns: columns.count, line: line, delimiter)
      }
    }
    guard !rowStarts.isEmpty else { throw .noRows }
    self.columns = columns
    self.rowStarts = rowStarts
    self.bytes = bytes
    self.delimiter = delimiter
  }

  package var rowCount: Int { rowStarts.count }

  /// Whether a NUL character (U+0000) is in the table, as one stored before they were refused can have.
  package var hasNUL: Bool { bytes.contains(0) }

  /// The line on which each row begins, counted from 1.
  var rowLines: [Int] {
    var (line, position) = (headerLine, header.lowerBound)
    return rowStarts.map { start in
      for index in position..<start
      where bytes[index] == ASCII.lineFeed
        || bytes[index] == ASCII.carriageReturn && (index + 1 == bytes.count || bytes[index + 1] != ASCII.lineFeed)
      {
        line += 1
      }
      position = start
      return line
    }
  }

  /// The line on which the header stands again, as between two tables in one text; nil if it does not.
  ///
  /// In a table of one column it may be a value.
  var lineOfSecondHeader: Int? {
    guard columns.count > 1 else { return nil }
    var line = bytes[header]
    while let last = line.last, Self.endsLine(last) { line.removeLast() }
    let index = rowStarts.firstIndex { start in
      let end = start + line.count
      return end <= bytes.count && bytes[start] == line.first && bytes[start..<end] == line
        && (end == bytes.count || Self.endsLine(bytes[end]))
    }
    return index.map { rowLines[$0] }
  }

  /// The values of a row, counted from 0, in the order of ``columns``.
  package func row(_ index: Int) -> [String] {
    let span = bytes.span
    var scanner = CSVScanner(position: rowStarts[index], delimiter: delimiter)
    return columns.indices.map { _ in Self.text(of: scanner.field(in: span), in: bytes) }
  }

  /// Whether a row has no value; blanks are none.
  func isBlank(row index: Int) -> Bool {
    // Most rows begin with a value, and need not be read.
    let first = bytes[rowStarts[index]]
    guard first == delimiter || first == ASCII.quote || !(0x21...0x7E).contains(first) else { return false }
    return row(index).allSatisfy(\.isBlank)
  }

  /// The position of a column with exactly this name.
  package func columnIndex(_ name: String) -> Int? { columns.firstIndex(of: name) }

  /// The table's text with the rows of another table behind its own rows, which keep their indices.
  ///
  /// - Precondition: both have the same columns, in any order.
  func bytes(appending other: CSVTable) -> [UInt8] {
    var output = bytes
    if let last = output.last, !Self.endsLine(last) { output.append(ASCII.lineFeed) }
    if other.columns == columns, other.delimiter == delimiter {
      output.append(contentsOf: other.bytes[other.rowStart(0)...])
    } else {
      let places = columns.compactMap(other.columnIndex)
      for index in 0..<other.rowCount {
        let values = other.row(index)
        CSVWriter.write(places.map { values[$0] }, to: &output)
      }
    }
    return output
  }

  /// The number of rows from an index on that also stand before it, value for value.
  func repeatedRows(from start: Int) -> Int {
    func hash(_ index: Int) -> UInt64 {
      var hasher = FNV1a()
      for value in row(index) { hasher.combine(part: value) }
      return hasher.hash
    }
    let added = (start..<rowCount).map(hash)
    var (sought, found) = (Set(added), Set<UInt64>())
    for index in 0..<start where !sought.isEmpty {
      if let hash = sought.remove(hash(index)) { found.insert(hash) }
    }
    return added.count { found.contains($0) }
  }

  // MARK: Pages

  /// A page of rows as CSV.
  package struct Page: Sendable, Equatable {
    /// The header and the rows, as in the dataset's text.
    package let csv: String
    package let rows: Range<Int>
  }

  /// The rows from an offset on, as many as fit.
  ///
  /// - Parameters:
  ///   - limit: the largest number of rows.
  ///   - maxBytes: the largest size of the CSV text in UTF-8. A page has at least one row, even a longer one.
  package func page(offset: Int = 0, limit: Int = .max, maxBytes: Int = .max) -> Page {
    let first = min(max(offset, 0), rowCount)
    let most = first + min(max(limit, 0), rowCount - first)
    let lineBreak = header.upperBound > header.lowerBound && Self.endsLine(bytes[header.upperBound - 1]) ? 0 : 1
    let room = maxBytes - header.count - lineBreak
    var end = first
    while end < most, end == first || rowStart(end + 1) - rowStart(first) <= room { end += 1 }
    var output = Array(bytes[header])
    output.append(contentsOf: bytes[rowStart(first)..<rowStart(end)])
    return Page(csv: String(decoding: output, as: UTF8.self), rows: first..<end)
  }

  private func rowStart(_ index: Int) -> Int { index < rowCount ? rowStarts[index] : bytes.count }

  static func endsLine(_ byte: UInt8) -> Bool { byte == ASCII.lineFeed || byte == ASCII.carriageReturn }

  // MARK: Reading

  /// Reads one record and returns the number of its fields.
  private static func record(
    in span: Span<UInt8>, _ scanner: inout CSVScanner, each: (CSVScanner.Field) -> Void
  ) throws(EvaluationError) -> Int {
    var count = 0
    while true {
      let line = scanner.line
      let field = scanner.field(in: span)
      switch field.fault {
      case .openQuote: throw .openQuote(line: line)
      case .textAfterQuote: throw .textAfterQuote(line: scanner.line)
      case nil: break
      }
      count += 1
      each(field)
      if field.endsRecord { return count }
    }
  }

  private static func checkNames(_ columns: ArraySlice<String>, line: Int) throws(EvaluationError) {
    var seen: Set<String> = []
    for (index, name) in columns.enumerated() {
      if name.isEmpty { throw .emptyColumnName(column: index + 1, line: line) }
      if !seen.insert(name).inserted { throw .duplicateColumn(name, line: line) }
    }
  }

  private static func text(of field: CSVScanner.Field, in bytes: [UInt8]) -> String {
    guard field.hasDoubledQuotes else { return String(decoding: bytes[field.range], as: UTF8.self) }
    var content: [UInt8] = []
    var position = field.range.lowerBound
    while position < field.range.upperBound {
      content.append(bytes[position])
      position += bytes[position] == ASCII.quote ? 2 : 1
    }
    return String(decoding: content, as: UTF8.self)
  }

  static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  static func byteOrderMarkLength(of bytes: [UInt8]) -> Int {
    bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
  }

  /// The bytes, with the characters `\n` and `\r\n` replaced by line feeds if there is no line break.
  private static func withLineBreaks(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.contains(where: endsLine) else { return bytes }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let rest = bytes[position...]
      let length = rest.starts(with: #"\r\n"#.utf8) ? 4 : rest.starts(with: #"\n"#.utf8) ? 2 : 0
      output.append(length > 0 ? ASCII.lineFeed : bytes[position])
      position += max(length, 1)
    }
    return output
  }
}
