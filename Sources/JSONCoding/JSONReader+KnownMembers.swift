#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension JSONReader {
  /// Moves to the next member of the object if it has this key; otherwise the position does not change.
  ///
  /// Comparing with a known key is cheaper than ``nextKey(in:first:)``, which must find the end of any key.
  /// - Parameters:
  ///   - key: a key without escapes.
  ///   - first: true until the reader has moved to a member of the object, which sets it to false.
  package mutating func moveToMember(_ key: String, in bytes: Span<UInt8>, first: inout Bool) -> Bool {
    if first, depth == Self.depthLimit { return false }
    var next = self
    guard next.move(behind: first ? ASCII.openBrace : ASCII.comma, in: bytes),
      next.move(behind: ASCII.quote, in: bytes)
    else { return false }
    let end = next.position + key.utf8.count
    // The closing quote is compared first, because most keys differ in length.
    guard end < bytes.count, bytes[end] == ASCII.quote, Self.stands(key, at: next.position, in: bytes) else {
      return false
    }
    next.position = end + 1
    guard next.move(behind: ASCII.colon, in: bytes) else { return false }
    if first { next.depth += 1 }
    first = false
    self = next
    return true
  }

  /// Whether a checked string is this text, without decoding it where it has no escapes.
  package static func isText(_ raw: RawString, _ text: String, in bytes: Span<UInt8>) -> Bool {
    if raw.hasEscapes { return self.text(raw, in: bytes) == text }
    return raw.contents.count == text.utf8.count && stands(text, at: raw.contents.lowerBound, in: bytes)
  }

  /// Moves past white space and a byte.
  private mutating func move(behind byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    skipWhitespace(in: bytes)
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// - Precondition: at least as many bytes follow.
  private static func stands(_ key: String, at start: Int, in bytes: Span<UInt8>) -> Bool {
    let isThere = unsafe key.utf8.withContiguousStorageIfAvailable { key in
      unsafe bytes.withUnsafeBytes { bytes in
        guard let left = key.baseAddress, let right = bytes.baseAddress else { return key.isEmpty }
        return unsafe memcmp(left, right + start, key.count) == 0
      }
    }
    return isThere ?? false
  }
}
