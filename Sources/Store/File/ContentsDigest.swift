/// Remembers enough of the text before the journal's tail to detect an edit.
///
/// The text is summed up block by block, so that several threads can do it.
struct ContentsDigest: Sendable, Equatable {
  /// The size of a block in bytes.
  let blockSize: Int
  /// The number of last bytes that are kept.
  static let endingSize = 256

  private(set) var count = 0
  /// The checksums of the whole blocks.
  private var blocks: [Checksum] = []
  /// The checksum of the bytes behind them.
  private var rest = Checksum()
  /// The last bytes, which move if an edit changes the length.
  private(set) var ending: [UInt8] = []

  init(blockSize: Int = 1 << 20) { self.blockSize = blockSize }

  mutating func append(_ bytes: Span<UInt8>) {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + blockSize - count % blockSize)
      rest.append(bytes.extracting(start..<end))
      count += end - start
      start = end
      if count % blockSize == 0 {
        blocks.append(rest)
        rest = Checksum()
      }
    }
    keepEnding(of: bytes)
  }

  /// Appends a whole block.
  ///
  /// - Precondition: the text so far consists of whole blocks.
  /// - Parameters:
  ///   - checksum: that of the block.
  ///   - ending: its last bytes, ``endingSize`` of them.
  mutating func append(block checksum: Checksum, ending: [UInt8]) {
    precondition(count % blockSize == 0 && ending.count == Self.endingSize)
    blocks.append(checksum)
    count += blockSize
    self.ending = ending
  }

  /// The checksum and the last bytes of a text of one block; nil for any other size.
  var wholeBlock: (checksum: Checksum, ending: [UInt8])? {
    count == blockSize ? blocks.first.map { ($0, ending) } : nil
  }

  private mutating func keepEnding(of bytes: Span<UInt8>) {
    let new = bytes.extracting(max(0, bytes.count - Self.endingSize)..<bytes.count)
    ending.removeFirst(max(0, min(ending.count, ending.count + new.count - Self.endingSize)))
    for index in new.indices { ending.append(new[index]) }
  }
}
