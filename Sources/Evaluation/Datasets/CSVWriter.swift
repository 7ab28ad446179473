import JSONCoding

/// Writes CSV (RFC 4180) that ``CSVTable`` reads back unchanged; lines end with a line feed.
package enum CSVWriter {
  /// The header and the rows as one text.
  ///
  /// - Parameter rows: each with one value for each column.
  package static func text(columns: [String], rows: some Sequence<[String]>) -> String {
    String(decoding: bytes(columns: columns, rows: rows), as: UTF8.self)
  }

  /// As ``text(columns:rows:)``, in UTF-8.
  static func bytes(columns: [String], rows: some Sequence<[String]>) -> [UInt8] {
    var output: [UInt8] = []
    write(columns, to: &output)
    for row in rows { write(row, to: &output) }
    return output
  }

  /// Appends one record and its line feed.
  package static func write(_ fields: [String], to output: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(ASCII.comma) }
      // An empty line would be skipped when read, and a byte-order mark before the first column's name.
      let isSkipped =
        fields.count == 1 && field.isEmpty || index == 0 && field.utf8.starts(with: CSVTable.byteOrderMark)
      write(field, quoted: isSkipped, to: &output)
    }
    output.append(ASCII.lineFeed)
  }

  private static func write(_ field: String, quoted: Bool, to output: inout [UInt8]) {
    guard quoted || field.utf8.contains(where: needsQuotes) else {
      output.append(contentsOf: field.utf8)
      return
    }
    output.append(ASCII.quote)
    for byte in field.utf8 {
      if byte == ASCII.quote { output.append(ASCII.quote) }
      output.append(byte)
    }
    output.append(ASCII.quote)
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte == ASCII.comma || byte == ASCII.quote || byte == ASCII.lineFeed || byte == ASCII.carriageReturn
  }
}
