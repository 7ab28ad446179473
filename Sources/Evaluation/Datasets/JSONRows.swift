import JSONCoding

/// Rows that are written as JSON objects, one a line (JSON Lines) or in an array, as CSV.
///
/// The columns are the keys in the order in which they first appear. A missing member and null are empty values; a
/// Boolean, an array or an object stands as JSON text, and a number as it is written. Rows are written as they are read,
/// so that a long text costs little more than its CSV.
struct JSONRows {
  /// "JSON Lines" or "a JSON array".
  let format: String
  /// The rows as CSV, in UTF-8.
  let csv: [UInt8]

  /// - Returns: nil for a text that is not JSON.
  /// - Throws: ``EvaluationError`` for JSON that is no table, with the line.
  init?(_ bytes: [UInt8]) throws(EvaluationError) {
    let start = CSVTable.byteOrderMarkLength(of: bytes)
    // The CSV is seldom longer than the JSON.
    var table = RowTable(capacity: bytes.count)
    switch bytes[start...].drop(while: { $0 <= ASCII.space }).first {
    case ASCII.openBracket:
      guard let value = Self.value(bytes.span.extracting(start...)), let items = value.arrayValue else {
        if let fault = Self.wholeFault(of: bytes.span.extracting(start...)) { throw fault }
        return nil
      }
      format = "a JSON array"
      for (index, item) in items.enumerated() { try table.add(item, at: "Item \(index + 1)") }
    case ASCII.openBrace:
      format = "JSON Lines"
      guard try Self.readLines(of: bytes, from: start, into: &table) else { return nil }
    default: return nil
    }
    // Without the variable, its bytes are not shared and need not be copied.
    csv = try (consume table).finish()
  }

  /// Reads one object a line; false if the first line is none, because a header of a CSV text may begin with a brace.
  private static func readLines(
    of bytes: [UInt8], from start: Int, into table: inout RowTable
  ) throws(EvaluationError) -> Bool {
    let span = bytes.span
    var (lineStart, line, isFirst) = (start, 0, true)
    while lineStart < bytes.count {
      var end = lineStart
      while end < span.count, span[end] != ASCII.lineFeed { end += 1 }
      let text = span.extracting(lineStart..<end)
      line += 1
      lineStart = end + 1
      if !text.indices.contains(where: { text[$0] > ASCII.space }) { continue }
      guard let value = value(text) else {
        if isFirst {
          if let fault = wholeFault(of: span.extracting(start...)) { throw fault }
          return false
        }
        throw EvaluationError(
          "Line \(line) is not JSON, as the lines before are. JSON Lines has one object a line.")
      }
      try table.add(value, at: "Line \(line)")
      isFirst = false
    }
    return true
  }

  /// Why a text that begins with a brace or a bracket is no table of JSON objects; nil for one that is no JSON at all.
  private static func wholeFault(of bytes: Span<UInt8>) -> EvaluationError? {
    var next = 0
    while next < bytes.count, bytes[next] <= ASCII.space { next += 1 }
    let isArray = next < bytes.count && bytes[next] == ASCII.openBracket
    next += 1
    while next < bytes.count, bytes[next] <= ASCII.space { next += 1 }
    // A header of a CSV text may begin with a brace or a bracket, but not with a key or a value behind it.
    guard next < bytes.count, bytes[next] == ASCII.quote || isArray && beginsValue(bytes[next]) else { return nil }
    do throws(JSONError) {
      _ = try JSONValue(parsing: bytes)
      return EvaluationError(
        "The text is one JSON object over several lines. Give the rows as JSON Lines, one object a line, or as an array."
      )
    } catch {
      if isArray {
        let line = bytes.line(at: error.offset)
        return EvaluationError(
          error.reason == .trailingBytes
            ? "Line \(line) has more behind the JSON array. Give one array with all rows."
            : "The text begins like a JSON array and is none: line \(line), \(error.reason).")
      }
      if error.reason == .trailingBytes {
        return EvaluationError("The objects are over several lines. JSON Lines has one object a line.")
      }
      return EvaluationError("The text begins like JSON and is none: \(error).")
    }
  }

  /// Whether an element of an array begins with this byte, and no name of a column.
  private static func beginsValue(_ byte: UInt8) -> Bool {
    byte == ASCII.openBrace || byte == ASCII.openBracket || byte == ASCII.closeBracket
      || (ASCII.zero...ASCII.nine).contains(byte)
  }

  private static func value(_ bytes: Span<UInt8>) -> JSONValue? {
    do throws(JSONError) { return try JSONValue(parsing: bytes, keepsNumerals: true) } catch { return nil }
  }
}

/// A table that gets its columns while rows are added.
private struct RowTable {
  private var columns: [String] = []
  private var positions: [String: Int] = [:]
  /// The last row with a value in each column, counted from 1.
  private var lastRows: [Int] = []
  private var rowCount = 0
  /// The rows as CSV, each with the columns known then.
  private var rows: [UInt8] = []
  /// The end of the last row with each number of columns, if it grew, with that number.
  private var widths: [(end: Int, count: Int)] = []

  /// - Parameter capacity: the expected size in bytes.
  init(capacity: Int) { rows.reserveCapacity(capacity) }

  mutating func add(_ value: JSONValue, at place: String) throws(EvaluationError) {
    guard let object = value.objectValue else {
      throw EvaluationError("\(place) is not an object. Each row is an object with the columns as keys.")
    }
    let known = columns.count
    rowCount += 1
    var row = [String](repeating: "", count: known)
    for member in object.members {
      let name = member.key.trimmed()
      if name.isEmpty { throw EvaluationError("\(place) has a key without a name.") }
      let text = Self.text(member.value)
      guard !name.utf8.contains(0), !text.utf8.contains(0) else {
        throw EvaluationError(
          "\(place) has a NUL character (U+0000) in \"\(name.clipped(to: 100))\", which a table cannot hold. Leave it out."
        )
      }
      if let position = positions[name] {
        guard lastRows[position] < rowCount else {
          throw EvaluationError("\(place) has two keys for the column \"\(name.clipped(to: 100))\".")
        }
        lastRows[position] = rowCount
        row[position] = text
      } else {
        positions[name] = columns.count
        columns.append(name)
        lastRows.append(rowCount)
        row.append(text)
      }
    }
    if columns.count > known, !rows.isEmpty { widths.append((rows.count, known)) }
    // A row without any value has one place, like a row of one column.
    CSVWriter.write(row.isEmpty ? [""] : row, to: &rows)
  }

  /// The header and the rows, those with fewer columns filled up with empty values.
  consuming func finish() throws(EvaluationError) -> [UInt8] {
    guard !rows.isEmpty, !columns.isEmpty else { throw .noRows }
    var output: [UInt8] = []
    CSVWriter.write(columns, to: &output)
    if widths.isEmpty {
      rows.insert(contentsOf: output, at: 0)
      return rows
    }
    output.reserveCapacity(output.count + rows.count + rows.count / 16)
    var start = 0
    for (end, count) in widths {
      let missing = [UInt8](repeating: ASCII.comma, count: columns.count - max(count, 1))
      appendRows(start..<end, filledUpWith: missing, to: &output)
      start = end
    }
    output.append(contentsOf: rows[start...])
    return output
  }

  private func appendRows(_ range: Range<Int>, filledUpWith commas: [UInt8], to output: inout [UInt8]) {
    let span = rows.span
    var scanner = CSVScanner(position: range.lowerBound)
    while scanner.position < range.upperBound {
      let start = scanner.position
      while !scanner.field(in: span).endsRecord {}
      output.append(contentsOf: rows[start..<scanner.position - 1])
      output.append(contentsOf: commas)
      output.append(ASCII.lineFeed)
    }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.text
    }
  }
}
