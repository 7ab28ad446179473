import Testing

@testable import JSONRPC

@Suite struct LineSplitterTests {
  /// Feeds the pieces and returns the lines, with "!" for one beyond the limit.
  private func lines(_ pieces: [ArraySlice<UInt8>], limit: Int = 1000) -> [String] {
    var splitter = LineSplitter(limit: limit)
    var lines: [String] = []
    let add: (Span<UInt8>) -> Void = { span in
      lines.append(String(decoding: span.indices.map { span[$0] }, as: UTF8.self))
    }
    for piece in pieces { splitter.split(piece.span, line: add, overlong: { lines.append("!") }) }
    splitter.finish(line: add)
    return lines
  }

  private static let text = Array("\u{feff}{\"a\":1}\r\n\n \t\r\n{\"é\":\"漢字\"}\n\u{feff}\n[1]\n\r\nlast".utf8)
  private static let expected = ["{\"a\":1}\r", "{\"é\":\"漢字\"}", "[1]", "last"]

  @Test func `lines do not depend on where the stream is cut in two`() {
    for cut in 0...Self.text.count {
      #expect(lines([Self.text[..<cut], Self.text[cut...]]) == Self.expected, "cut at \(cut)")
    }
  }

  @Test func `lines do not depend on where the stream is cut in three`() {
    for first in 0...Self.text.count {
      for second in first...Self.text.count {
        let pieces = [Self.text[..<first], Self.text[first..<second], Self.text[second...]]
        #expect(lines(pieces) == Self.expected, "cut at \(first) and \(second)")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 7]) func `lines do not depend on the size of the reads`(size: Int) {
    let pieces = stride(from: 0, to: Self.text.count, by: size).map {
      Self.text[$0..<min($0 + size, Self.text.count)]
    }
    #expect(lines(pieces) == Self.expected)
  }

  @Test func `a stream without bytes has no lines`() {
    #expect(lines([]) == [])
    #expect(lines([[], []]) == [])
  }

  @Test func `a line beyond the limit is reported once and the next line is read`() {
    let text = Array("12345\n123456\n1\n1234567890123\n\n12\n1234567".utf8)
    for cut in 0...text.count {
      #expect(lines([text[..<cut], text[cut...]], limit: 5) == ["12345", "!", "1", "!", "12", "!"], "cut at \(cut)")
    }
    #expect(lines(text.indices.map { text[$0...$0] }, limit: 5) == ["12345", "!", "1", "!", "12", "!"])
  }

  @Test func `a line of many pieces is put together`() {
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    var splitter = LineSplitter()
    var sizes: [Int] = []
    for _ in 0..<320 { splitter.split(piece.span, line: { sizes.append($0.count) }, overlong: {}) }
    splitter.split([0x0a, 0x62].span, line: { sizes.append($0.count) }, overlong: {})
    splitter.finish { sizes.append($0.count) }
    #expect(sizes == [320 << 16, 1])
  }
}
