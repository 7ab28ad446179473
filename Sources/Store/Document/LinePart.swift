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

/// The parts of a list of lines, which are used in order.
struct PartedList<Line: LoadedLine> {
  /// The offset of the line behind the last one that was used.
  private(set) var next: Int
  /// The blocks up to the end of the list.
  private(set) var blocks: [(checksum: Checksum, ending: [UInt8])] = []
  /// Where the list ends or stops; nil as long as it goes on.
  private(set) var end: LinePart<Line>.End?
  private(set) var failure: (any Error)?
  /// Whether the end is among the parts that were taken.
  private(set) var isRead = false
  private var unused: [LinePart<Line>] = []

  /// - Parameter next: the offset of the first line.
  init(next: Int) { self.next = next }

  /// Takes the next parts.
  mutating func take(_ parts: [LinePart<Line>]) {
    unused = parts
    isRead = failure != nil || parts.contains { if case .open = $0.end { false } else { true } }
  }

  /// Uses the lines of the parts that were taken.
  mutating func use(_ rows: inout TablesReader, _ use: (inout TablesReader, [Line]) throws -> Void) {
    let parts = unused
    unused = []
    for part in parts where end == nil && failure == nil {
      do {
        // Otherwise the two ends of a line were seen as different lines.
        if let first = part.first, first != next { throw LineLoader.Irregular() }
        try use(&rows, part.lines)
      } catch {
        failure = error
      }
      if part.first != nil { next = part.next }
      if case .open = part.end {
        if let block = part.block { blocks.append(block) }
      } else {
        end = part.end
      }
    }
  }
}
