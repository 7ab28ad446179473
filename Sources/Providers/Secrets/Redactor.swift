#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes keys out of texts that leave the module.
///
/// Removed is every run of eight or more characters of a known key, as it is and in its percent-encoded, JSON and base64
/// spellings, and everything that has the shape of a key: `sk-...` and its like, and what follows `Bearer`.
package struct Redactor: Sendable {
  /// Eight bytes of a spelling, packed, for every position in it.
  private var windows: Set<UInt64> = []
  /// Keys too short for a window, matched whole.
  private var shortKeys: [[UInt8]] = []

  private static let windowLength = 8

  package init(secrets: [Secret] = []) {
    for secret in secrets {
      let key = Array(secret.reveal().utf8)
      if key.count < Self.windowLength {
        // Words of three letters occur in every sentence, and guard nothing.
        if key.count > 3 { shortKeys.append(key) }
        continue
      }
      for spelling in Self.spellings(of: key) { windows.formUnion(Self.windows(of: spelling)) }
    }
  }

  /// The text with every key in it replaced by `<redacted>`.
  package func redact(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var hidden = [Bool](repeating: false, count: bytes.count)
    hideKnown(in: bytes, &hidden)
    KeyShapes.hide(in: bytes, &hidden)
    guard hidden.contains(true) else { return text }
    var output: [UInt8] = []
    for index in bytes.indices {
      if !hidden[index] {
        output.append(bytes[index])
      } else if index == 0 || !hidden[index - 1] {
        output.append(contentsOf: Secret.placeholder.utf8)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private func hideKnown(in bytes: [UInt8], _ hidden: inout [Bool]) {
    if !windows.isEmpty, bytes.count >= Self.windowLength {
      var window: UInt64 = 0
      for (index, byte) in bytes.enumerated() {
        window = window << 8 | UInt64(byte)
        guard index >= Self.windowLength - 1, windows.contains(window) else { continue }
        for covered in (index - Self.windowLength + 1)...index { hidden[covered] = true }
      }
    }
    for key in shortKeys where bytes.count >= key.count {
      for start in 0...(bytes.count - key.count) where bytes[start..<(start + key.count)].elementsEqual(key) {
        for covered in start..<(start + key.count) { hidden[covered] = true }
      }
    }
  }

  private static func windows(of bytes: [UInt8]) -> [UInt64] {
    guard bytes.count >= windowLength else { return [] }
    return (0...(bytes.count - windowLength)).map { start in
      bytes[start..<(start + windowLength)].reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  private static func spellings(of key: [UInt8]) -> [[UInt8]] {
    let escapes = [UInt8(ascii: "\""): "\\\"", UInt8(ascii: "\\"): "\\\\", UInt8(ascii: "/"): "\\/"]
    let quoted = key.flatMap { byte in escapes[byte].map { Array($0.utf8) } ?? [byte] }
    return [key, quoted, percentEncoded(key, "0123456789ABCDEF"), percentEncoded(key, "0123456789abcdef")]
      + (0..<3).flatMap { base64($0, key) }
  }

  private static func percentEncoded(_ key: [UInt8], _ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8)
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    return key.flatMap { byte in
      plain.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  /// The characters of base64 that only the key decides, when so many other bytes stand before it (modulo 3).
  private static func base64(_ before: Int, _ key: [UInt8]) -> [[UInt8]] {
    let text = Data([UInt8](repeating: 0, count: before) + key).base64EncodedString()
    let own = text.utf8.filter { $0 != UInt8(ascii: "=") }.dropFirst(before == 0 ? 0 : before + 1).dropLast()
    let urlSafe = own.map { byte in
      byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
    }
    return [Array(own), urlSafe]
  }
}
