#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The spellings of a key.
enum KeySpelling {
  /// The key and its encodings as a whole; ``unit(of:at:)`` handles encodings of single characters.
  static func spellings(of key: [UInt8]) -> [[UInt8]] {
    let digits = Array("0123456789abcdef".utf8)
    let hexadecimal = key.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return [key, hexadecimal] + (0..<3).flatMap { base64($0, key) }
  }

  /// The base64 characters that depend only on the key, if this many other bytes precede it (modulo 3).
  private static func base64(_ before: Int, _ key: [UInt8]) -> [[UInt8]] {
    let text = Data([UInt8](repeating: 0, count: before) + key).base64EncodedString()
    let own = text.utf8.filter { $0 != UInt8(ascii: "=") }.dropFirst(before == 0 ? 0 : before + 1).dropLast()
    let urlSafe = own.map { byte in
      byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
    }
    return [Array(own), urlSafe]
  }

  // MARK: Encoded characters

  static func opensEscape(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "&")
  }

  /// The byte encoded at a position of a text, and the length of its encoding.
  ///
  /// The encodings are `%5A`, also as `%255A`, `\u005a`, `\x5a`, backslashes before any other character, `&#90;` and
  /// `&#x5a;`.
  static func unit(of bytes: [UInt8], at index: Int) -> (byte: UInt8, length: Int) {
    switch bytes[index] {
    case UInt8(ascii: "%"):
      let isDouble = has("25", in: bytes, at: index + 1) && number(bytes, index + 3, 2, radix: 16) != nil
      let start = index + (isDouble ? 3 : 1)
      if let value = number(bytes, start, 2, radix: 16) { return (UInt8(value), start + 2 - index) }
    case UInt8(ascii: "\\"):
      // A text that was quoted several times has several backslashes.
      let end = bytes[index...].firstIndex { $0 != UInt8(ascii: "\\") } ?? bytes.count
      if has("u00", in: bytes, at: end), let value = number(bytes, end + 3, 2, radix: 16) {
        return (UInt8(value), end + 5 - index)
      }
      if has("x", in: bytes, at: end), let value = number(bytes, end + 1, 2, radix: 16) {
        return (UInt8(value), end + 3 - index)
      }
      return end < bytes.count ? (bytes[end], end + 1 - index) : (bytes[index], end - index)
    case UInt8(ascii: "&"):
      if let unit = entity(bytes, index) { return unit }
    default: break
    }
    return (bytes[index], 1)
  }

  private static func entity(_ bytes: [UInt8], _ index: Int) -> (byte: UInt8, length: Int)? {
    guard has("#", in: bytes, at: index + 1) else { return nil }
    let isHexadecimal = has("x", in: bytes, at: index + 2) || has("X", in: bytes, at: index + 2)
    let start = index + (isHexadecimal ? 3 : 2)
    for length in 1...3 {
      guard let value = number(bytes, start, length, radix: isHexadecimal ? 16 : 10), value < 128 else { return nil }
      if has(";", in: bytes, at: start + length) { return (UInt8(value), start + length + 1 - index) }
    }
    return nil
  }

  private static func has(_ text: StaticString, in bytes: [UInt8], at index: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    return index + count <= bytes.count
      && text.withUTF8Buffer { buffer in
        (0..<count).allSatisfy { unsafe buffer[$0] == bytes[index + $0] }
      }
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ length: Int, radix: Int) -> Int? {
    guard start + length <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[start..<(start + length)] {
      let digit: Int
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = Int(byte) - 48
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): digit = Int(byte | 0x20) - 87
      default: return nil
      }
      guard digit < radix else { return nil }
      value = value * radix + digit
    }
    return value
  }

  // MARK: Letters

  static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  // MARK: Dummy keys

  /// The longest word that counts as a dummy key: `no-key-required`.
  private static let longestWord = 18

  /// Whether a key is a placeholder for a server that needs none: one or a few words, or too short to protect anything.
  static func isPlainWord(_ key: [UInt8]) -> Bool {
    if key.count < 4 { return true }
    if key.allSatisfy(isDigit) { return key.count < 8 }
    guard key.count <= longestWord else { return false }
    let parts = key.split { "-_.".utf8.contains($0) }
    return parts.allSatisfy { part in
      let rest = part.dropFirst()
      return part.allSatisfy(isLetter)
        && (rest.allSatisfy { $0 & 0x20 != 0 } || part.allSatisfy { $0 & 0x20 == 0 })
    }
  }
}
