import JSONCoding

extension TablesReader {
  /// Reads the lines that start before a position of the text, from the reader's position on.
  mutating func readLines<Line: LoadedLine>(before limit: Int, into part: inout LinePart<Line>) {
    while reader.position < limit {
      let start = reader.position
      do {
        let line = try Line(with: &self)
        let end = reader.position
        let hasNext = end + 1 < text.count && text[end] == ASCII.comma && text[end + 1] == ASCII.lineFeed
        guard hasNext || end < text.count && text[end] == ASCII.lineFeed else { throw LineLoader.Irregular() }
        // Most lines are as long as the first, and a list that grows is copied.
        if part.lines.isEmpty { part.lines.reserveCapacity((limit - start) / (end - start) * 9 / 8 + 1) }
        part.lines.append(line)
        reader.position = end + (hasNext ? 2 : 1)
        part.next = offset + reader.position
        if !hasNext {
          part.end = .complete(next: part.next)
          return
        }
      } catch {
        reader = .ofStore(position: start, depth: LineLoader.recordDepth)
        part.end = .stopped(at: offset + start)
        return
      }
    }
    part.end = .open
  }
}

extension LineLoader {
  /// The number of parts that are read before their lines are used; few at first, because a list may be short.
  private static let (firstBatch, largestBatch) = (4, 16)

  /// Reads the lines of a list from the position on, several parts at once.
  ///
  /// - Parameter use: takes the lines of a part, in order.
  mutating func readParts<Line: LoadedLine>(
    as type: Line.Type, use: (inout TablesReader, [Line]) throws -> Void
  ) throws -> LinePart<Line>.End {
    try fillBlock()
    var part = LinePart<Line>()
    rows.readLines(before: rows.text.count, into: &part)
    try use(&rows, part.lines)
    if case .complete = part.end { return part.end }
    let window = rows.offset + rows.text.count
    // A line that the window has as a whole is at fault itself.
    if window == size || rows.text[rows.reader.position...].contains(ASCII.lineFeed) {
      return .stopped(at: position)
    }
    return try readParts(from: position, window: window, use)
  }

  /// As ``readParts(as:use:)``, with the text behind the window.
  ///
  /// The lines of some parts are used while the next ones are read.
  ///
  /// - Parameters:
  ///   - start: the offset of a line that the window does not have as a whole, or not at all.
  ///   - window: the end of the window, which is that of a block.
  private mutating func readParts<Line: LoadedLine>(
    from start: Int, window: Int, _ use: (inout TablesReader, [Line]) throws -> Void
  ) throws -> LinePart<Line>.End {
    var list = PartedList<Line>(next: start)
    var batch = Self.firstBatch
    var lower = start
    while lower < size, !list.isRead {
      let ranges = ranges(from: lower, window: window, count: batch)
      let reading = PartReading<Line>(
        ranges, of: file, blockSize: digest.blockSize, buffers: buffers, firstLine: start, firstBlock: window)
      reading.start()
      list.use(&rows, use)
      list.take(reading.finish())
      lower = ranges.last?.upperBound ?? size
      batch = min(2 * batch, Self.largestBatch)
    }
    list.use(&rows, use)
    if let failure = list.failure { throw failure }
    // The separator before the line may be in the block before.
    sumBlocks(list.blocks, window: window, before: list.next - 2)
    return list.end ?? .stopped(at: list.next)
  }

  /// Adds the bytes up to the block with an offset to the digest.
  private mutating func sumBlocks(
    _ blocks: [(checksum: Checksum, ending: [UInt8])], window: Int, before offset: Int
  ) {
    let count = min(max(0, (offset - window) / digest.blockSize), blocks.count)
    guard count > 0 else { return }
    sum(upTo: window)
    for block in blocks[..<count] { digest.append(block: block.checksum, ending: block.ending) }
    digested += count * digest.blockSize
  }

  private func ranges(from lower: Int, window: Int, count: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var lower = lower
    while ranges.count < count, lower < size {
      let upper = lower < window ? window : min(size, lower + digest.blockSize)
      ranges.append(lower..<upper)
      lower = upper
    }
    return ranges
  }
}
