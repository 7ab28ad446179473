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
        guard let key = unsafe UnsafeRawBufferPointer(key).baseAddress.map({ unsafe ($0, key.count) }),
          let text = bytes.baseAddress
        else { return key.isEmpty }
        return unsafe isEqual(key.0, text + start, count: key.1)
      }
    }
    return isThere ?? false
  }

  /// Compares eight bytes at a time; keys are so short that a call of the C library costs more.
  private static func isEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
    func isEqual<Word: BitwiseCopyable & Equatable>(at offset: Int, as type: Word.Type) -> Bool {
      unsafe left.loadUnaligned(fromByteOffset: offset, as: type)
        == right.loadUnaligned(fromByteOffset: offset, as: type)
    }
    guard count >= 8 else {
      for offset in 0..<count where !isEqual(at: offset, as: UInt8.self) { return false }
      return true
    }
    for offset in stride(from: 0, through: count - 8, by: 8) where !isEqual(at: offset, as: UInt64.self) {
      return false
    }
    // The last word may have bytes of the one before.
    return isEqual(at: count - 8, as: UInt64.self)
  }
}
