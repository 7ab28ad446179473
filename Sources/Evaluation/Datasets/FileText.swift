import JSONCoding

/// The text of a file in UTF-8, whatever encoding the file has.
///
/// UTF-8 and, by its byte-order mark, UTF-16 are recognized. Other text is taken for Windows-1252, in which spreadsheets
/// of Western languages are saved. Bytes that are no text are refused.
struct FileText {
  /// The text, with the byte-order mark of UTF-8 if the file has one.
  let bytes: [UInt8]
  /// The encoding, if it is not UTF-8, as a sentence.
  let note: String?

  /// - Throws: ``EvaluationError`` for a file that is no text.
  init(_ file: [UInt8]) throws(EvaluationError) {
    if file.starts(with: [0xff, 0xfe]) {
      (bytes, note) = (try Self.fromUTF16(file, isBigEndian: false), "Its encoding is UTF-16, little-endian.")
    } else if file.starts(with: [0xfe, 0xff]) {
      (bytes, note) = (try Self.fromUTF16(file, isBigEndian: true), "Its encoding is UTF-16, big-endian.")
    } else {
      try Self.checkText(file)
      let fault = Self.firstFault(in: file)
      guard let fault else {
        (bytes, note) = (file, nil)
        return
      }
      if fault.isAmongUTF8 { throw .strayByte(line: fault.line) }
      bytes = try Self.fromWindows1252(file)
      note = "It is not UTF-8 and was read as Windows-1252. Look at its letters beyond ASCII."
    }
  }

  // MARK: UTF-8

  /// Bytes that are not UTF-8.
  private struct Fault {
    /// The line of the first of them, counted from 1.
    let line: Int
    /// Whether most letters beyond ASCII are UTF-8 nonetheless, so that the file has no other encoding.
    let isAmongUTF8: Bool
  }

  private static func firstFault(in file: [UInt8]) -> Fault? {
    let bytes = file.span
    var (position, scalars, faults, firstFault) = (0, 0, 0, 0)
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x80 {
        position += 1
      } else if let length = UTF8Scalar.length(in: bytes, at: position), position + length <= bytes.count {
        scalars += 1
        position += length
      } else {
        if faults == 0 { firstFault = position }
        faults += 1
        position += 1
      }
    }
    return faults == 0 ? nil : Fault(line: file.line(at: firstFault), isAmongUTF8: scalars >= faults)
  }

  // MARK: Other encodings

  /// Rejects bytes that are no text in one-byte letters, with what they are if that is known.
  private static func checkText(_ file: [UInt8]) throws(EvaluationError) {
    let formats: [(start: [UInt8], name: String)] = [
      (Array("PK\u{3}\u{4}".utf8), "a spreadsheet of Excel or another zip archive"),
      ([0xd0, 0xcf, 0x11, 0xe0], "an old spreadsheet of Excel"), (Array("PAR1".utf8), "a Parquet file"),
      (Array("%PDF".utf8), "a PDF"), ([0x1f, 0x8b], "compressed"), (Array("SQLite format 3".utf8), "a database"),
    ]
    if let format = formats.first(where: { file.starts(with: $0.start) }) { throw .noTable(format.name) }
    if file.contains(0) { throw .zeroBytes }
  }

  private static func fromUTF16(_ file: [UInt8], isBigEndian: Bool) throws(EvaluationError) -> [UInt8] {
    guard file.count.isMultiple(of: 2) else { throw .cutOffUTF16 }
    let bytes = file.span
    var output: [UInt8] = []
    output.reserveCapacity(file.count)
    var position = 2
    func unit(_ position: Int) -> UInt32 {
      let (first, second) = (UInt32(bytes[position]), UInt32(bytes[position + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    while position < bytes.count {
      var value = unit(position)
      position += 2
      if value == 0 { throw .zeroBytes }
      if 0xd800..<0xdc00 ~= value, position < bytes.count, 0xdc00..<0xe000 ~= unit(position) {
        value = 0x10000 + (value - 0xd800) << 10 + (unit(position) - 0xdc00)
        position += 2
      }
      guard let scalar = Unicode.Scalar(value) else { throw .cutOffUTF16 }
      append(scalar, to: &output)
    }
    return output
  }

  private static func fromWindows1252(_ file: [UInt8]) throws(EvaluationError) -> [UInt8] {
    let bytes = file.span
    var output: [UInt8] = []
    output.reserveCapacity(file.count + file.count / 8)
    for position in bytes.indices {
      let byte = bytes[position]
      if 0x80..<0xa0 ~= byte {
        guard let scalar = letters[Int(byte) - 0x80] else { throw .strayByte(line: file.line(at: position)) }
        append(scalar, to: &output)
      } else {
        append(Unicode.Scalar(byte), to: &output)
      }
    }
    return output
  }

  private static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    if scalar.isASCII {
      output.append(UInt8(scalar.value))
    } else {
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// The characters of the bytes from 0x80 to 0x9f in Windows-1252 (the mapping of the WHATWG's Encoding Standard
  /// without its five controls); nil for bytes without one.
  private static let letters: [Unicode.Scalar?] = [
    "\u{20ac}", nil, "\u{201a}", "\u{192}", "\u{201e}", "\u{2026}", "\u{2020}", "\u{2021}",
    "\u{2c6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", nil, "\u{17d}", nil,
    nil, "\u{2018}", "\u{2019}", "\u{201c}", "\u{201d}", "\u{2022}", "\u{2013}", "\u{2014}",
    "\u{2dc}", "\u{2122}", "\u{161}", "\u{203a}", "\u{153}", nil, "\u{17e}", "\u{178}",
  ]
}

/// The faults of a file that is no text.
extension EvaluationError {
  fileprivate static func noTable(_ format: String) -> Self {
    EvaluationError("It is \(format). Save the table as CSV or JSON Lines first.")
  }

  fileprivate static let zeroBytes = EvaluationError(
    "It has zero bytes, so it is no text, or UTF-16 without a byte-order mark. Save it as CSV in UTF-8.")

  fileprivate static let cutOffUTF16 = EvaluationError(
    "Its UTF-16 is damaged: half a character is missing. Save it anew, as CSV in UTF-8.")

  fileprivate static func strayByte(line: Int) -> Self {
    EvaluationError("Line \(line) has bytes that are no text in UTF-8 or Windows-1252. Save the file anew, in UTF-8.")
  }
}
