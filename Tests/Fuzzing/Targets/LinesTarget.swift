import JSONCoding

@testable import JSONRPC

extension FuzzTarget {
  /// Lines of a stream: the same lines, however the bytes arrive.
  static let lines = FuzzTarget(name: "lines") { bytes in
    let expected = linesByHand(bytes)
    for arrival in arrivals(of: bytes) {
      var splitter = LineSplitter(limit: longestLine)
      var found: [SplitLine] = []
      func take(_ line: Span<UInt8>) { found.append(.text(line.indices.map { line[$0] })) }
      for piece in arrival { splitter.split(piece.span, line: take) { found.append(.overlong) } }
      splitter.finish(line: take)
      try require(found == expected, "\(arrival.count) pieces give \(found) in place of \(expected)")
    }
  }

  private static let longestLine = 24

  private enum SplitLine: Equatable {
    case text([UInt8])
    case overlong
  }

  private static func linesByHand(_ bytes: [UInt8]) -> [SplitLine] {
    bytes.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false).compactMap { line in
      if line.count > longestLine { return .overlong }
      let text = line.starts(with: [0xef, 0xbb, 0xbf]) ? line.dropFirst(3) : line
      let isBlank = text.allSatisfy { [ASCII.space, ASCII.tab, ASCII.carriageReturn].contains($0) }
      return isBlank ? nil : .text(Array(text))
    }
  }
}
