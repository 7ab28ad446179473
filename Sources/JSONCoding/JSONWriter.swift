/// Writes JSON values as bytes.
package enum JSONWriter {
  /// Appends the value without white space, members in order.
  package static func write(_ value: JSONValue, to output: inout [UInt8]) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .numeral(let digits): output.append(contentsOf: digits.utf8)
    case .double(let value): write(value, to: &output)
    case .string(let value): write(value, to: &output)
    case .array(let elements):
      output.append(ASCII.openBracket)
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(ASCII.comma) }
        write(element, to: &output)
      }
      output.append(ASCII.closeBracket)
    case .object(let object): write(object, to: &output)
    }
  }

  /// Appends the object without white space, members in order.
  package static func write(_ object: JSONObject, to output: inout [UInt8]) {
    output.append(ASCII.openBrace)
    for (index, member) in object.members.enumerated() {
      if index > 0 { output.append(ASCII.comma) }
      write(member.key, to: &output)
      output.append(ASCII.colon)
      write(member.value, to: &output)
    }
    output.append(ASCII.closeBrace)
  }

  /// Appends the shortest decimal that parses to the same double; infinities, which JSON lacks, become null.
  package static func write(_ value: Double, to output: inout [UInt8]) {
    output.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
  }

  /// Appends the string in quotes, with the escapes required by RFC 8259.
  ///
  /// U+2028 and U+2029 are escaped too, because some line readers, such as Node's, treat them as line ends.
  package static func write(_ string: String, to output: inout [UInt8]) {
    output.append(ASCII.quote)
    escape(string, to: &output)
    output.append(ASCII.quote)
  }

  /// Appends what comes between the quotes of a string, or of a part of it, given in UTF-8.
  package static func escape(utf8 bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe escape($0, to: &output) }
  }

  /// The size of a string given in UTF-8, escaped and in its quotes.
  package static func size(ofUTF8 bytes: [UInt8]) -> Int {
    let span = bytes.span
    var size = span.count + 2
    for index in span.indices {
      switch span[index] {
      case ASCII.quote, ASCII.backslash, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: size += 1
      case 0..<ASCII.space: size += 5
      case separatorStart where index + 2 < span.count && span[index + 1] == 0x80 && span[index + 2] & 0xfe == 0xa8:
        size += 3
      default: break
      }
    }
    return size
  }

  private static func escape(_ string: String, to output: inout [UInt8]) {
    var string = string
    string.withUTF8 { unsafe escape($0, to: &output) }
  }

  private static func escape(_ buffer: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    var runStart = 0
    for index in buffer.indices {
      let byte = unsafe buffer[index]
      if byte == separatorStart {
        guard let escape = unsafe separatorEscape(in: buffer, at: index) else { continue }
        unsafe output.append(contentsOf: buffer[runStart..<index])
        output.append(contentsOf: escape.utf8)
        runStart = index + 3
        continue
      }
      guard byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash else { continue }
      unsafe output.append(contentsOf: buffer[runStart..<index])
      runStart = index + 1
      writeEscape(of: byte, to: &output)
    }
    unsafe output.append(contentsOf: buffer[runStart...])
  }

  /// The first of the three bytes of U+2028 and U+2029, and of some others.
  private static let separatorStart: UInt8 = 0xe2

  /// The escape of the line or paragraph separator that begins here; nil for any other character.
  private static func separatorEscape(in buffer: UnsafeBufferPointer<UInt8>, at index: Int) -> String? {
    guard index + 2 < buffer.count, unsafe buffer[index + 1] == 0x80 else { return nil }
    return switch unsafe buffer[index + 2] {
    case 0xa8: "\\u2028"
    case 0xa9: "\\u2029"
    default: nil
    }
  }

  private static func writeEscape(of byte: UInt8, to output: inout [UInt8]) {
    output.append(ASCII.backslash)
    switch byte {
    case ASCII.quote, ASCII.backslash: output.append(byte)
    case ASCII.lineFeed: output.append(UInt8(ascii: "n"))
    case ASCII.carriageReturn: output.append(UInt8(ascii: "r"))
    case ASCII.tab: output.append(UInt8(ascii: "t"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      output.append(contentsOf: "u00".utf8)
      output.append(digits[Int(byte >> 4)])
      output.append(digits[Int(byte & 0x0f)])
    }
  }
}

extension JSONValue {
  /// The value as compact UTF-8 JSON.
  package var encoded: [UInt8] {
    var output: [UInt8] = []
    JSONWriter.write(self, to: &output)
    return output
  }

  /// The value as compact JSON text.
  package var text: String { String(decoding: encoded, as: UTF8.self) }
}

extension JSONObject {
  /// The object as compact UTF-8 JSON.
  package var encoded: [UInt8] {
    var output: [UInt8] = []
    JSONWriter.write(self, to: &output)
    return output
  }
}
