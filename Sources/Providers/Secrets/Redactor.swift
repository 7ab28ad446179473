/// Removes keys from texts that leave the module.
///
/// Every run of eight or more characters of a known key is removed, in either letter case and in its hexadecimal,
/// base64, percent-encoded and backslash spellings, even if only some of its characters are encoded. A plain word is
/// not redacted (`ollama`, `none`, as given to servers that need no key), because it protects nothing and is common in
/// texts. The time is linear in the length of the text.
package struct Redactor: Sendable {
  /// Every eight consecutive bytes of a spelling, packed and in lower case.
  private var windows: Set<UInt64> = []
  /// A filter of the windows' hashes, so that most positions of a text need no lookup in the set.
  private var filter: [Bool] = []
  /// Keys too short for a window, in lower case, matched as whole words.
  private var shortKeys: [[UInt8]] = []

  private static let windowLength = 8

  package init(secrets: [Secret] = []) {
    for secret in secrets {
      let key = Array(secret.reveal().utf8)
      if KeySpelling.isPlainWord(key) { continue }
      if key.count < Self.windowLength {
        shortKeys.append(key.map(KeySpelling.lowercased))
      } else {
        for spelling in KeySpelling.spellings(of: key) { windows.formUnion(Self.windows(of: spelling)) }
      }
    }
    guard !windows.isEmpty else { return }
    filter = [Bool](repeating: false, count: 1 << 14)
    for window in windows { filter[Self.hash(window)] = true }
  }

  /// Whether there is a key to look for.
  var knowsKeys: Bool { !windows.isEmpty || !shortKeys.isEmpty }

  /// The text with every known key, and everything that looks like a key, replaced by `<redacted>`.
  ///
  /// For errors and records: `sk-...` and the like, and the word after `Bearer`.
  package func redact(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return Self.hide(knownKeys(in: bytes) + KeyShapes.ranges(in: bytes), of: bytes, text)
  }

  /// The text with every known key replaced by `<redacted>`.
  ///
  /// For a model's answer, in which an example of a key is part of the content.
  func redactKnown(_ text: String) -> String {
    guard knowsKeys else { return text }
    let bytes = Array(text.utf8)
    return Self.hide(knownKeys(in: bytes), of: bytes, text)
  }

  private static func hide(_ ranges: [Range<Int>], of bytes: [UInt8], _ text: String) -> String {
    guard !ranges.isEmpty else { return text }
    var output: [UInt8] = []
    var end = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > end {
      // Adjacent ranges are merged.
      if range.lowerBound > end || end == 0 {
        output += bytes[end..<range.lowerBound]
        output += Secret.placeholder.utf8
      }
      end = range.upperBound
    }
    return String(decoding: output + bytes[end...], as: UTF8.self)
  }

  // MARK: Known keys

  /// The ranges of known keys, in no particular order; some overlap.
  func knownKeys(in bytes: [UInt8]) -> [Range<Int>] {
    guard knowsKeys else { return [] }
    var found: [Range<Int>] = []
    if !windows.isEmpty {
      scan(bytes, into: &found) { index in (bytes[index], 1) }
      if bytes.contains(where: KeySpelling.opensEscape) {
        scan(bytes, into: &found) { index in KeySpelling.unit(of: bytes, at: index) }
      }
    }
    for key in shortKeys { findWords(key, in: bytes, &found) }
    return found
  }

  /// Looks for windows in a text that is decoded unit by unit.
  private func scan(
    _ bytes: [UInt8], into found: inout [Range<Int>], unit: (Int) -> (byte: UInt8, length: Int)
  ) {
    var window: UInt64 = 0
    var starts = [Int](repeating: 0, count: Self.windowLength)
    var (index, count) = (0, 0)
    while index < bytes.count {
      let (byte, length) = unit(index)
      window = window << 8 | UInt64(KeySpelling.lowercased(byte))
      starts[count % Self.windowLength] = index
      count += 1
      index += length
      guard count >= Self.windowLength, filter[Self.hash(window)], windows.contains(window) else { continue }
      let start = starts[count % Self.windowLength]
      if let last = found.last, last.lowerBound <= start, last.upperBound >= start {
        found[found.count - 1] = last.lowerBound..<index
      } else {
        found.append(start..<index)
      }
    }
  }

  private func findWords(_ key: [UInt8], in bytes: [UInt8], _ found: inout [Range<Int>]) {
    guard bytes.count >= key.count else { return }
    for start in 0...(bytes.count - key.count) {
      let end = start + key.count
      guard bytes[start..<end].elementsEqual(key, by: { KeySpelling.lowercased($0) == $1 }) else { continue }
      let before = start > 0 && KeySpelling.isLetterOrDigit(bytes[start - 1])
      if !before, end == bytes.count || !KeySpelling.isLetterOrDigit(bytes[end]) { found.append(start..<end) }
    }
  }

  private static func hash(_ window: UInt64) -> Int { Int((window &* 0x9e37_79b9_7f4a_7c15) >> 50) }

  private static func windows(of bytes: [UInt8]) -> [UInt64] {
    guard bytes.count >= windowLength else { return [] }
    return (0...(bytes.count - windowLength)).map { start in
      bytes[start..<(start + windowLength)].reduce(0) { $0 << 8 | UInt64(KeySpelling.lowercased($1)) }
    }
  }
}
