import Dispatch
import JSONCoding
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The reading of the lines that start in ranges of a file, on all processors.
final class PartReading<Line: LoadedLine>: Sendable {
  private let ranges: [Range<Int>]
  private let file: FileDescriptor
  private let blockSize: Int
  private let (firstLine, firstBlock): (Int, Int)
  /// The number of ranges that somebody reads or has read.
  private let taken = Atomic(0)
  private let parts: Mutex<[LinePart<Line>?]>
  private let buffers: PartBuffers
  /// Signalled for each range that was read.
  private let read = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - buffers: memory for texts that other readings have used.
  ///   - firstLine: the offset of the list's first line in any range.
  ///   - firstBlock: the offset of the first block whose checksum is needed; the first range may begin before it.
  init(
    _ ranges: [Range<Int>], of file: FileDescriptor, blockSize: Int, buffers: PartBuffers, firstLine: Int,
    firstBlock: Int
  ) {
    (self.ranges, self.file, self.blockSize, self.buffers) = (ranges, file, blockSize, buffers)
    (self.firstLine, self.firstBlock) = (firstLine, firstBlock)
    parts = Mutex([LinePart<Line>?](repeating: nil, count: ranges.count))
  }

  /// Has other threads read.
  func start() {
    for _ in 1..<max(1, min(ranges.count, ProcessInfo.processInfo.activeProcessorCount)) {
      DispatchQueue.global().async { self.work() }
    }
  }

  /// Reads what nobody reads yet, and waits for the rest.
  ///
  /// It does not wait for a thread that has not begun, because all may be busy.
  func finish() -> [LinePart<Line>] {
    work()
    for _ in ranges { read.wait() }
    // A part that is missing has no lines, so that the next one does not go on where the last one ends.
    return parts.withLock { $0.map { $0 ?? LinePart() } }
  }

  private func work() {
    var buffer = buffers.take()
    defer { buffers.put(buffer) }
    while true {
      let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < ranges.count else { return }
      let part = read(ranges[index], &buffer)
      parts.withLock { $0[index] = part }
      read.signal()
    }
  }

  /// Reads the lines that start in a range of the file.
  ///
  /// In the first range a line starts with it, in others behind the first line end from the byte before it.
  ///
  /// - Parameter buffer: memory for the text.
  private func read(_ range: Range<Int>, _ buffer: inout [UInt8]) -> LinePart<Line> {
    var part = LinePart<Line>()
    let start = range.lowerBound - 1
    var reader = TablesReader(
      text: [], file: FileReference(file), offset: start, reader: .ofStore(depth: LineLoader.recordDepth),
      tables: Tables())
    let limit = range.upperBound - start
    do throws(SystemError) {
      // The block's last line ends in the next one.
      var isWhole = try fill(&buffer, count: limit + blockSize / 16, from: start)
      if range.lowerBound >= firstBlock {
        part.block = block(of: buffer.span.extracting(1..<min(1 + range.count, buffer.count)))
      }
      // A part in the middle of a long line has none of its own.
      guard
        let first = range.lowerBound == firstLine
          ? 1 : buffer[..<min(limit, buffer.count)].firstIndex(of: ASCII.lineFeed).map({ $0 + 1 }),
        first < limit
      else { return part }
      while !isWhole, !buffer[(limit - 1)...].contains(ASCII.lineFeed) {
        isWhole = try fill(&buffer, count: 2 * buffer.count, from: start)
      }
      (part.first, part.next) = (start + first, start + first)
      reader.reader.position = first
    } catch {
      part.end = .stopped(at: range.lowerBound)
      return part
    }
    swap(&buffer, &reader.text)
    defer { swap(&buffer, &reader.text) }
    reader.readLines(before: limit, into: &part)
    return part
  }

  private func block(of bytes: Span<UInt8>) -> (checksum: Checksum, ending: [UInt8])? {
    guard bytes.count == blockSize else { return nil }
    var digest = ContentsDigest(blockSize: blockSize)
    digest.append(bytes)
    return digest.wholeBlock
  }

  /// Reads bytes from an offset on.
  ///
  /// - Returns: whether the file has no more than them.
  private func fill(_ buffer: inout [UInt8], count: Int, from offset: Int) throws(SystemError) -> Bool {
    if buffer.capacity < count { buffer = [UInt8](repeating: 0, count: count) }
    if buffer.count < count { buffer += repeatElement(0, count: count - buffer.count) }
    buffer.removeLast(buffer.count - count)
    let read = try file.read(into: &buffer, from: offset)
    buffer.removeLast(count - read)
    return read < count
  }
}
