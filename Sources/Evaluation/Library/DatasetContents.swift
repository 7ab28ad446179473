package import Store

/// The rows of a dataset, read from a text that a person or a program has written.
package struct DatasetContents: Sendable {
  /// The text that is stored, in UTF-8.
  package let bytes: [UInt8]
  package let table: CSVTable
  /// What was recognized and what was left out, in sentences.
  package let notes: [String]
  /// What is probably wrong with the text, in sentences.
  package let warnings: [String]
  /// The number of rows that were there before others were appended; nil for contents that are new as a whole.
  package private(set) var rowCountBefore: Int?

  /// A text that a caller gives.
  ///
  /// - Parameter field: the name of the text in messages.
  /// - Throws: ``EvaluationError`` that locates the fault in the text.
  package init(
    _ text: String, format: TableFormat = .auto, field: String = "csv_data",
    secondHeader: TableText.SecondHeader = .told
  ) throws(EvaluationError) {
    do {
      let text = try TableText(text, format: format, secondHeader: secondHeader)
      (bytes, table, notes, warnings) = (text.bytes, text.table, text.notes, text.warnings)
    } catch { throw EvaluationError("\(field) cannot be read. \(error)") }
  }

  /// The largest file in bytes.
  static let largestFile = 200 << 20
  /// The endings of names of files with tables.
  private static let endings = ["csv", "tsv", "tab", "txt", "json", "jsonl", "ndjson"]

  /// A file that a caller names.
  ///
  /// - Throws: ``EvaluationError`` that locates the fault in the text, or says why the file is not read.
  package init(
    file path: String, in files: FileAccess, format: TableFormat = .auto,
    secondHeader: TableText.SecondHeader = .told
  ) throws(EvaluationError) {
    let ending = path.fileEnding
    guard Self.endings.contains(ending) else {
      throw EvaluationError(
        "The file \"\(path.prefix(200))\" is not read: a table is in a file whose name ends in "
          + Self.endings.map { ".\($0)" }.joined(separator: ", ") + ".")
    }
    let bytes = try Self.read(path, in: files)
    do {
      let file = try FileText(bytes)
      let text = try TableText(
        bytes: file.bytes, format: Self.format(format, ending: ending, file.bytes), secondHeader: secondHeader)
      (self.bytes, table, notes, warnings) = (
        text.bytes, text.table, [file.note].compactMap(\.self) + text.notes, text.warnings
      )
    } catch { throw EvaluationError("The file \"\(path.prefix(200))\" cannot be read. \(error)") }
  }

  private static func read(_ path: String, in files: FileAccess) throws(EvaluationError) -> [UInt8] {
    do throws(FileAccess.Refusal) { return try files.read(path, atMost: largestFile) } catch {
      throw EvaluationError(error.description)
    }
  }

  /// The format by the ending of the name, if the first line agrees.
  private static func format(_ format: TableFormat, ending: String, _ bytes: [UInt8]) -> TableFormat {
    guard format == .auto, ["tsv", "tab"].contains(ending) else { return format }
    let tab = TableText.Delimiter.tab.rawValue
    return CSVScanner.fieldsOfFirstRecord(in: bytes, delimiter: tab) > 1 ? .tsv : .auto
  }

  /// The rows of a dataset with others behind them, so that its own keep their row_index.
  ///
  /// - Throws: ``EvaluationError`` that names the columns in which they differ.
  package init(_ dataset: DatasetRecord, appending rows: DatasetContents) throws(EvaluationError) {
    let old = try dataset.table()
    let missing = old.columns.filter { rows.table.columnIndex($0) == nil }
    let unknown = rows.table.columns.filter { old.columnIndex($0) == nil }
    guard missing.isEmpty, unknown.isEmpty else { throw .otherColumns(missing: missing, unknown: unknown) }
    bytes = old.bytes(appending: rows.table)
    table = try CSVTable(bytes: bytes)
    guard table.rowCount == old.rowCount + rows.table.rowCount else {
      throw EvaluationError("The rows cannot be appended to the dataset's text. Give the whole text as csv_data.")
    }
    let count = rows.table.rowCount == 1 ? "1 row was" : "\(rows.table.rowCount) rows were"
    notes = rows.notes + ["\(count) appended, from row_index \(old.rowCount) on."]
    warnings = rows.warnings + [Self.warning(onRepeatsIn: table, from: old.rowCount)].compactMap(\.self)
    rowCountBefore = old.rowCount
  }

  /// - Parameter start: the index of the first appended row.
  private static func warning(onRepeatsIn table: CSVTable, from start: Int) -> String? {
    let (added, repeated) = (table.rowCount - start, table.repeatedRows(from: start))
    guard repeated > 0 else { return nil }
    let rows =
      switch (added, repeated) {
      case (1, _): "The appended row was"
      case _ where added == repeated: "All \(added) appended rows were"
      default: "\(repeated) of the \(added) appended rows \(repeated == 1 ? "was" : "were")"
      }
    return
      "\(rows) in the dataset already, word for word. A run asks for each again, although equal rows prove no more "
      + "than one. If that is a mistake, datasets_update with csv_data replaces all rows."
  }
}

extension EvaluationError {
  fileprivate static func otherColumns(missing: [String], unknown: [String]) -> Self {
    func list(_ columns: [String]) -> String {
      "the column\(columns.count == 1 ? "" : "s") "
        + columns.map { "\"\($0.clipped(to: 60))\"" }.joined(separator: ", ")
    }
    let faults = [
      missing.isEmpty ? nil : "lack \(list(missing))",
      unknown.isEmpty ? nil : "have \(list(unknown)), which the dataset does not have",
    ]
    return EvaluationError(
      "The rows to append \(faults.compactMap(\.self).joined(separator: " and ")). Rows are appended under the dataset's "
        + "own header, which their text begins with; other columns need a whole new text.")
  }
}
