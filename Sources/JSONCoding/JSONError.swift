/// The reason why a text is not JSON, with its place: thrown by ``JSONReader`` and ``JSONValue/init(parsing:)``.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The violated rule of RFC 8259, or the limit of this parser.
  package enum Reason: Equatable, Sendable {
    case unexpectedEnd
    case unexpectedByte(UInt8)
    case trailingBytes
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case controlCharacterInString
    case invalidEscape
    case invalidUTF8
    case invalidNumber
    case numberOutOfRange
  }

  package let reason: Reason
  /// The zero-based offset of the offending byte.
  package let offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpectedEnd: "the text ends too early"
    case .unexpectedByte(let byte): "unexpected \(Self.name(of: byte))"
    case .trailingBytes: "there is text after the value"
    case .duplicateKey(let key): "the key \"\(key)\" occurs twice"
    case .tooDeep(let limit): "more than \(limit) levels of nesting"
    case .controlCharacterInString: "a string contains an unescaped control character"
    case .invalidEscape: "an invalid escape sequence"
    case .invalidUTF8: "invalid UTF-8"
    case .invalidNumber: "a malformed number"
    case .numberOutOfRange: "a number too large for a double"
    }
  }

  private static func name(of byte: UInt8) -> String {
    (0x21...0x7e).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
  }
}
