import JSONCoding

/// An object in a judge's answer, with common slips in a model's JSON corrected: a trailing comma, line breaks and tabs
/// in strings, `\'`.
///
/// Everything else stays strict, duplicate keys included, so that a text never has two readings.
struct LenientJSONObject {
  let value: JSONValue
  /// The offset after the object.
  let end: Int

  /// Reads the object that begins at an offset.
  init(in bytes: [UInt8], at start: Int) throws(JSONError) {
    let (json, end) = Self.corrected(bytes, from: start)
    var reader = JSONReader()
    value = try reader.value(in: json.span)
    try reader.end(in: json.span)
    self.end = end
  }

  /// Whether an object begins here: a brace followed by a key or by the closing brace; other braces are prose.
  static func begins(in bytes: [UInt8], at offset: Int) -> Bool {
    guard bytes[offset] == ASCII.openBrace else { return false }
    let next = bytes[(offset + 1)...].first { !isWhitespace($0) }
    return next == ASCII.quote || next == ASCII.closeBrace
  }

  /// The bytes up to the closing bracket of the first object, corrected to valid JSON.
  private static func corrected(_ bytes: [UInt8], from start: Int) -> (json: [UInt8], end: Int) {
    var json: [UInt8] = []
    var depth = 0
    var isInString = false
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if isInString {
        switch byte {
        case ASCII.backslash:
          let escaped = position < bytes.count ? bytes[position] : ASCII.quote
          position += 1
          json += escaped == UInt8(ascii: "'") ? [escaped] : [byte, escaped]
        case ASCII.lineFeed: json += #"\n"#.utf8
        case ASCII.carriageReturn: json += #"\r"#.utf8
        case ASCII.tab: json += #"\t"#.utf8
        default:
          json.append(byte)
          isInString = byte != ASCII.quote
        }
        continue
      }
      switch byte {
      case ASCII.comma:
        let next = bytes[position...].first { !isWhitespace($0) }
        if next == ASCII.closeBrace || next == ASCII.closeBracket { continue }
      case ASCII.quote: isInString = true
      case ASCII.openBrace, ASCII.openBracket: depth += 1
      case ASCII.closeBrace, ASCII.closeBracket: depth -= 1
      default: break
      }
      json.append(byte)
      if depth == 0 { break }
    }
    return (json, min(position, bytes.count))
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.tab
  }
}
