/// Bytes that come in pieces, taken bit by bit from the lowest on.
///
/// What cannot be taken yet is nil; a reader then goes back to a mark and waits for more.
struct BitInput: Sendable {
  struct Mark {
    fileprivate var position: Int
    fileprivate var buffer: UInt32
    fileprivate var count: Int
  }

  private var bytes: [UInt8] = []
  private var now = Mark(position: 0, buffer: 0, count: 0)

  var mark: Mark { now }

  mutating func reset(to mark: Mark) {
    now = mark
  }

  /// Marks lose their meaning.
  mutating func append(_ piece: [UInt8]) {
    bytes.removeFirst(now.position)
    bytes += piece
    now.position = 0
  }

  /// At most 16 bits.
  mutating func bits(_ count: Int) -> Int? {
    while now.count < count {
      guard now.position < bytes.count else { return nil }
      now.buffer |= UInt32(bytes[now.position]) << UInt32(now.count)
      now.position += 1
      now.count += 8
    }
    defer {
      now.buffer >>= UInt32(count)
      now.count -= count
    }
    return Int(now.buffer & (1 << UInt32(count) - 1))
  }

  /// Drops what is left of a byte of which bits were taken.
  mutating func alignToByte() {
    now.buffer >>= UInt32(now.count % 8)
    now.count -= now.count % 8
  }

  /// An unsigned number of two or four bytes, the lowest first.
  mutating func number(bytes count: Int) -> Int? {
    guard let low = bits(16) else { return nil }
    if count == 2 { return low }
    return bits(16).map { low | $0 << 16 }
  }

  /// All whole bytes that are left, once bits have been aligned.
  mutating func rest() -> [UInt8] {
    var taken: [UInt8] = []
    while now.count >= 8, let byte = bits(8) { taken.append(UInt8(byte)) }
    defer { now.position = bytes.count }
    return taken + bytes[now.position...]
  }
}
