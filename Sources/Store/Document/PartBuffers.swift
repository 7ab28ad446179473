import Synchronization

/// Memory for the texts of parts, which one part after the other uses.
///
/// New memory costs a fault for each of its pages: a tenth of the time for a large file.
final class PartBuffers: Sendable {
  private let unused = Mutex<[[UInt8]]>([])
  /// The size in bytes of the largest buffer that is kept; one for a long line is larger.
  private let largest: Int

  init(largest: Int) { self.largest = largest }

  /// A buffer that is in no use, of any size.
  func take() -> [UInt8] { unused.withLock { $0.popLast() } ?? [] }

  /// Takes a buffer back.
  func put(_ buffer: [UInt8]) {
    if buffer.capacity <= largest { unused.withLock { $0.append(buffer) } }
  }
}
