#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension JSONReader {
  /// Moves to the next member of the object at the current position if it has this key; else stays where it is.
  ///
  /// Comparing with a known key is cheaper than ``nextKey(in:first:)``, which must find the end of one.
  /// - Parameters:
  ///   - key: one that needs no escapes.
  ///   - first: true until the reader has moved to a member of the object; set to false by that.
  package mutating func moveToMember(_ key: String, in bytes: Span<UInt8>, first: inout Bool) -> Bool {
    if first, depth == Self.depthLimit { return false }
    var next = self
    guard next.move(behind: first ? ASCII.openBrace : ASCII.comma, in: bytes),
      next.move(behind: ASCII.quote, in: bytes), next.move(behind: key, in: bytes),
      next.position < bytes.count, bytes[next.position] == ASCII.quote
    else { return false }
    next.position += 1
    guard next.move(behind: ASCII.colon, in: bytes) else { return false }
    if first { next.depth += 1 }
    first = false
    self = next
    return true
  }

  /// Moves behind white space and a byte.
  private mutating func move(behind byte: UInt8, in bytes: Span<UInt8>) -> Bool {
    skipWhitespace(in: bytes)
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func move(behind text: String, in bytes: Span<UInt8>) -> Bool {
    let (start, count) = (position, text.utf8.count)
    guard bytes.count - start >= count else { return false }
    var text = text
    let isThere = text.withUTF8 { text in
      unsafe bytes.withUnsafeBytes { bytes in
        guard let left = text.baseAddress, let right = bytes.baseAddress else { return count == 0 }
        return unsafe memcmp(left, right + start, count) == 0
      }
    }
    if isThere { position += count }
    return isThere
  }
}
