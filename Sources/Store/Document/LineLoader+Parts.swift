import Dispatch
import JSONCoding
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a ``LineLoader`` reads from one line of a list.
protocol LoadedLine: Sendable {
  /// Reads the line at the reader's position, up to the separator from the next one.
  init(with reader: inout TablesReader) throws
}

/// Some lines of a list, in order.
struct LinePart<Line: LoadedLine>: Sendable {
  enum End: Sendable {
    /// The list goes on behind the part.
    case open
    /// The list has ended before the line at this offset.
    case complete(next: Int)
    /// The line at this offset cannot be read.
    case stopped(at: Int)
  }

  var lines: [Line] = []
  /// The offset of the first line; nil if no line starts in the part.
  var first: Int?
  /// The offset of the line behind the last one.
  var next = 0
  var end = End.open
  /// The checksum and the last bytes of the block that the part begins in; nil without a whole block.
  var block: (checksum: Checksum, ending: [UInt8])?
}

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
        part.lines.append(line)
        reader.position = end + (hasNext ? 2 : 1)
        part.next = offset + reader.position
        if !hasNext {
          part.end = .complete(next: part.next)
          return
        }
      } catch {
        reader = JSONReader(position: start, depth: LineLoader.recordDepth)
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
  /// The share of a block that is read of the next one as well, because the block's last line ends there.
  private static let margin = 16

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
  /// - Parameters:
  ///   - start: the offset of a line that the window does not have as a whole, or not at all.
  ///   - window: the end of the window, which is that of a block.
  private mutating func readParts<Line: LoadedLine>(
    from start: Int, window: Int, _ use: (inout TablesReader, [Line]) throws -> Void
  ) throws -> LinePart<Line>.End {
    var next = start
    var blocks: [(checksum: Checksum, ending: [UInt8])] = []
    var batch = Self.firstBatch
    var lower = start
    while lower < size {
      let ranges = ranges(from: lower, window: window, count: batch)
      for part in read(ranges, as: Line.self, firstLine: start) {
        // Otherwise the two ends of a line were seen as different lines.
        if let first = part.first, first != next { throw Irregular() }
        try use(&rows, part.lines)
        if part.first != nil { next = part.next }
        if case .open = part.end {
          if let block = part.block { blocks.append(block) }
          continue
        }
        // The separator before the line may be in the block before.
        sumBlocks(blocks, window: window, before: next - 2)
        return part.end
      }
      lower = ranges.last?.upperBound ?? size
      batch = min(2 * batch, Self.largestBatch)
    }
    sumBlocks(blocks, window: window, before: next - 2)
    return .stopped(at: next)
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

  /// Reads the lines that start in ranges of the file, on all processors.
  ///
  /// - Parameter firstLine: the offset of the list's first line in any range.
  private func read<Line: LoadedLine>(
    _ ranges: [Range<Int>], as type: Line.Type, firstLine: Int
  ) -> [LinePart<Line>] {
    let parts = Mutex([LinePart<Line>?](repeating: nil, count: ranges.count))
    let taken = Atomic(0)
    let (file, blockSize) = (file, digest.blockSize)
    let workers = min(ranges.count, ProcessInfo.processInfo.activeProcessorCount)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var buffer: [UInt8] = []
      while true {
        let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < ranges.count else { return }
        let part: LinePart<Line> = Self.read(
          ranges[index], of: file, blockSize: blockSize, isFirst: ranges[index].lowerBound == firstLine, &buffer)
        parts.withLock { $0[index] = part }
      }
    }
    // A part that is missing has no lines, so that the next one does not go on where the last one ends.
    return parts.withLock { $0.map { $0 ?? LinePart() } }
  }

  /// Reads the lines that start in a range of a file.
  ///
  /// - Parameters:
  ///   - isFirst: whether a line starts with the range; otherwise one does behind the first line end from the byte before it.
  ///   - buffer: memory for the text.
  private static func read<Line: LoadedLine>(
    _ range: Range<Int>, of file: FileDescriptor, blockSize: Int, isFirst: Bool, _ buffer: inout [UInt8]
  ) -> LinePart<Line> {
    var part = LinePart<Line>()
    let start = range.lowerBound - 1
    var reader = TablesReader(
      text: [], file: file, offset: start, reader: JSONReader(depth: recordDepth), tables: Tables())
    let limit = range.upperBound - start
    guard fill(&buffer, upToLineEndFrom: limit - 1, blockSize / margin, from: file, at: start) else {
      part.end = .stopped(at: range.lowerBound)
      return part
    }
    swap(&buffer, &reader.text)
    defer { swap(&buffer, &reader.text) }
    if range.lowerBound % blockSize == 0 {
      part.block = block(of: reader.text.span.extracting(1..<min(1 + range.count, reader.text.count)), blockSize)
    }
    guard
      let first = isFirst
        ? 1 : reader.text[..<min(limit, reader.text.count)].firstIndex(of: ASCII.lineFeed).map({ $0 + 1 }),
      first < limit
    else { return part }
    (part.first, part.next) = (start + first, start + first)
    reader.reader.position = first
    reader.readLines(before: limit, into: &part)
    return part
  }

  private static func block(of bytes: Span<UInt8>, _ size: Int) -> (checksum: Checksum, ending: [UInt8])? {
    guard bytes.count == size else { return nil }
    var digest = ContentsDigest(blockSize: size)
    digest.append(bytes)
    return digest.wholeBlock
  }

  /// Reads bytes at least up to the first line end from an index on, or up to the end of the file.
  ///
  /// - Parameter margin: the number of bytes that are read behind the index at first.
  private static func fill(
    _ buffer: inout [UInt8], upToLineEndFrom index: Int, _ margin: Int, from file: FileDescriptor, at offset: Int
  ) -> Bool {
    var size = index + 1 + margin
    while true {
      if buffer.count < size { buffer += [UInt8](repeating: 0, count: size - buffer.count) }
      if buffer.count > size { buffer.removeLast(buffer.count - size) }
      let count: Int
      do throws(SystemError) { count = try file.read(into: &buffer, from: offset) } catch { return false }
      if count < size {
        buffer.removeLast(size - count)
        return true
      }
      if buffer[index...].contains(ASCII.lineFeed) { return true }
      size *= 2
    }
  }
}
