import JSONCoding

/// A text that must be rejected, with the violated rule and the offending byte.
struct RefusedText: Sendable {
  let text: JSONText
  let error: JSONError

  init(_ text: JSONText, _ reason: JSONError.Reason, at offset: Int) {
    self.text = text
    error = JSONError(reason, at: offset)
  }

  init(_ text: String, _ reason: JSONError.Reason, at offset: Int) {
    self.init(JSONText(text), reason, at: offset)
  }

  /// A byte that is not allowed at this offset.
  init(_ text: String, at offset: Int) {
    let text = JSONText(text)
    self.init(text, .unexpectedByte(text.bytes[offset]), at: offset)
  }

  init(_ bytes: [UInt8], at offset: Int) {
    self.init(JSONText(bytes), .unexpectedByte(bytes[offset]), at: offset)
  }

  /// A text that ends too early.
  init(endsEarly text: String) {
    let text = JSONText(text)
    self.init(text, .unexpectedEnd, at: text.bytes.count)
  }
}

/// Texts that every JSON parser must reject, by the classes of JSONTestSuite (`n_`), and those of its `i_` class that
/// this parser rejects.
enum RefusedTexts {
  static let all = arrays + literals + numbers + objects + strings + structures + ours

  static let arrays: [RefusedText] = [
    .init("[2 false]", at: 3),
    .init("[b\u{e5}]", at: 1),
    .init(#"["x": 2]"#, at: 4),
    .init(#"["x"],"#, .trailingBytes, at: 5),
    .init("[,2]", at: 1),
    .init("[3,,4]", at: 3),
    .init(#"["y",,]"#, at: 5),
    .init(#"["y"]]"#, .trailingBytes, at: 5),
    .init(#"["z",]"#, at: 5),
    .init(endsEarly: #"["z""#),
    .init("[y", at: 1),
    .init("[4[5]]", at: 2),
    .init([0x5b, 0xfe, 0x5d], at: 1),
    .init("[1:3]", at: 2),
    .init("[,]", at: 1),
    .init("[  , 1]", at: 3),
    .init(endsEarly: "[\"b\",\n5\n,2,"),
    .init("[2,]", at: 3),
    .init("[2,,]", at: 3),
    .init("[\"\u{b}b\"\\f]", .controlCharacterInString, at: 2),
    .init("[\"b\"\\f]", at: 4),
    .init("[+]", at: 1),
    .init(endsEarly: #"["""#),
    .init(endsEarly: "[2,"),
    .init(endsEarly: "[2,\n2\n,2"),
    .init(endsEarly: "[{}"),
  ]

  static let literals: [RefusedText] = [
    .init("[fal]", at: 4),
    .init("[nu]", at: 3),
    .init("[tr]", at: 3),
    .init(endsEarly: "tru"),
    .init("True", at: 0),
    .init("[NULL]", at: 1),
    .init("nullx", .trailingBytes, at: 4),
    .init("undefined", at: 0),
  ]

  static let numbers: [RefusedText] = [
    .init("456\0", .trailingBytes, at: 3),
    .init("[++4321]", at: 1),
    .init("[+2]", at: 1),
    .init("[+Inf]", at: 1),
    .init("[-]", .invalidNumber, at: 2),
    .init(endsEarly: "-"),
    .init("[-02]", .invalidNumber, at: 3),
    .init("[-00.0]", .invalidNumber, at: 3),
    .init("[00e0]", .invalidNumber, at: 2),
    .init("[-2.0.]", at: 5),
    .init("[-3.]", .invalidNumber, at: 4),
    .init("[-NaN]", .invalidNumber, at: 2),
    .init("[.-2]", at: 1),
    .init("[.3e-4]", at: 1),
    .init("[0.2.3]", at: 4),
    .init("[0.4e+]", .invalidNumber, at: 6),
    .init("[0.4e]", .invalidNumber, at: 5),
    .init("[0.e2]", .invalidNumber, at: 3),
    .init("[0E+]", .invalidNumber, at: 4),
    .init("[0E]", .invalidNumber, at: 3),
    .init("[2.0e-]", .invalidNumber, at: 6),
    .init(endsEarly: "2.0e-"),
    .init(endsEarly: "2.0e"),
    .init(endsEarly: "2."),
    .init("[2 000.0]", at: 3),
    .init("[2eE3]", .invalidNumber, at: 3),
    .init("[3.e+4]", .invalidNumber, at: 3),
    .init("[Inf]", at: 1),
    .init("[NaN]", .unexpectedByte(UInt8(ascii: "N")), at: 1),
    .init("[Infinity]", at: 1),
    .init("[-Infinity]", .invalidNumber, at: 2),
    .init("[\u{ff12}]", at: 1),
    .init("[2+3]", at: 2),
    .init("[0x2]", at: 2),
    .init("[0X42]", at: 2),
    .init("[0e+-2]", .invalidNumber, at: 4),
    .init("[-321.321bar]", at: 9),
    .init([0x5b, 0x31, 0x32, 0xe4, 0x5d], at: 3),
    .init([0x5b, 0x31, 0x65, 0x31, 0xe4, 0x5d], at: 4),
    .init([0x5b, 0x30, 0xe4, 0x5d, 0x0a], at: 2),
    .init(JSONText([0x5b, 0x31, 0x65, 0xe4, 0x5d]), .invalidNumber, at: 3),
    .init("[-bar]", .invalidNumber, at: 2),
    .init("[- 2]", .invalidNumber, at: 2),
    .init("[-023]", .invalidNumber, at: 3),
    .init("[-.321]", .invalidNumber, at: 2),
    .init("[-2y]", at: 3),
    .init("[2eb]", .invalidNumber, at: 3),
    .init("[2.]", .invalidNumber, at: 3),
    .init("[.321]", at: 1),
    .init("[2.3b-4]", at: 4),
    .init("[2.7011670033376514H-307]", at: 19),
    .init("[023]", .invalidNumber, at: 2),
    .init("[1_000]", at: 2),
  ]

  static let objects: [RefusedText] = [
    .init(#"["y", trust]"#, at: 9),
    .init("{[: \"y\"}\n", at: 1),
    .init(#"{"y", null}"#, at: 4),
    .init(#"{"y"::"c"}"#, at: 5),
    .init("{\u{1f1e9}\u{1f1ea}}", at: 1),
    .init(#"{"b":"b" 321}"#, at: 9),
    .init("{name: 'x'}", at: 1),
    .init(JSONText([0x7b, 0x22, 0xb8, 0x22, 0x3a, 0x22, 0x31, 0x22, 0x2c, 0x7d]), .invalidUTF8, at: 2),
    .init(#"{"b" c}"#, at: 5),
    .init(#"{:"c"}"#, at: 1),
    .init(#"{"b" "c"}"#, at: 5),
    .init(endsEarly: #"{"b":"#),
    .init(endsEarly: #"{"b""#),
    .init("{2:2}", at: 1),
    .init("{8888E8888:2}", at: 1),
    .init("{null:null,null:null}", at: 1),
    .init(#"{"no":1,,,,}"#, at: 8),
    .init("{'b':1}", at: 1),
    .init(#"{"no":1,}"#, at: 8),
    .init(#"{"b":"c"}/**/"#, .trailingBytes, at: 9),
    .init(#"{"b":"c"}//"#, .trailingBytes, at: 9),
    .init(#"{"b":"c"}/"#, .trailingBytes, at: 9),
    .init(#"{"b":"c",,"d":"e"}"#, at: 9),
    .init(#"{b: "c"}"#, at: 1),
    .init(endsEarly: #"{"b":"b"#),
    .init(#"{ "bar" : "foo", "b" }"#, at: 21),
    .init(#"{"b":"c"}%"#, .trailingBytes, at: 9),
    .init(#"{"b":1]"#, at: 6),
  ]

  static let strings: [RefusedText] = [
    .init(" ", .unexpectedEnd, at: 1),
    .init(endsEarly: #"["\uD801\"]"#),
    .init(#"["\uD801\u"]"#, .invalidEscape, at: 8),
    .init(#"["\uD801\u2"]"#, .invalidEscape, at: 8),
    .init(#"["\uD801\u2y"]"#, .invalidEscape, at: 8),
    .init("[\u{e8}]", at: 1),
    .init("[\"\\\0\"]", .invalidEscape, at: 2),
    .init(#"["\x01"]"#, .invalidEscape, at: 2),
    .init(endsEarly: #"["\\\"]"#),
    .init("[\"\\\t\"]", .invalidEscape, at: 2),
    .init("[\"\\\u{1f300}\"]", .invalidEscape, at: 2),
    .init(endsEarly: #"["\"]"#),
    .init(#"["\u00B"]"#, .invalidEscape, at: 2),
    .init(#"["\uD835\uDe"]"#, .invalidEscape, at: 8),
    .init(#"["\uD801\uD801\y"]"#, .invalidEscape, at: 14),
    .init(JSONText([0x5b, 0x22, 0x5c, 0x75, 0xe4, 0x22, 0x5d]), .invalidEscape, at: 2),
    .init(#"["\d"]"#, .invalidEscape, at: 2),
    .init(#"["\N"]"#, .invalidEscape, at: 2),
    .init(#"["\'"]"#, .invalidEscape, at: 2),
    .init(#"["\uzzzz"]"#, .invalidEscape, at: 2),
    .init(#"["\u 123"]"#, .invalidEscape, at: 2),
    .init(#"["\u+123"]"#, .invalidEscape, at: 2),
    .init(JSONText([0x5b, 0x22, 0x5c, 0xe4, 0x22, 0x5d]), .invalidEscape, at: 2),
    .init(#"[\u0020"xyz"]"#, at: 1),
    .init(#"[\t]"#, at: 1),
    .init(endsEarly: "\""),
    .init("['one word']", at: 1),
    .init("xyz", at: 0),
    .init(endsEarly: #"["\"#),
    .init(endsEarly: #"["\u12"#),
    .init("[\"b\0b\"]", .controlCharacterInString, at: 3),
    .init("[\"old\nline\"]", .controlCharacterInString, at: 5),
    .init("[\"\t\"]", .controlCharacterInString, at: 2),
    .init("[\"12345678\u{1f}\"]", .controlCharacterInString, at: 10),
    .init("\"\\UB77E\"", .invalidEscape, at: 1),
    .init(endsEarly: "\"y"),
    .init("\"\"y", .trailingBytes, at: 2),
    .init(#"["\012"]"#, .invalidEscape, at: 2),
  ]

  static let structures: [RefusedText] = [
    .init(String(repeating: "[", count: 100_000), .tooDeep(limit: 512), at: 512),
    .init(String(repeating: #"[{"":"#, count: 50_000), .tooDeep(limit: 512), at: 5 * 256),
    .init("[\u{2060}]", at: 1),
    .init([0xef, 0xbb, 0xbf], at: 0),
    .init([0xef, 0xbb, 0x7b, 0x7d], at: 0),
    .init("<.>", at: 0),
    .init("[<true>]", at: 1),
    .init("[2]y", .trailingBytes, at: 3),
    .init("[2]]", .trailingBytes, at: 3),
    .init(endsEarly: #"["xyz]"#),
    .init("b\u{e5}", at: 0),
    .init("2]", .trailingBytes, at: 1),
    .init(endsEarly: #"{"y": false,"#),
    .init("[][]", .trailingBytes, at: 2),
    .init("]", at: 0),
    .init([0xe4], at: 0),
    .init(endsEarly: "["),
    .init("", .unexpectedEnd, at: 0),
    .init("[\0]", at: 1),
    .init("3@", .trailingBytes, at: 1),
    .init("{}}", .trailingBytes, at: 2),
    .init(endsEarly: #"{"":"#),
    .init(#"{"b":/*remark*/"c"}"#, at: 5),
    .init(#"{"b": true} "y""#, .trailingBytes, at: 12),
    .init("['", at: 1),
    .init("[,", at: 1),
    .init(endsEarly: "[{"),
    .init(endsEarly: #"["b"#),
    .init(endsEarly: #"["b""#),
    .init(endsEarly: "{"),
    .init("{]", at: 1),
    .init("{,", at: 1),
    .init("{[", at: 1),
    .init(endsEarly: #"{"b"#),
    .init("{'b'}", at: 1),
    .init(#"["\{["\{["#, .invalidEscape, at: 2),
    .init("*", at: 0),
    .init(#"{"b":"c"}#{}"#, .trailingBytes, at: 9),
    .init(#"[\u000A""]"#, at: 1),
    .init(endsEarly: "[2"),
    .init(endsEarly: "[ false, nu"),
    .init(endsEarly: "[ true, fal"),
    .init(endsEarly: #"{"xyz":"xyz""#),
    .init("\u{e5}", at: 0),
    .init("[\u{c}]", at: 1),
    .init("[\u{a0}]", at: 1),
    .init("\0", at: 0),
  ]

  static let ours: [RefusedText] = [
    .init("[0.5e0077777777777777777777777777777777777777777777777777777]", .numberOutOfRange, at: 1),
    .init("[-2e+9999]", .numberOutOfRange, at: 1),
    .init("[2.5e+9999]", .numberOutOfRange, at: 1),
    .init("[1e400]", .numberOutOfRange, at: 1),
    .init("[-1e309]", .numberOutOfRange, at: 1),
    .init("[ 1, -321321e100000]", .numberOutOfRange, at: 5),
    .init("[" + String(repeating: "9", count: 320) + ".5]", .numberOutOfRange, at: 1),
    .init(#"{"b":"c","b":"d"}"#, .duplicateKey("b"), at: 9),
    .init(#"{"b":"c", "b":"c"}"#, .duplicateKey("b"), at: 10),
    .init(#"{"b":1,"\u0062":2}"#, .duplicateKey("b"), at: 7),
    .init(#"[{"c":{"b":1,"b":2}}]"#, .duplicateKey("b"), at: 13),
    .init([0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00], at: 0),
    .init([0x00, 0x5b, 0x00, 0x5d], at: 0),
    .init([0x5b, 0x00, 0x5d, 0x00], at: 1),
    .init([0xef, 0xbb, 0xbf, 0x7b, 0x7d], at: 0),
  ]
}
