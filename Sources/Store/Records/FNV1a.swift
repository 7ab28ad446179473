/// FNV-1a with 64 bits (Fowler, Noll, Vo): a hash that is the same in every process and on every platform.
///
/// It detects accidental changes but does not protect against malice.
package struct FNV1a: Sendable {
  package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func combine(_ text: some StringProtocol) {
    // The bytes of most texts are contiguous; an iterator of a generic collection costs a call for each.
    let done: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      for index in bytes.indices { combine(unsafe bytes[index]) }
    }
    if done == nil { for byte in text.utf8 { combine(byte) } }
  }

  package mutating func combine(_ bytes: [UInt8]) { combine(bytes.span) }

  package mutating func combine(_ bytes: Span<UInt8>) {
    for index in bytes.indices { combine(bytes[index]) }
  }

  /// The number of bytes at the beginning of a text that have a hash; nil if no beginning has it.
  ///
  /// - Parameter isEnd: whether a beginning may end before the byte with that index, so that a chance hit in the middle
  ///   of a line is none.
  package static func beginning(
    of bytes: [UInt8], hashing hash: UInt64, where isEnd: (_ index: Int) -> Bool
  ) -> Int? {
    var hasher = FNV1a()
    let span = bytes.span
    for index in span.indices {
      if hasher.hash == hash, isEnd(index) { return index }
      hasher.combine(span[index])
    }
    return hasher.hash == hash ? bytes.count : nil
  }

  /// Combines the eight bytes of a number, the lowest first.
  package mutating func combine(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { combine(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  /// Combines a text and a byte that never occurs in UTF-8, so that the boundaries of parts affect the hash.
  package mutating func combine(part text: some StringProtocol) {
    combine(text)
    combine(UInt8(0xff))
  }

  private mutating func combine(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
}
