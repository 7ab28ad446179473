import JSONCoding
import TestSupport
import Testing

/// Texts that are cut, changed and shuffled: none crashes, and building and walking always agree.
@Suite struct `Damaged texts` {
  static let sample = JSONText(
    #"""
    {"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"prompts_create","arguments":{
      "template":"Résumé of {{ text }} \ud83d\ude00 \u00e9 \"quoted\"\n\t/ 東京 🗼","big":123456789012345678901234567890,
      "list":[1,-2,3.5e-7,-0,true,false,null,[],{},[[{"deep":[1e10]}]]],"":"empty key"}}}
    """#)

  @Test func `the undamaged sample is read`() throws {
    let value = try Self.sample.parsed().get()
    #expect(value["params"]?["arguments"]?["list"]?.arrayValue?.count == 10)
    Self.sample.expectAgreement()
  }

  @Test func `every beginning of a text ends too early`() {
    for end in 0..<Self.sample.bytes.count {
      let text = JSONText(Array(Self.sample.bytes.prefix(end)))
      #expect(text.parsed() == .failure(JSONError(.unexpectedEnd, at: end)), "\(end) bytes")
      text.expectAgreement()
    }
  }

  @Test func `for every suffix of a text both readers agree`() {
    for start in 1..<Self.sample.bytes.count {
      JSONText(Array(Self.sample.bytes.suffix(from: start))).expectAgreement()
    }
  }

  @Test func `both readers agree on a text with one byte missing`() {
    for index in Self.sample.bytes.indices {
      var bytes = Self.sample.bytes
      bytes.remove(at: index)
      JSONText(bytes).expectAgreement()
    }
  }

  @Test(arguments: [UInt8(0x00), 0x22, 0x5c, 0x7d, 0x5b, 0x2c, 0x30, 0x80, 0xed, 0xff])
  func `both readers agree on a text with one byte replaced`(_ byte: UInt8) {
    for index in Self.sample.bytes.indices {
      var bytes = Self.sample.bytes
      bytes[index] = byte
      JSONText(bytes).expectAgreement()
    }
  }

  @Test(arguments: AcceptedTexts.all.map(\.text) + AcceptedTexts.ours.map(\.text) + RefusedTexts.all.map(\.text))
  func `both readers agree on a text with random changes`(_ text: JSONText) {
    guard !text.bytes.isEmpty, text.bytes.count < 2000 else { return text.expectAgreement() }
    let alphabet =
      Array(#"{}[],:"\/ubfnrt0123456789.eE+-truefalsn ā"#.utf8) + [0x00, 0x1f, 0x80, 0xc0, 0xed, 0xf4, 0xff]
    var generator = RepeatableGenerator(
      seed: UInt64(text.bytes.count) &+ text.bytes.reduce(0) { $0 &* 31 &+ UInt64($1) })
    for _ in 0..<60 {
      var bytes = text.bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        let byte = alphabet[Int.random(in: alphabet.indices, using: &generator)]
        switch Int.random(in: 0..<3, using: &generator) {
        case 0 where index < bytes.count: bytes[index] = byte
        case 1 where index < bytes.count: bytes.remove(at: index)
        default: bytes.insert(byte, at: index)
        }
      }
      JSONText(bytes).expectAgreement()
    }
  }

  @Test func `random values survive both writers`() throws {
    var generator = RepeatableGenerator(seed: 8259)
    for _ in 0..<500 {
      let value = JSONValue.random(depth: 4, using: &generator)
      #expect(try JSONValue(parsing: value.encoded) == value)
      #expect(try JSONValue(parsing: JSONPrettyWriter.text(value)) == value)
      JSONText(value.encoded).expectAgreement()
    }
  }
}

extension JSONValue {
  /// A value of any kind, with up to `depth` levels of nesting.
  fileprivate static func random(depth: Int, using generator: inout RepeatableGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
    case 3: return .double(Double.random(in: -1e6...1e6, using: &generator))
    case 4: return .numeral("1" + String(UInt64.random(in: .min ... .max, using: &generator)) + "0000000000")
    case 5: return .string(randomText(using: &generator))
    case 6:
      return .array(
        (0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0..<4, using: &generator) {
        object[randomText(using: &generator)] = random(depth: depth - 1, using: &generator)
      }
      return .object(object)
    }
  }

  private static func randomText(using generator: inout RepeatableGenerator) -> String {
    let scalars = (0..<Int.random(in: 0..<12, using: &generator)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &generator) ? 0x7f : 0x10ffff), using: &generator))
    }
    return scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
  }
}
