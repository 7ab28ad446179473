/// Finds text that looks like an API key of any service.
enum KeyShapes {
  /// The prefixes of keys of well-known services.
  private static let prefixes: [[UInt8]] = [
    "sk-", "sk_", "pk-", "rk-", "rk_", "sess-", "gsk_", "xai-", "hf_", "nvapi-", "AIza", "AKIA", "ghp_", "eyJ",
  ].map { Array($0.utf8) }

  private static let bearer = Array("bearer".utf8)

  /// Whether a text contains something that looks like a key.
  static func occur(in text: String) -> Bool { !ranges(in: Array(text.utf8)).isEmpty }

  /// The ranges of a text that look like keys.
  static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var followsBearer = false
    var start = 0
    while start < bytes.count {
      guard isKeyByte(bytes[start]) else {
        start += 1
        continue
      }
      let end = bytes[start...].firstIndex { !isKeyByte($0) } ?? bytes.count
      let word = bytes[start..<end]
      if followsBearer, isToken(word) {
        found.append(start..<end)
      } else if let key = word.indices.first(where: { beginsPart($0, of: word) && hasKeyShape(word[$0...]) }) {
        // Also after a label: `ollama/sk-...`, `key=AIza...`.
        found.append(key..<end)
      }
      followsBearer = word.count == bearer.count && word.elementsEqual(bearer) { $0 | 0x20 == $1 }
      start = end
    }
    return found
  }

  private static func beginsPart(_ index: Int, of word: ArraySlice<UInt8>) -> Bool {
    index == word.startIndex || "/=.+~".utf8.contains(word[index - 1])
  }

  private static func hasKeyShape(_ word: ArraySlice<UInt8>) -> Bool {
    // Masked keys (sk-ab**yz) are redacted too, because their ends are parts of the key.
    guard word.count >= 12 || word.contains(UInt8(ascii: "*")) else { return false }
    return prefixes.contains { word.starts(with: $0) }
  }

  /// Whether the word looks random, unlike in "bearer authentication".
  private static func isToken(_ word: ArraySlice<UInt8>) -> Bool {
    word.count >= 24 || word.contains { !KeySpelling.isLetter($0) && $0 != UInt8(ascii: ".") }
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    KeySpelling.isLetterOrDigit(byte) || "-_.*+/=~".utf8.contains(byte)
  }
}
