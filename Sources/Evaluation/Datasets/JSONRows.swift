import JSONCoding

/// Rows that are written as JSON objects, one a line (JSON Lines) or in an array, as CSV.
///
/// The columns are the keys in the order in which they first appear. A missing member and null are empty values; a
/// number, a Boolean, an array or an object stands as JSON text.
struct JSONRows {
  /// "JSON Lines" or "a JSON array".
  let format: String
  let csv: String

  /// - Returns: nil for a text that is not JSON.
  /// - Throws: ``EvaluationError`` for JSON that is no table, with the line.
  init?(_ bytes: [UInt8]) throws(EvaluationError) {
    let first = bytes[CSVTable.byteOrderMarkLength(of: bytes)...].drop { $0 <= ASCII.space }.first
    switch first {
    case ASCII.openBracket:
      guard let value = Self.value(bytes[...]), let items = value.arrayValue else { return nil }
      format = "a JSON array"
      csv = try Self.csv(items.enumerated().map { ("Item \($0.offset + 1)", $0.element) })
    case ASCII.openBrace:
      let lines = Self.lines(bytes)
      // A header of a CSV text may begin with a brace as well.
      guard let head = lines.first, Self.value(head.text) != nil else { return nil }
      format = "JSON Lines"
      var items: [(String, JSONValue)] = []
      for line in lines {
        guard let value = Self.value(line.text) else {
          throw EvaluationError(
            "Line \(line.number) is not JSON, as the lines before are. JSON Lines has one object a line.")
        }
        items.append(("Line \(line.number)", value))
      }
      csv = try Self.csv(items)
    default: return nil
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [(number: Int, text: ArraySlice<UInt8>)] {
    let body = bytes[CSVTable.byteOrderMarkLength(of: bytes)...]
    return body.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false).enumerated()
      .map { (number: $0.offset + 1, text: $0.element) }
      .filter { !$0.text.allSatisfy { $0 <= ASCII.space } }
  }

  private static func value(_ bytes: ArraySlice<UInt8>) -> JSONValue? {
    do throws(JSONError) { return try JSONValue(parsing: Array(bytes)) } catch { return nil }
  }

  private static func csv(_ items: [(place: String, value: JSONValue)]) throws(EvaluationError) -> String {
    var columns: [String] = []
    var positions: [String: Int] = [:]
    var rows: [[String]] = []
    for (place, value) in items {
      guard let object = value.objectValue else {
        throw EvaluationError("\(place) is not an object. Each row is an object with the columns as keys.")
      }
      var row = [String](repeating: "", count: columns.count)
      for member in object.members {
        let name = member.key.trimmed()
        if name.isEmpty { throw EvaluationError("\(place) has a key without a name.") }
        if let position = positions[name] {
          row[position] = Self.text(member.value)
        } else {
          positions[name] = columns.count
          columns.append(name)
          row.append(Self.text(member.value))
        }
      }
      rows.append(row)
    }
    guard !rows.isEmpty, !columns.isEmpty else { throw .noRows }
    let width = columns.count
    return CSVWriter.text(
      columns: columns, rows: rows.lazy.map { $0 + [String](repeating: "", count: width - $0.count) })
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.text
    }
  }
}
