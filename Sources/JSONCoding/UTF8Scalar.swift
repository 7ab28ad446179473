/// Well-formed UTF-8, by Unicode's table 3-7.
package enum UTF8Scalar {
  /// The length in bytes of the scalar of several bytes that begins at an offset.
  ///
  /// The bytes may end before it does.
  /// - Returns: nil for bytes that are not well-formed.
  package static func length(in bytes: Span<UInt8>, at start: Int) -> Int? {
    let second: ClosedRange<UInt8>
    let length: Int
    switch bytes[start] {
    case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return nil
    }
    for offset in 1..<length where start + offset < bytes.count {
      let allowed = offset == 1 ? second : 0x80...0xbf
      guard allowed.contains(bytes[start + offset]) else { return nil }
    }
    return length
  }
}
