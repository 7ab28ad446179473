import JSONCoding

/// A text that must be accepted, with its value.
struct AcceptedText: Sendable {
  let text: JSONText
  let value: JSONValue

  init(_ text: String, _ value: JSONValue) {
    self.text = JSONText(text)
    self.value = value
  }

  init(_ text: JSONText, _ value: JSONValue) {
    self.text = text
    self.value = value
  }
}

/// Texts that every JSON parser must accept, by the classes of JSONTestSuite (`y_`).
enum AcceptedTexts {
  static let all = arrays + numbers + objects + strings + structures

  static let arrays: [AcceptedText] = [
    .init("[[]  ]", [[]]),
    .init(#"[""]"#, [""]),
    .init("[]", []),
    .init("[\"end\"]\n", ["end"]),
    .init("[true]", [true]),
    .init(#"[null, 7, "7", {}]"#, [nil, 7, "7", [:]]),
    .init("[null]", [nil]),
    .init("[8\n]", [8]),
    .init("  [3]", [3]),
    .init("[5,null,null,6]", [5, nil, nil, 6]),
    .init("[9]  ", [9]),
    .init("[ 1 , 2 ]", [1, 2]),
    .init("[[[1],[2]],[[]]]", [[[1], [2]], [[]]]),
  ]

  static let numbers: [AcceptedText] = [
    .init("[321e54]", [.double(321e54)]),
    .init("[0e+2]", [.double(0)]),
    .init("[0e3]", [.double(0)]),
    .init("[ 6]", [6]),
    .init("[-0.0000000000000000000000000000000000000000000000000000000000002]\n", [.double(-2e-61)]),
    .init("[30e1]", [.double(300)]),
    .init("[-0]", [.double(-0.0)]),
    .init("[-456]", [-456]),
    .init("[-2]", [-2]),
    .init("[2E21]", [.double(2e21)]),
    .init("[3E-4]", [.double(3e-4)]),
    .init("[4E+5]", [.double(4e5)]),
    .init("[45e67]", [.double(45e67)]),
    .init("[987.654e32]", [.double(987.654e32)]),
    .init("[5e-6]", [.double(5e-6)]),
    .init("[6e+7]", [.double(6e7)]),
    .init("[0]", [0]),
    .init("[456]", [456]),
    .init("[456.789012]", [.double(456.789012)]),
    .init("[1.0]", [.double(1)]),
    .init("[1.50]", [.double(1.5)]),
    .init("[1e007]", [.double(1e7)]),
  ]

  static let objects: [AcceptedText] = [
    .init(#"{"one":"two", "three":"four"}"#, ["one": "two", "three": "four"]),
    .init(#"{"one":"two"}"#, ["one": "two"]),
    .init("{}", [:]),
    .init("{ }", [:]),
    .init(#"{"":1}"#, ["": 1]),
    .init(#"{"left\u0000right": 41}"#, ["left\0right": 41]),
    .init(#"{ "low": -2.0e+27, "high": 2.0e+27 }"#, ["low": .double(-2e27), "high": .double(2e27)]),
    .init(
      #"{"list":[{"key": "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}], "key": "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"}"#,
      [
        "list": [["key": .string(String(repeating: "y", count: 36))]],
        "key": .string(String(repeating: "z", count: 36)),
      ]),
    .init(#"{"b":[]}"#, ["b": []]),
    .init(#"{"name":"\u0414\u043E\u043c"}"#, ["name": "Дом"]),
    .init("{\n\"c\"\t:\r\"d\"\n}", ["c": "d"]),
    .init(#"{"a":{"a":{"a":1}},"b":1}"#, ["a": ["a": ["a": 1]], "b": 1]),
  ]

  static let strings: [AcceptedText] = [
    .init(#"["\u0040\u0139\u20ac"]"#, ["@Ĺ€"]),
    .init(#"["\uD83D\ude00"]"#, ["😀"]),
    .init(#"["\ud83d\ude00\ud83c\udf0d"]"#, ["😀🌍"]),
    .init(#"["\"\\\/\b\f\n\r\t"]"#, ["\"\\/\u{8}\u{c}\n\r\t"]),
    .init(#"["\\u0000"]"#, [#"\u0000"#]),
    .init(#"["\""]"#, ["\""]),
    .init(#"["x/*y*/z//w"]"#, ["x/*y*/z//w"]),
    .init(#"["\\b"]"#, [#"\b"#]),
    .init(#"["\\t"]"#, [#"\t"#]),
    .init(#"["\u001f"]"#, ["\u{1f}"]),
    .init(#"["\uffff\uFFFE"]"#, ["\u{ffff}\u{fffe}"]),
    .init(#"["\udbff\udffe"]"#, ["\u{10fffe}"]),
    .init(#"["\uDBFF\uDFFF"]"#, ["\u{10ffff}"]),
    .init(#"["\uD800\uDC00"]"#, ["\u{10000}"]),
    .init(#"["\uD83F\uDFFF"]"#, ["\u{1ffff}"]),
    .init(#"["a\u00A0b\u200Bc\u2064d"]"#, ["a\u{a0}b\u{200b}c\u{2064}d"]),
    .init("[\"\u{10ffff}\u{ffff}\u{1bffe}\"]", ["\u{10ffff}\u{ffff}\u{1bffe}"]),
    .init(#"["\u0000"]"#, ["\0"]),
    .init(#"["\u003b"]"#, [";"]),
    .init("[\"λ\"]", ["λ"]),
    .init(#"["word "]"#, ["word "]),
    .init("\"  \"", "  "),
    .init(#"["\u0801\u0122"]"#, ["ࠁĢ"]),
    .init("[\"\u{2028}\u{2029}\"]", ["\u{2028}\u{2029}"]),
    .init(#"["\u0062\u30AB\u30ea"]"#, ["bカリ"]),
    .init(#"["one\u000atwo"]"#, ["one\ntwo"]),
    .init("[\"\u{7f}b\u{7f}\"]", ["\u{7f}b\u{7f}"]),
    .init(#"["\u005c\u0022\u002F"]"#, [#"\"/"#]),
    .init("[\"€𝄞\"]", ["€𝄞"]),
    .init("[\"12345678\\n12345678é12345678\"]", ["12345678\n12345678é12345678"]),
  ]

  static let structures: [AcceptedText] = [
    .init("false", false),
    .init("true", true),
    .init("null", nil),
    .init("41", 41),
    .init("-0.2", .double(-0.2)),
    .init("\"word\"", "word"),
    .init("\"\"", ""),
    .init("[false]\n", [false]),
    .init(" [] ", []),
    .init(" \t\r\n{ \t\r\n} \t\r\n", [:]),
  ]

  /// Texts that JSONTestSuite leaves to the implementation (`i_`) and that this parser accepts.
  static let ours: [AcceptedText] = [
    .init("[123.456e-790]", [.double(0)]),
    .init("[321e-10000000]", [.double(0)]),
    .init("[-321321321321321321321321321]", [.numeral("-321321321321321321321321321")]),
    .init("[200000000000000000000]", [.numeral("200000000000000000000")]),
    .init(
      "[-98765432109876543210987654321098765432109876543210]",
      [.numeral("-98765432109876543210987654321098765432109876543210")]),
    .init(#"{"\uDFBB":1}"#, ["\u{fffd}": 1]),
    .init(#"["\uDBDB"]"#, ["\u{fffd}"]),
    .init(#"["\uD899\u4321"]"#, ["\u{fffd}\u{4321}"]),
    .init(#"["\uD801\n"]"#, ["\u{fffd}\n"]),
    .init(#"["\uDe1ea"]"#, ["\u{fffd}a"]),
    .init(#"["\uD801\uD801\n"]"#, ["\u{fffd}\u{fffd}\n"]),
    .init(#"["\uD83D\uD83D\uDE00"]"#, ["\u{fffd}😀"]),
    .init(#"["\uDE00\uD83D"]"#, ["\u{fffd}\u{fffd}"]),
    .init(#"["\ud801xyz"]"#, ["\u{fffd}xyz"]),
    .init(#"["\uDFBB"]"#, ["\u{fffd}"]),
    .init(#"["\uD83D\\uDE00"]"#, ["\u{fffd}\\uDE00"]),
    .init(
      String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
      (1..<500).reduce([]) { value, _ in [value] }),
  ]
}
