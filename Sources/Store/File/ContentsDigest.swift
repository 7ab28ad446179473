/// Remembers enough of the text before the journal's tail to detect an edit.
struct ContentsDigest: Sendable {
  /// The number of last bytes that are kept.
  private static let endingSize = 256

  private(set) var count = 0
  private(set) var checksum = Checksum()
  /// The last bytes, which move if an edit changes the length.
  private(set) var ending: [UInt8] = []

  mutating func append(_ bytes: Span<UInt8>) {
    count += bytes.count
    checksum.append(bytes)
    let new = bytes.extracting(max(0, bytes.count - Self.endingSize)..<bytes.count)
    ending.removeFirst(max(0, min(ending.count, ending.count + new.count - Self.endingSize)))
    for index in new.indices { ending.append(new[index]) }
  }
}
