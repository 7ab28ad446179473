import JSONCoding

/// Letters of a text that were lost before it came here.
enum LostLetters {
  /// Warnings of replacement characters, and of halves of characters that become such.
  ///
  /// - Parameter hasEscapes: whether the text is JSON, so that `\\ud83d` is an escape.
  static func warnings(on bytes: [UInt8], hasEscapes: Bool) -> [String] {
    var warnings: [String] = []
    if let line = lineOfReplacement(in: bytes) {
      warnings.append(
        "Line \(line) has the replacement character U+FFFD: letters were lost when the text was read in the wrong "
          + "encoding. Read it anew, as UTF-8 or in the encoding that it is written in.")
    }
    if hasEscapes, let line = lineOfHalf(in: bytes) {
      warnings.append(
        "Line \(line) has half of a character, an escape from \\ud800 to \\udfff alone. It became U+FFFD. Write the whole "
          + "character.")
    }
    return warnings
  }

  private static func lineOfReplacement(in bytes: [UInt8]) -> Int? {
    let mark = Array("\u{FFFD}".utf8)
    return bytes.indices.first { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }.map(bytes.line)
  }

  /// The line of the first escape of a surrogate without its other half; nil without any.
  static func lineOfHalf(in bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == ASCII.backslash else {
        index += 1
        continue
      }
      switch unit(in: bytes, at: index) {
      case 0xd800..<0xdc00:
        guard case 0xdc00..<0xe000 = unit(in: bytes, at: index + 6) else { return bytes.line(at: index) }
        index += 12
      case 0xdc00..<0xe000: return bytes.line(at: index)
      default: index += 2
      }
    }
    return nil
  }

  /// The number of the escape `\\uXXXX` at an offset; 0 for anything else.
  private static func unit(in bytes: [UInt8], at index: Int) -> Int {
    guard index + 6 <= bytes.count, bytes[index] == ASCII.backslash, bytes[index + 1] == UInt8(ascii: "u") else {
      return 0
    }
    return Int(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16) ?? 0
  }
}
