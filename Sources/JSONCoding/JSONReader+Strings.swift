extension JSONReader {
  /// Reads the string whose opening quote is at the current position.
  package mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> String {
    Self.text(try skipString(in: bytes), in: bytes)
  }

  /// The text of a string checked by ``skipString(in:)``.
  package static func text(_ raw: RawString, in bytes: Span<UInt8>) -> String {
    let contents = bytes.extracting(raw.contents)
    return raw.hasEscapes ? String(decoding: unescape(contents), as: UTF8.self) : text(contents)
  }

  /// The text of a string checked by ``skipString(in:)`` in strict mode, in UTF-8.
  package static func utf8(_ raw: RawString, in bytes: Span<UInt8>) -> [UInt8] {
    let contents = bytes.extracting(raw.contents)
    if raw.hasEscapes { return unescape(contents) }
    return unsafe contents.withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// The bytes as text; invalid UTF-8, which only the lenient mode accepts, becomes U+FFFD.
  static func text(_ bytes: Span<UInt8>) -> String {
    unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// A string as written between its quotes.
  package struct RawString {
    /// Offsets of the bytes between the quotes.
    package let contents: Range<Int>
    package let hasEscapes: Bool
  }

  /// Checks the string whose opening quote is at the current position and moves past its closing quote.
  package mutating func skipString(in bytes: Span<UInt8>) throws(JSONError) -> RawString {
    let start = position + 1
    var index = start
    var hasEscapes = false
    while true {
      index = Self.endOfPlainRun(in: bytes, from: index)
      guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      switch bytes[index] {
      case ASCII.quote:
        position = index + 1
        return RawString(contents: start..<index, hasEscapes: hasEscapes)
      case ASCII.backslash:
        hasEscapes = true
        index = try endOfEscape(in: bytes, at: index)
      case 0..<ASCII.space:
        index = try skip(1, .controlCharacterInString, at: index)
      default:
        index = try endOfScalar(in: bytes, at: index)
      }
    }
  }

  /// Moves past printable ASCII without special meaning, eight bytes at a time.
  private static func endOfPlainRun(in bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highBits: UInt64 = 0x8080_8080_8080_8080
    while index + 8 <= bytes.count {
      // The loop condition keeps the load inside the span.
      let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
      let quotes = word ^ (ones &* UInt64(ASCII.quote))
      let backslashes = word ^ (ones &* UInt64(ASCII.backslash))
      let special =
        ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        | ((word &- ones &* UInt64(ASCII.space)) & ~word) | word
      if special & highBits != 0 { break }
      index += 8
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte < ASCII.space || byte >= 0x80 || byte == ASCII.quote || byte == ASCII.backslash { break }
      index += 1
    }
    return index
  }

  /// The offset after the escape sequence whose backslash is at `start`.
  private func endOfEscape(in bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
    guard start + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    switch bytes[start + 1] {
    case ASCII.quote, ASCII.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"):
      for index in start + 2..<start + 6 {
        guard index < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        guard Self.hexDigit(bytes[index]) != nil else { return try skip(2, .invalidEscape, at: start) }
      }
      return start + 6
    default:
      return try skip(2, .invalidEscape, at: start)
    }
  }

  /// The offset after the multi-byte scalar at `start`, if it is well-formed.
  private func endOfScalar(in bytes: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
    guard let length = UTF8Scalar.length(in: bytes, at: start) else { return try skip(1, .invalidUTF8, at: start) }
    guard start + length <= bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    return start + length
  }

  /// Replaces the escapes of a string checked by ``skipString(in:)``.
  private static func unescape(_ contents: Span<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(contents.count)
    var index = 0
    while index < contents.count {
      let byte = contents[index]
      guard byte == ASCII.backslash else {
        output.append(byte)
        index += 1
        continue
      }
      let kind = contents[index + 1]
      index += 2
      switch kind {
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0c)
      case UInt8(ascii: "n"): output.append(ASCII.lineFeed)
      case UInt8(ascii: "r"): output.append(ASCII.carriageReturn)
      case UInt8(ascii: "t"): output.append(ASCII.tab)
      case UInt8(ascii: "u"):
        let scalar = unicodeEscape(contents, &index)
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      default: output.append(kind)
      }
    }
    return output
  }

  /// Reads the four digits at `index` and, for a high surrogate, the low one that follows it.
  ///
  /// Without four digits the escape means its letter.
  private static func unicodeEscape(_ contents: Span<UInt8>, _ index: inout Int) -> Unicode.Scalar {
    guard let unit = hexUnit(contents, at: index) else { return "u" }
    index += 4
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let isPair =
      unit < 0xdc00 && index + 6 <= contents.count && contents[index] == ASCII.backslash
      && contents[index + 1] == UInt8(ascii: "u")
    if isPair {
      if let low = hexUnit(contents, at: index + 2), (0xdc00...0xdfff).contains(low) {
        index += 6
        let value = 0x10000 + ((UInt32(unit) - 0xd800) << 10) + (UInt32(low) - 0xdc00)
        if let scalar = Unicode.Scalar(value) { return scalar }
      }
    }
    return "\u{fffd}"
  }

  private static func hexUnit(_ contents: Span<UInt8>, at index: Int) -> UInt16? {
    guard index + 4 <= contents.count else { return nil }
    var unit: UInt16 = 0
    for place in index..<index + 4 {
      guard let digit = hexDigit(contents[place]) else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
