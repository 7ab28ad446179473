import JSONCoding

/// The text of an imported file, read as JSON Lines, JSON, YAML or CSV.
struct ImportText {
  enum Contents {
    case tree(SourceValue)
    /// JSON objects, one a line.
    case records([SourceValue])
    case table(CSVTable)
  }

  let text: String
  let contents: Contents
  /// The path of its file in the folder that is imported; nil for a file that is imported on its own.
  let file: String?

  /// - Throws: ``EvaluationError`` that locates the fault.
  init(_ text: String, file: String? = nil) throws(EvaluationError) {
    self.text = text
    self.file = file
    let bytes = Array(text.utf8)
    if let index = bytes.firstIndex(of: 0) {
      let line = bytes[..<index].count { $0 == ASCII.lineFeed } + 1
      throw EvaluationError("Line \(line) has a NUL character, so this is no text. Save it as UTF-8.")
    }
    let body = bytes[CSVTable.byteOrderMarkLength(of: bytes)...].drop { $0 <= ASCII.space }
    guard let first = body.first else { throw EvaluationError("The file is empty.") }
    if first == ASCII.openBrace, let records = try Self.records(bytes) {
      contents = .records(records)
    } else if first == ASCII.openBrace || first == ASCII.openBracket || !Self.isTable(bytes) {
      contents = .tree(try YAMLReader.value(of: text))
    } else {
      contents = .table(try TableText(text).table)
    }
  }

  /// The objects, one a line, if the first line is one and there are several.
  ///
  /// - Throws: ``EvaluationError`` for a later line that is none.
  private static func records(_ bytes: [UInt8]) throws(EvaluationError) -> [SourceValue]? {
    var records: [SourceValue] = []
    let body = bytes[CSVTable.byteOrderMarkLength(of: bytes)...]
    for (index, line) in body.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 <= ASCII.space }) { continue }
      do throws(JSONError) {
        records.append(SourceValue(try JSONValue(parsing: Array(line).span, keepsNumerals: true), line: index + 1))
      } catch {
        if records.isEmpty { return nil }
        throw EvaluationError("Line \(index + 1) is not JSON, as the lines before are: \(error).")
      }
      guard records[records.count - 1].map != nil else {
        throw EvaluationError("Line \(index + 1) is no JSON object, as the lines before are.")
      }
    }
    return records.count > 1 ? records : nil
  }

  /// Whether the first line is the header of a table and no YAML.
  private static func isTable(_ bytes: [UInt8]) -> Bool {
    let line = bytes[CSVTable.byteOrderMarkLength(of: bytes)...].drop { $0 <= ASCII.space }
      .prefix(4096).prefix { $0 != ASCII.lineFeed && $0 != ASCII.carriageReturn }
    let header = String(decoding: line, as: UTF8.self)
    if header.hasPrefix("#") || header.hasPrefix("---") || header.hasPrefix("- ") || header.hasPrefix("%") {
      return false
    }
    return header.wholeMatch(of: /[A-Za-z_$][^,;\t"]*:(\s.*)?/) == nil
  }

  /// The objects of the file: its lines, the elements of its list, or itself.
  var records: [SourceValue] {
    switch contents {
    case .records(let records): records
    case .tree(let root): root.elements
    case .table: []
    }
  }

  /// The same, and the rows of a table, whose cells are JSON where another program has written an object, messages or a
  /// quoted text.
  var examples: [SourceValue] {
    guard let table else { return records }
    return (0..<table.rowCount).map { index in
      let members = zip(table.columns, table.row(index)).map { column, cell in
        SourceValue.Member(key: column, line: index + 2, value: Self.value(ofCell: cell, line: index + 2))
      }
      return SourceValue(.map(members), line: index + 2)
    }
  }

  private static func value(ofCell cell: String, line: Int) -> SourceValue {
    if ["{", "[", "\""].contains(where: cell.trimmed().hasPrefix) {
      do throws(JSONError) {
        let value = SourceValue(try JSONValue(parsing: Array(cell.utf8).span, keepsNumerals: true), line: line)
        if value.list?.allSatisfy({ $0.map != nil }) ?? true { return value }
      } catch {}
    }
    return SourceValue(.scalar(cell.isEmpty ? .null : .string(cell)), line: line)
  }

  /// The single value of the file; nil for lines and tables.
  var root: SourceValue? { if case .tree(let root) = contents { root } else { nil } }
  var table: CSVTable? { if case .table(let table) = contents { table } else { nil } }
}
