import Testing

@testable import Providers

@Suite struct ServerSentEventParserTests {
  /// A stream and its events.
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let events: [ServerSentEvent]
    var testDescription: String { name }
  }

  private static func event(_ data: String, type: String = "", id: String = "") -> ServerSentEvent {
    ServerSentEvent(type: type, data: data, id: id)
  }

  static let samples = [
    Sample(name: "nothing", text: "", events: []),
    Sample(name: "line feeds", text: "data: one\n\ndata: two\n\n", events: [event("one"), event("two")]),
    Sample(name: "carriage returns", text: "data: one\r\rdata: two\r\r", events: [event("one"), event("two")]),
    Sample(name: "both", text: "data: one\r\n\r\ndata: two\r\n\r\n", events: [event("one"), event("two")]),
    Sample(name: "mixed ends", text: "data: a\r\ndata: b\rdata: c\n\r\n\n\r", events: [event("a\nb\nc")]),
    Sample(name: "comments", text: ": OPENROUTER PROCESSING\n\n:\n\ndata: x\n: y\n\n", events: [event("x")]),
    Sample(name: "several data lines", text: "data: {\ndata:\ndata:  }\n\n", events: [event("{\n\n }")]),
    Sample(name: "only one space is dropped", text: "data:x\n\ndata:  y\n\n", events: [event("x"), event(" y")]),
    Sample(name: "a field without a colon", text: "data\n\ndata\ndata\n\n", events: [event(""), event("\n")]),
    Sample(name: "a byte-order mark", text: "\u{feff}data: x\n\n\u{feff}data: y\n\n", events: [event("x")]),
    Sample(
      name: "types and ids", text: "event: ping\ndata: {}\n\nid: 7\nevent: a\ndata: b\n\ndata: c\n\nid\ndata: d\n\n",
      events: [event("{}", type: "ping"), event("b", type: "a", id: "7"), event("c", id: "7"), event("d")]),
    Sample(name: "a type without data is forgotten", text: "event: a\n\ndata: b\n\n", events: [event("b")]),
    Sample(name: "unknown fields", text: "date: x\nDATA: x\n data: x\ndata: y\n\n", events: [event("y")]),
    Sample(name: "no blank line at the end", text: "data: x\n\ndata: [DONE]", events: [event("x"), event("[DONE]")]),
    Sample(
      name: "neither blank lines nor a line break at the end", text: "data: {}\ndata: {\"a\":1}",
      events: [event("{}"), event("{\"a\":1}")]),
    Sample(name: "no blank line after a line", text: "event: e\ndata: x\n", events: [event("x", type: "e")]),
    Sample(
      name: "every width of UTF-8", text: "data: aé€😀 e\u{301} 👩‍👩‍👧\r\n\r\ndata: ꙮ\n\n",
      events: [event("aé€😀 e\u{301} 👩‍👩‍👧"), event("ꙮ")]),
  ]

  private func events(_ pieces: [ArraySlice<UInt8>], limit: Int = 1_000) throws -> [ServerSentEvent] {
    var parser = ServerSentEventParser(limit: limit)
    var events: [ServerSentEvent] = []
    for piece in pieces { events += try parser.parse(piece.span) }
    events += parser.finish()
    return events
  }

  @Test(arguments: samples) func `a stream is read the same wherever it is split`(_ sample: Sample) throws {
    let bytes = Array(sample.text.utf8)
    #expect(try events([bytes[...]]) == sample.events)
    for first in bytes.indices {
      for second in first..<bytes.count {
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(try events(pieces) == sample.events, "\(first) \(second)")
      }
    }
  }

  @Test func `a stream is read the same byte by byte`() throws {
    let text = Self.samples.map(\.text).filter { !$0.hasPrefix("\u{feff}") }.map { $0 + "\n\n" }.joined()
    let bytes = Array(text.utf8)
    #expect(try events(bytes.indices.map { bytes[$0...$0] }) == events([bytes[...]]))
  }

  @Test(arguments: 0..<50) func `random streams survive random splits`(_ seed: Int) throws {
    var generator = Numbers(UInt64(seed) + 1)
    let ends = ["\n", "\r", "\r\n"]
    let words = ["a", "é", "😀", " ", ":", "\"x\":1}", "\t", ""]
    var text = ""
    var expected: [ServerSentEvent] = []
    for _ in 0..<40 {
      let end = ends[generator.next(3)]
      let lines = (0...generator.next(3)).map { _ in
        (0..<generator.next(6)).map { _ in words[generator.next(8)] }.joined()
      }
      for line in lines { text += "data: \(line)\(end)" }
      if generator.next(2) == 0 { text += ": nothing\(end)" }
      // A line feed after a carriage return would belong to it.
      text += end
      expected.append(Self.event(lines.joined(separator: "\n")))
      if end == "\r" { text += ":\n" }
    }
    let bytes = Array(text.utf8)
    var pieces: [ArraySlice<UInt8>] = []
    var position = 0
    while position < bytes.count {
      let next = min(bytes.count, position + generator.next(9))
      pieces.append(bytes[position..<next])
      position = next
    }
    #expect(try events(pieces) == expected)
  }

  @Test func `an event beyond the limit is an error, in one line or in many`() throws {
    let long = Array("data: \(String(repeating: "x", count: 200))\n\n".utf8)
    let many = Array(String(repeating: "data: xxxxxxxxxx\n", count: 30).utf8)
    for bytes in [long, many] {
      #expect(throws: ServerSentEventParser.TooLarge(limit: 100)) { try events([bytes[...]], limit: 100) }
    }
    let short = Array(String(repeating: "data: xxxxxxxxxx\n\n: comment\n\n", count: 300).utf8)
    #expect(try events([short[...]], limit: 100).count == 300)
  }

  @Test func `the time to wait before another attempt is read`() throws {
    var parser = ServerSentEventParser()
    _ = try parser.parse(Array("retry: 250\nretry: soon\nretry: -1\n\n".utf8).span)
    #expect(parser.retry == 250)
  }
}

/// Random numbers that are the same in every run (xorshift).
struct Numbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  /// A uniform number below the bound.
  mutating func next(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(bound))
  }
}
