import JSONCoding

/// Finds the fields of CSV records (RFC 4180) in bytes that stay with the caller.
///
/// Records end with LF, CRLF or CR. Empty lines between records are skipped. A quote inside an unquoted field is text.
/// The scanner notes faults and continues, so that a text checked once can be read again without error handling.
struct CSVScanner {
  /// One field, quotes excluded.
  struct Field {
    enum Fault { case openQuote, textAfterQuote }

    var range: Range<Int>
    /// Whether the field contains doubled quotes.
    var hasDoubledQuotes = false
    /// Whether this is the record's last field.
    var endsRecord = false
    var fault: Fault?
  }

  /// The byte between the fields of a record.
  let delimiter: UInt8
  /// Offset of the next byte to read.
  var position: Int
  /// The line of that byte, counted from 1.
  private(set) var line = 1

  init(position: Int = 0, delimiter: UInt8 = ASCII.comma) {
    self.position = position
    self.delimiter = delimiter
  }

  /// Skips empty lines; false if no record is left.
  mutating func moveToRecord(in bytes: Span<UInt8>) -> Bool {
    while position < bytes.count, bytes[position] == ASCII.lineFeed || bytes[position] == ASCII.carriageReturn {
      passLineBreak(in: bytes)
    }
    return position < bytes.count
  }

  /// The number of fields of a text's first record.
  static func fieldsOfFirstRecord(in bytes: [UInt8], delimiter: UInt8) -> Int {
    let span = bytes.span
    var scanner = CSVScanner(position: CSVTable.byteOrderMarkLength(of: bytes), delimiter: delimiter)
    guard scanner.moveToRecord(in: span) else { return 0 }
    var count = 1
    while !scanner.field(in: span).endsRecord { count += 1 }
    return count
  }

  /// Reads one field and the separator or line break after it.
  mutating func field(in bytes: Span<UInt8>) -> Field {
    var field =
      position < bytes.count && bytes[position] == ASCII.quote ? quotedField(in: bytes) : plainField(in: bytes)
    if field.fault != nil || position == bytes.count {
      field.endsRecord = true
    } else if bytes[position] == delimiter {
      position += 1
    } else {
      passLineBreak(in: bytes)
      field.endsRecord = true
    }
    return field
  }

  private mutating func plainField(in bytes: Span<UInt8>) -> Field {
    let start = position
    while position < bytes.count, !endsField(bytes[position]) { position += 1 }
    return Field(range: start..<position)
  }

  private mutating func quotedField(in bytes: Span<UInt8>) -> Field {
    position += 1
    var field = Field(range: position..<position)
    while position < bytes.count {
      switch bytes[position] {
      case ASCII.quote:
        if position + 1 < bytes.count, bytes[position + 1] == ASCII.quote {
          field.hasDoubledQuotes = true
          position += 2
          continue
        }
        field.range = field.range.lowerBound..<position
        position += 1
        if position < bytes.count, !endsField(bytes[position]) { field.fault = .textAfterQuote }
        return field
      case ASCII.lineFeed, ASCII.carriageReturn: passLineBreak(in: bytes)
      default: position += 1
      }
    }
    field.range = field.range.lowerBound..<position
    field.fault = .openQuote
    return field
  }

  private mutating func passLineBreak(in bytes: Span<UInt8>) {
    let isCarriageReturn = bytes[position] == ASCII.carriageReturn
    position += 1
    if isCarriageReturn, position < bytes.count, bytes[position] == ASCII.lineFeed { position += 1 }
    line += 1
  }

  private func endsField(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == ASCII.lineFeed || byte == ASCII.carriageReturn
  }
}
