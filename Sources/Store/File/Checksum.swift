/// A checksum of a text, possibly in parts, that detects edits but does not protect against malice.
///
/// Four lanes of 64 bits process 32 bytes a step, as fast as memory can be read.
struct Checksum: Equatable, Sendable {
  private static let step = 32
  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  /// Bytes that do not yet fill a step.
  private var rest: [UInt8] = []

  mutating func append(_ bytes: Span<UInt8>) {
    var start = 0
    if !rest.isEmpty {
      start = min(Self.step - rest.count, bytes.count)
      for index in 0..<start { rest.append(bytes[index]) }
      guard rest.count == Self.step else { return }
      let full = rest
      rest.removeAll(keepingCapacity: true)
      mix(full.span, at: 0)
    }
    while start + Self.step <= bytes.count {
      mix(bytes, at: start)
      start += Self.step
    }
    for index in start..<bytes.count { rest.append(bytes[index]) }
  }

  /// A checksum of a short text.
  static func short(of bytes: Span<UInt8>) -> UInt32 {
    var lane = UInt64(truncatingIfNeeded: bytes.count)
    var start = 0
    if bytes.count >= 2 * step {
      var sum = Checksum()
      while start + step <= bytes.count {
        sum.mix(bytes, at: start)
        start += step
      }
      lane = mix(mix(mix(mix(lane, sum.lanes.0), sum.lanes.1), sum.lanes.2), sum.lanes.3)
    }
    while start + 8 <= bytes.count {
      // The loop ensures that a whole word is available.
      lane = mix(lane, unsafe bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self))
      start += 8
    }
    for index in start..<bytes.count { lane = mix(lane, UInt64(bytes[index])) }
    return UInt32(truncatingIfNeeded: lane ^ lane >> 32)
  }

  private mutating func mix(_ bytes: Span<UInt8>, at offset: Int) {
    func word(_ index: Int) -> UInt64 {
      // The caller ensures that a whole step is available.
      unsafe bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 8 * index, as: UInt64.self)
    }
    lanes.0 = Self.mix(lanes.0, word(0))
    lanes.1 = Self.mix(lanes.1, word(1))
    lanes.2 = Self.mix(lanes.2, word(2))
    lanes.3 = Self.mix(lanes.3, word(3))
  }

  private static func mix(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let product = (lane ^ word) &* 0x9e37_79b9_7f4a_7c15
    return product << 29 | product >> 35
  }

  static func == (left: Checksum, right: Checksum) -> Bool { left.lanes == right.lanes && left.rest == right.rest }
}
