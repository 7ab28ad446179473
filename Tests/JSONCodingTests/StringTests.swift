import JSONCoding
import TestSupport
import Testing

@Suite struct `Strings` {
  /// Byte sequences that Unicode's table 3-7 does not list, by what is wrong with them.
  static let malformed: [[UInt8]] = [
    [0x80], [0xbf],  // a continuation byte alone
    [0xc0, 0x80], [0xc0, 0xaf], [0xc1, 0xbf],  // two bytes for what fits one
    [0xe0, 0x80, 0x80], [0xe0, 0x9f, 0xbf],  // three bytes for what fits two
    [0xf0, 0x80, 0x80, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],  // four bytes for what fits three
    [0xed, 0xa0, 0x80], [0xed, 0xaf, 0xbf], [0xed, 0xb0, 0x80], [0xed, 0xbf, 0xbf],  // surrogates
    [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],  // a pair of surrogates, as CESU-8 has it
    [0xf4, 0x90, 0x80, 0x80], [0xf4, 0xbf, 0xbf, 0xbf],  // beyond U+10FFFF
    [0xf5, 0x80, 0x80, 0x80], [0xf7, 0xbf, 0xbf, 0xbf],
    [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],  // five and six bytes
    [0xfe], [0xff],  // never in UTF-8
    [0xc3, 0x28], [0xe2, 0x28, 0xa1], [0xe2, 0x82, 0x28], [0xf0, 0x28, 0x8c, 0xbc],  // no continuation
    [0xf0, 0x9f, 0x28, 0xbc], [0xf0, 0x9f, 0x8c, 0x28], [0xe0, 0xff],
    [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x8c],  // the closing quote comes too early
    [0xc3, 0xc3, 0xa9],
  ]

  @Test(arguments: malformed, [0, 1, 7, 8, 9])
  func `malformed UTF-8 is refused at its first byte`(_ bytes: [UInt8], _ before: Int) {
    let text = JSONText.quoted(Array(repeating: UInt8(ascii: "x"), count: before) + bytes)
    #expect(text.parsed() == .failure(JSONError(.invalidUTF8, at: 1 + before)))
    text.expectAgreement()
  }

  @Test func `every two bytes are UTF-8 exactly when Swift says so`() {
    for first in UInt8(0x80)...0xff {
      for second in UInt8(0x23)...0xff where second != ASCII.backslash {
        let text = JSONText.quoted([first, second])
        let expected = String(validating: [first, second], as: UTF8.self).map(JSONValue.string)
        #expect((try? text.parsed().get()) == expected, "\(text.testDescription)")
      }
    }
  }

  @Test func `the first and the last scalar of every length are read`() {
    let edges: [Unicode.Scalar] = [
      "\u{20}", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{fff}", "\u{1000}", "\u{cfff}", "\u{d000}", "\u{d7ff}",
      "\u{e000}", "\u{ffff}", "\u{10000}", "\u{3ffff}", "\u{40000}", "\u{fffff}", "\u{100000}", "\u{10ffff}",
    ]
    for scalar in edges {
      let text = String(Character(scalar))
      #expect(JSONText("\"\(text)\"").parsed() == .success(.string(text)))
    }
  }

  @Test func `every code unit except surrogates is read from its escape`() throws {
    for unit in UInt16.min...UInt16.max {
      let digits = String(unit, radix: 16)
      let text = "\"\\u" + String(repeating: "0", count: 4 - digits.count) + digits + "\""
      let expected = Unicode.Scalar(unit) ?? "\u{fffd}"
      let read = try #require(try JSONValue(parsing: text).stringValue)
      guard Array(read.unicodeScalars) == [expected] else {
        Issue.record("\(text) was read as \(read)")
        return
      }
    }
  }

  @Test func `a pair of escaped surrogates is one scalar`() throws {
    var generator = RepeatableGenerator(seed: 16)
    for _ in 0..<2000 {
      let value = UInt32.random(in: 0x10000...0x10ffff, using: &generator)
      let scalar = try #require(Unicode.Scalar(value))
      let units = Array(String(Character(scalar)).utf16)
      let escapes = units.map { "\\u" + String($0, radix: 16) }.joined()
      #expect(try JSONValue(parsing: "\"\(escapes)\"") == .string(String(Character(scalar))))
    }
  }

  @Test(arguments: 0..<24)
  func `a special byte is found at any position`(_ before: Int) throws {
    let run = String(repeating: "a", count: before)
    #expect(try JSONValue(parsing: "\"\(run)\\n\(run)\"") == .string(run + "\n" + run))
    #expect(try JSONValue(parsing: "\"\(run)é\(run)\"") == .string(run + "é" + run))
    let control = JSONText("\"\(run)\u{1}\(run)\"")
    #expect(control.parsed() == .failure(JSONError(.controlCharacterInString, at: 1 + before)))
    let closed = JSONText("\"\(run)\"\(run)\"")
    #expect(closed.parsed() == .failure(JSONError(.trailingBytes, at: 2 + before)))
  }

  @Test func `the raw extent of a string is the range between its quotes`() throws {
    let bytes = Array(#" "a\"b" "#.utf8)
    var reader = JSONReader(position: 1)
    let raw = try reader.skipString(in: bytes.span)
    #expect(raw.contents == 2..<6)
    #expect(raw.hasEscapes)
    #expect(reader.position == 7)
  }
}
