import JSONCoding

/// The search for a text in others, in which case and diacritics do not count.
///
/// It reads UTF-8 as it is, and also the strings of encoded JSON, so that large texts need neither be decoded nor copied.
package struct TextSearch: Sendable {
  /// As ``FoldedText`` compares them, at least one.
  private let wanted: [UInt32]
  /// By the number of scalars that match, how many still match after the next one does not (Knuth, Morris and Pratt).
  private let fallback: [Int]

  /// Nil for a text without anything to search for.
  package init?(_ text: String) {
    wanted = FoldedText.scalars(text)
    if wanted.isEmpty { return nil }
    var fallback = [0, 0]
    var length = 0
    for index in wanted.indices.dropFirst() {
      while length > 0, wanted[index] != wanted[length] { length = fallback[length] }
      if wanted[index] == wanted[length] { length += 1 }
      fallback.append(length)
    }
    self.fallback = fallback
  }

  /// The number of bytes from the start of a text to the end of the first place where it has the sought one; nil if it
  /// has none.
  package func end(in text: String) -> Int? {
    var text = text
    return text.withUTF8 { unsafe end(in: $0.span, isJSON: false) }
  }

  /// Whether encoded JSON may have the sought text in a string; keys count as well.
  package func mayOccur(inJSON bytes: Span<UInt8>) -> Bool { end(in: bytes, isJSON: true) != nil }

  private func end(in bytes: Span<UInt8>, isJSON: Bool) -> Int? {
    var matched = 0
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x80, byte != ASCII.backslash || !isJSON {
        position += 1
        let value = UInt32((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        if advance(&matched, value) { return position }
        continue
      }
      let scalar = isJSON && byte == ASCII.backslash ? escape(in: bytes, &position) : scalar(in: bytes, &position)
      for value in FoldedText.folded(scalar) where advance(&matched, value) { return position }
    }
    return nil
  }

  private func advance(_ matched: inout Int, _ value: UInt32) -> Bool {
    while matched > 0, wanted[matched] != value { matched = fallback[matched] }
    if wanted[matched] == value { matched += 1 }
    return matched == wanted.count
  }

  /// The scalar at a position, and the position behind it; U+FFFD for what is no UTF-8.
  private func scalar(in bytes: Span<UInt8>, _ position: inout Int) -> Unicode.Scalar {
    let first = UInt32(bytes[position])
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    var value = length == 1 ? first : first & (0xFF >> UInt32(length + 1))
    position += 1
    for _ in 1..<max(length, 1) where position < bytes.count && bytes[position] & 0xC0 == 0x80 {
      value = value << 6 | UInt32(bytes[position] & 0x3F)
      position += 1
    }
    return length == 1 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  /// The scalar that an escape of JSON stands for, and the position behind it.
  private func escape(in bytes: Span<UInt8>, _ position: inout Int) -> Unicode.Scalar {
    position += 1
    guard position < bytes.count else { return "\u{FFFD}" }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      let high = unit(in: bytes, &position)
      guard (0xD800...0xDBFF).contains(high), position + 1 < bytes.count, bytes[position] == ASCII.backslash,
        bytes[position + 1] == UInt8(ascii: "u")
      else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
      position += 2
      let low = unit(in: bytes, &position)
      guard (0xDC00...0xDFFF).contains(low) else { return "\u{FFFD}" }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    default: return Unicode.Scalar(letter)
    }
  }

  /// The number in the next four hexadecimal digits.
  private func unit(in bytes: Span<UInt8>, _ position: inout Int) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 where position < bytes.count {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else { return value }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
