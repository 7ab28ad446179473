import JSONCoding
import TestSupport
import Testing

/// The lenient mode: which texts it accepts, and their values.
@Suite struct `Lenient reading` {
  /// A text that strict mode rejects, and its lenient reading.
  struct Sample: Sendable, CustomTestStringConvertible {
    let text: JSONText
    let value: JSONValue
    var testDescription: String { text.testDescription }

    init(_ text: String, _ value: JSONValue) {
      self.text = JSONText(text)
      self.value = value
    }

    init(_ bytes: [UInt8], _ value: JSONValue) {
      text = JSONText(bytes)
      self.value = value
    }
  }

  static let keys: [Sample] = [
    Sample(#"{"a":1,"b":2,"a":3}"#, ["a": 3, "b": 2]),
    Sample(#"{"t":"same","t":"same"}"#, ["t": "same"]),
    Sample(#"{"t":"first","t":"last"}"#, ["t": "last"]),
    Sample(#"{"t":"text","t":null}"#, ["t": "text"]),
    Sample(#"{"t":null,"t":"text","t":""}"#, ["t": "text"]),
    Sample(#"{"c":[{"m":1}],"c":[],"c":{}}"#, ["c": [["m": 1]]]),
    Sample(#"{"n":1,"n":0,"b":true,"b":false}"#, ["n": 0, "b": false]),
    Sample(#"[{"x":{"k":1,"k":2}},{"k":3,"k":null}]"#, [["x": ["k": 2]], ["k": 3]]),
  ]

  static let numbers: [Sample] = [
    Sample("NaN", nil), Sample("Infinity", nil), Sample("-Infinity", nil), Sample("-inf", nil), Sample("nan", nil),
    Sample(#"{"p":[-0.5,-Infinity],"q":NaN}"#, ["p": [-0.5, nil], "q": nil]),
    Sample("[1e999,-1e999,2]", [nil, nil, 2]),
    Sample("[\(String(repeating: "9", count: 400)).5]", [nil]),
  ]

  static let strings: [Sample] = [
    Sample(Array("\"Paris ".utf8) + [0xf0, 0x9f, 0x98] + Array("\"".utf8), "Paris \u{fffd}"),
    Sample(Array("[\"a".utf8) + [0xff, 0xc0, 0x80] + Array("\",1]".utf8), ["a\u{fffd}\u{fffd}\u{fffd}", 1]),
    Sample(Array("{\"k".utf8) + [0xe2, 0x82] + Array("\":1}".utf8), ["k\u{fffd}": 1]),
    Sample([0x22, 0xe9, 0x5c, 0x6e, 0x22], "\u{fffd}\n"),
    Sample("\"line\nbreak\tand\u{1}\"", "line\nbreak\tand\u{1}"),
    Sample(#""it\'s \x41 \u12g4 \u""#, "it's x41 u12g4 u"),
    Sample(#""\ud83d\u12""#, "\u{fffd}u12"),
  ]

  static let surroundings: [Sample] = [
    Sample("{\"a\":1}\n\ndata: [DONE]\n\n", ["a": 1]), Sample("[1]}", [1]), Sample("\"a\" b", "a"),
    Sample("\u{feff}{\"a\":1}", ["a": 1]),
  ]

  @Test(arguments: keys + numbers + strings + surroundings)
  func `lenient reading of invalid text is unambiguous`(_ sample: Sample) throws {
    #expect(throws: JSONError.self) { try JSONValue(parsing: sample.text.bytes) }
    #expect(try JSONValue(parsing: sample.text.bytes, .lenient) == sample.value)
  }

  @Test(arguments: [
    "", " ", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "[1", "[1,]", "{,}", "\"text", "\"\\", "tru", "nul", "-", "Na", "+1",
    "[NaNa]", "data: {}", "<html>", "{'a':1}", "// x", "-\"\"",
  ])
  func `a text without a whole value is refused`(_ text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text, .lenient) }
  }

  @Test func `lenient reading has the same nesting limit`() {
    #expect(throws: JSONError(.tooDeep(limit: JSONReader.depthLimit), at: JSONReader.depthLimit)) {
      try JSONValue(parsing: String(repeating: "[", count: 1_000), .lenient)
    }
  }

  @Test func `many repeated keys are read in linear time`() throws {
    let members = (0..<60_000).map { "\"key \($0 % 20_000)\":\($0)" }.joined(separator: ",")
    let time = ContinuousClock().measure {
      #expect((try? JSONValue(parsing: "{\(members)}", .lenient))?["key 19999"] == 59_999)
    }
    #expect(time < .seconds(5))
  }

  // MARK: Against the strict mode

  @Test(arguments: AcceptedTexts.all + AcceptedTexts.ours)
  func `a valid text is read as in strict mode`(_ accepted: AcceptedText) {
    #expect(accepted.text.lenientlyParsed() == .success(accepted.value))
  }

  @Test(arguments: 0..<40)
  func `random damage does not crash, and valid texts read the same in both modes`(_ seed: Int) {
    var generator = RepeatableGenerator(seed: UInt64(seed))
    let texts = AcceptedTexts.all.map(\.text) + Self.all.map(\.text) + [`Damaged texts`.sample]
    let pieces =
      [
        "NaN", "-Infinity", "1e999", "\\ud83d", "\\ude00", "\\u", "\\'", "\"k\":1,\"k\":2", "\"", "\\", "{", "}", "[",
        "]", ",",
        ":", "null", "data: [DONE]", "\u{feff}", "\n", "é", "😀",
      ].map { Array($0.utf8) } + [[0xf0, 0x9f], [0x80], [0xff], [0x00]]
    for _ in 0..<400 {
      var bytes = texts[Int.random(in: texts.indices, using: &generator)].bytes
      guard bytes.count < 2_000 else { continue }
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        if Bool.random(using: &generator), index < bytes.count {
          bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...3, using: &generator)))
        } else {
          bytes.insert(contentsOf: pieces[Int.random(in: pieces.indices, using: &generator)], at: index)
        }
      }
      JSONText(bytes).expectLenientAgreement()
    }
  }

  @Test func `random bytes do not crash`() {
    var generator = RepeatableGenerator(seed: 14)
    let alphabet = Array(#"{}[]",:\unaNIif-+.eE0159 "#.utf8) + [0x00, 0x0a, 0x80, 0xc2, 0xed, 0xf0, 0xff]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0..<24, using: &generator)
      let bytes = (0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
      JSONText(bytes).expectLenientAgreement()
    }
  }

  private static let all = keys + numbers + strings + surroundings
}

extension JSONText {
  fileprivate func lenientlyParsed() -> Result<JSONValue, JSONError> {
    Result { () throws(JSONError) in try JSONValue(parsing: bytes, .lenient) }
  }

  /// Lenient mode must read valid texts as strict mode does, and must be able to walk everything that it builds.
  fileprivate func expectLenientAgreement() {
    let built = lenientlyParsed()
    if case .success(let value) = parsed() { #expect(built == .success(value), "\(testDescription)") }
    let walked = Result { () throws(JSONError) in
      var reader = JSONReader(position: bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0, .lenient)
      try reader.skipValue(in: bytes.span)
    }
    switch (built, walked) {
    case (.success(let value), .success):
      // The value itself is valid, whatever was accepted.
      #expect((try? JSONValue(parsing: value.encoded)) == value, "\(testDescription)")
    // A walk ends with the value; only reading a whole text rejects another value after it.
    case (.failure(let error), .success) where error.reason == .trailingBytes: break
    case (.failure(let left), .failure(let right)): #expect(left == right, "\(testDescription)")
    default: Issue.record("\(testDescription): \(built) and \(walked)")
    }
  }
}
