import JSONCoding

/// Quoted scalars.
extension YAMLReader {
  /// The text in the quotes at the position.
  mutating func quoted() throws(EvaluationError) -> String {
    let (start, isDouble) = (line, byte() == ASCII.quote)
    let mark = isDouble ? ASCII.quote : UInt8(ascii: "'")
    position += 1
    var output: [UInt8] = []
    // White space that is written as an escape stays before a line break.
    var kept = 0
    while let next = byte() {
      if next == mark {
        position += 1
        if isDouble || byte() != mark { return String(decoding: output, as: UTF8.self) }
        output.append(mark)
        position += 1
      } else if next == ASCII.backslash, isDouble {
        if try escape(into: &output) { kept = output.count }
      } else if Self.isBreak(next) {
        while output.count > kept, Self.isBlank(output.last) { output.removeLast() }
        output += try folded(openedOn: start)
      } else {
        output.append(next)
        position += 1
      }
    }
    throw fault("opens a quote that is not closed.", line: start)
  }

  /// Moves past line breaks and the blanks after them.
  ///
  /// - Returns: a space for one line break, and one line break less for several.
  private mutating func folded(openedOn start: Int) throws(EvaluationError) -> [UInt8] {
    var breaks = 0
    while Self.isBreak(byte()) {
      takeBreak()
      breaks += 1
      if isAtDocumentEnd { throw fault("opens a quote that is not closed.", line: start) }
      skipBlanks()
    }
    return breaks == 1 ? [ASCII.space] : Array(repeating: ASCII.lineFeed, count: breaks - 1)
  }

  /// Reads an escape.
  ///
  /// - Returns: whether it stands for a character, and not for nothing.
  private mutating func escape(into output: inout [UInt8]) throws(EvaluationError) -> Bool {
    position += 1
    guard let letter = byte() else { throw fault("ends with a backslash inside quotes.") }
    if Self.isBreak(letter) {
      // The line goes on without a space; empty lines after it are line breaks.
      takeBreak()
      skipBlanks()
      while Self.isBreak(byte()) {
        takeBreak()
        output.append(ASCII.lineFeed)
        skipBlanks()
      }
      return false
    }
    position += 1
    if let digits = Self.hexadecimalDigits[letter] {
      output += try unicode(digits: digits).utf8
    } else if let text = Self.escapes[letter] {
      output += text.utf8
    } else {
      throw fault(
        "has the escape \\\(UnicodeScalar(letter)) in double quotes, which YAML does not know. Use single quotes.")
    }
    return true
  }

  private static let hexadecimalDigits: [UInt8: Int] = [
    UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8,
  ]

  private static let escapes: [UInt8: String] = [
    UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t",
    ASCII.tab: "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}", UInt8(ascii: "f"): "\u{C}",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}", ASCII.space: " ", ASCII.quote: "\"",
    UInt8(ascii: "/"): "/", ASCII.backslash: "\\", UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}",
    UInt8(ascii: "L"): "\u{2028}", UInt8(ascii: "P"): "\u{2029}",
  ]

  /// The character of a numeric escape; two halves of a surrogate pair, as JSON has them, are one.
  private mutating func unicode(digits: Int) throws(EvaluationError) -> String {
    var value = try hexadecimal(digits)
    if (0xD800...0xDBFF).contains(value), byte() == ASCII.backslash, byte(1) == UInt8(ascii: "u") {
      position += 2
      let low = try hexadecimal(4)
      if (0xDC00...0xDFFF).contains(low) { value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard let scalar = Unicode.Scalar(value) else { throw fault("has half of a surrogate pair as an escape.") }
    return String(Character(scalar))
  }

  private mutating func hexadecimal(_ digits: Int) throws(EvaluationError) -> UInt32 {
    let text = String(decoding: bytes[position..<min(position + digits, bytes.count)], as: UTF8.self)
    guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16) else {
      throw fault("has an escape with fewer than \(digits) hexadecimal digits.")
    }
    position += digits
    return value
  }
}
