import JSONCoding

@testable import Evaluation

/// A table as a plain reader has it that knows nothing of the program's: the second opinion.
struct TableByHand {
  /// The columns with names, and the values of the rows, each in UTF-8.
  private(set) var columns: [[UInt8]]
  private(set) var rows: [[[UInt8]]]

  /// A table as CSV: the records as RFC 4180 has them, with a header, without rows that have no value.
  ///
  /// - Returns: nil for a text that is no table.
  init?(_ text: [UInt8], separatedBy delimiter: UInt8) {
    guard var records = Self.records(text[...], delimiter), !records.isEmpty else { return nil }
    let header = records.removeFirst().map { Self.string($0).trimmed() }
    guard records.allSatisfy({ $0.count == header.count }) else { return nil }
    let names = header.prefix { !$0.isEmpty }
    guard !names.isEmpty, header[names.count...].allSatisfy(\.isEmpty), Set(names).count == names.count else {
      return nil
    }
    if names.count > 1 { records.removeAll { $0.allSatisfy { Self.string($0).isBlank } } }
    let isEmptyBehind = records.allSatisfy { $0[names.count...].allSatisfy { Self.string($0).isBlank } }
    guard !records.isEmpty, isEmptyBehind else { return nil }
    columns = names.map { Array($0.utf8) }
    rows = records.map { Array($0.prefix(names.count)) }
  }

  /// A table as JSON: an array of objects, or one object a line.
  init?(json text: [UInt8]) {
    let text = text.starts(with: CSVTable.byteOrderMark) ? Array(text.dropFirst(3)) : text
    let lines = text.split(separator: ASCII.lineFeed).filter { $0.contains { $0 > ASCII.space } }
    let whole = try? JSONValue(parsing: text.span, keepsNumerals: true)
    let values = whole?.arrayValue ?? lines.compactMap { try? JSONValue(parsing: Array($0).span, keepsNumerals: true) }
    (columns, rows) = ([], [])
    let objects = values.compactMap(\.objectValue)
    guard objects.count == (whole?.arrayValue?.count ?? lines.count) else { return nil }
    for name in objects.flatMap(\.keys).map({ $0.trimmed() }) where !columns.map(Self.string).contains(name) {
      columns.append(Array(name.utf8))
    }
    rows = objects.map { object in
      columns.map { name in
        let value = object.members.first { $0.key.trimmed() == Self.string(name) }?.value ?? .null
        return value.isNull ? [] : Array((value.stringValue ?? value.text).utf8)
      }
    }
  }

  func isEqual(to table: CSVTable) -> Bool {
    let found = (0..<table.rowCount).map { table.row($0).map { Array($0.utf8) } }
    return columns == table.columns.map { Array($0.utf8) } && rows == found
  }

  private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private enum Place { case start, plain, quoted, behindQuote }

  /// The fields of each record; nil for a fault of the quotes.
  private static func records(_ text: ArraySlice<UInt8>, _ delimiter: UInt8) -> [[[UInt8]]]? {
    var text = text
    if !text.contains(where: isBreak) { text = withBreaks(text)[...] }
    // Marks and empty lines before the header.
    while let first = text.first, isBreak(first) || text.starts(with: CSVTable.byteOrderMark) {
      text = text.dropFirst(isBreak(first) ? 1 : 3)
    }
    if let last = text.last, !isBreak(last) { text.append(ASCII.lineFeed) }
    var (records, record, field, place): ([[[UInt8]]], [[UInt8]], [UInt8], Place) = ([], [], [], .start)
    for byte in text {
      if byte == ASCII.quote, place != .plain {
        if place == .behindQuote { field.append(byte) }
        place = place == .quoted ? .behindQuote : .quoted
      } else if place == .quoted {
        field.append(byte)
      } else if byte == delimiter || isBreak(byte) {
        // An empty line is no record.
        if isBreak(byte), place == .start, record.isEmpty { continue }
        record.append(field)
        (field, place) = ([], .start)
        if isBreak(byte) {
          records.append(record)
          record = []
        }
      } else {
        if place == .behindQuote { return nil }
        field.append(byte)
        place = .plain
      }
    }
    return place == .start && record.isEmpty ? records : nil
  }

  private static func isBreak(_ byte: UInt8) -> Bool { byte == ASCII.lineFeed || byte == ASCII.carriageReturn }

  /// The text with the characters `\n` and `\r\n` as line breaks.
  private static func withBreaks(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var (output, rest) = ([UInt8](), text)
    while let byte = rest.first {
      let written = [#"\r\n"#, #"\n"#].first { rest.starts(with: $0.utf8) }
      output.append(written == nil ? byte : ASCII.lineFeed)
      rest = rest.dropFirst(written?.utf8.count ?? 1)
    }
    return output
  }
}
