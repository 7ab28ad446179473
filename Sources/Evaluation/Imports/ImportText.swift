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
  /// What was recognized, left out or is probably wrong, in sentences.
  let notes: [String]
  /// The line of each row of a table.
  let rowLines: [Int]
  /// ``records``, and the rows of a table, whose cells are JSON where another program has written an object, messages or a
  /// quoted text.
  let examples: [SourceValue]

  /// - Parameter ending: that of the file's name, which says how the text is written; empty if only the text can.
  /// - Throws: ``EvaluationError`` that locates the fault.
  init(_ text: String, file: String? = nil, ending: String = "") throws(EvaluationError) {
    self.text = text
    self.file = file
    let bytes = Array(text.utf8)
    if let index = bytes.firstIndex(of: 0) {
      throw EvaluationError("Line \(bytes.line(at: index)) has a NUL character, so this is no text. Save it as UTF-8.")
    }
    let body = bytes[CSVTable.byteOrderMarkLength(of: bytes)...].drop { $0 <= ASCII.space }
    guard let first = body.first else { throw EvaluationError("The file is empty.") }
    let isJSON = first == ASCII.openBrace || first == ASCII.openBracket
    let isTable =
      switch ending {
      case "csv", "tsv": true
      case "yaml", "yml": false
      default: !isJSON && !ImportFiles.jsonEndings.contains(ending) && Self.isTable(bytes)
      }
    if isTable {
      let table = try TableText(text)
      contents = .table(table.table)
      (notes, rowLines) = (table.notes + table.warnings, table.rowLines)
      examples = Self.examples(of: table.table, rowLines)
      return
    }
    rowLines = []
    if first == ASCII.openBrace, let records = try Self.records(bytes) {
      contents = .records(records)
      examples = records
      notes = LostLetters.warnings(on: bytes, hasEscapes: true)
    } else {
      if ImportFiles.jsonEndings.contains(ending) || isJSON && Self.isQuoted(body.dropFirst()) {
        try Self.checkJSON(bytes)
      }
      let root = try YAMLReader.value(of: text)
      contents = .tree(root)
      examples = root.elements
      notes = []
    }
  }

  /// Whether a text that begins with a bracket goes on with a quoted text or another bracket before one, as JSON does.
  private static func isQuoted(_ bytes: ArraySlice<UInt8>) -> Bool {
    let next = bytes.first { $0 > ASCII.space && $0 != ASCII.openBrace && $0 != ASCII.openBracket }
    return next == ASCII.quote
  }

  /// Refuses what YAML would read and JSON does not.
  ///
  /// - Throws: ``EvaluationError`` with the line.
  private static func checkJSON(_ bytes: [UInt8]) throws(EvaluationError) {
    let start = CSVTable.byteOrderMarkLength(of: bytes)
    do throws(JSONError) { _ = try JSONValue(parsing: bytes.span.extracting(start...), keepsNumerals: true) } catch {
      throw EvaluationError("Line \(bytes.line(at: start + error.offset)) is not JSON: \(error).")
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
    if ["#", "---", "%"].contains(where: header.hasPrefix) { return false }
    // An entry of a list or a key behind a question mark, an anchor or a tag, or a key with its colon.
    return header.wholeMatch(of: /[-?](\s.*)?|[&!][^\s,;]*(\s[^,;\t]*)?/) == nil
      && header.wholeMatch(of: /([A-Za-z_$][^,;\t"]*|"([^"\\]|\\.)*"\s*|'([^']|'')*'\s*):(\s.*)?/) == nil
  }

  /// The objects of the file: its lines, the elements of its list, or itself; none for a table.
  var records: [SourceValue] { table == nil ? examples : [] }

  private static func examples(of table: CSVTable, _ lines: [Int]) -> [SourceValue] {
    lines.enumerated().map { index, line in
      let members = zip(table.columns, table.row(index)).map { column, cell in
        SourceValue.Member(key: column, line: line, value: value(ofCell: cell, line: line))
      }
      return SourceValue(.map(members), line: line)
    }
  }

  private static func value(ofCell cell: String, line: Int) -> SourceValue {
    // Half of a character would be lost.
    if ["{", "[", "\""].contains(where: cell.trimmed().hasPrefix), LostLetters.lineOfHalf(in: Array(cell.utf8)) == nil {
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
