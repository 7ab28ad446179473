import JSONCoding
import Testing

@testable import Evaluation

/// The YAML that configurations use, as PyYAML and js-yaml read it.
@Suite struct YAMLReaderTests {
  /// More than expressions are matched with.
  private static let longDigits = String(repeating: "7", count: 1_000)

  /// Texts with the JSON that they stand for.
  private static let readable: [(yaml: String, json: JSONValue)] = [
    // Mappings and sequences.
    ("", nil),
    ("a: 1\nb: two", ["a": 1, "b": "two"]),
    ("a:\n  b:\n    c: 1\nd: 2", ["a": ["b": ["c": 1]], "d": 2]),
    ("- 1\n- 2", [1, 2]),
    ("a:\n- 1\n- 2\nb: 3", ["a": [1, 2], "b": 3]),
    ("a:\n  - 1\n  - 2", ["a": [1, 2]]),
    ("- a: 1\n  b: 2\n- c: 3", [["a": 1, "b": 2], ["c": 3]]),
    ("- - 1\n  - 2\n- - 3", [[1, 2], [3]]),
    ("-\n  a: 1\n-\n  b: 2", [["a": 1], ["b": 2]]),
    ("a:\nb:", ["a": nil, "b": nil]),
    ("-\n-", [nil, nil]),
    ("- a:\n    - x\n    - y: 1\n      z: 2", [["a": ["x", ["y": 1, "z": 2]]]]),
    ("'a b': 1\n\"c: d\": 2", ["a b": 1, "c: d": 2]),
    ("a b c: 1\nhttp://x: 2", ["a b c": 1, "http://x": 2]),
    // Comments and documents.
    ("# first\na: 1 # second\n# third\nb: x#y", ["a": 1, "b": "x#y"]),
    ("---\na: 1\n...\n", ["a": 1]),
    ("--- text", "text"),
    ("\u{feff}a: 1", ["a": 1]),
    ("a: 1\r\nb:\r\n  - 2\r\n", ["a": 1, "b": [2]]),
    // Plain scalars by the core schema.
    ("[null, ~, Null, true, False, TRUE, yes, no, on]", [nil, nil, nil, true, false, true, "yes", "no", "on"]),
    ("[1, -2, +3, 0x1F, 0o17, 007, 1_000_]", [1, -2, 3, 31, 15, 7, "1_000_"]),
    (
      "[1.5, .5, 1., 1e3, -1.5E-2, 2.50, 1.2.3]",
      [.numeral("1.5"), 0.5, 1.0, .numeral("1e3"), .numeral("-1.5E-2"), .numeral("2.50"), "1.2.3"]
    ),
    ("[99999999999999999999]", [.numeral("99999999999999999999")]),
    ("[-\(longDigits)]", [.numeral("-\(longDigits)")]), ("[0.\(longDigits)]", [.numeral("0.\(longDigits)")]),
    ("[1.\(longDigits).1]", [.string("1.\(longDigits).1")]),
    (
      "['2024-01-01', 2024-1-1, 12:30:00, nullx, '1', \"true\"]",
      ["2024-01-01", "2024-1-1", "12:30:00", "nullx", "1", "true"]
    ),
    ("a: b c  d   # x", ["a": "b c  d"]),
    ("a: one\n  two\n  three", ["a": "one two three"]),
    ("a: one\n\n  two\n\n\n  three\nb: 1", ["a": "one\ntwo\n\nthree", "b": 1]),
    ("a: x\n  - y", ["a": "x - y"]),
    ("a: -1\nb: -x\nc: ?x\nd: :x", ["a": -1, "b": "-x", "c": "?x", "d": ":x"]),
    ("a: {{x}}".replacing("{{x}}", with: "'{{x}}'"), ["a": "{{x}}"]),
    // Quoted scalars.
    (#"a: "x\n\ty \"q\" \u00e9 \U0001F600 \x41 \/ \\""#, ["a": "x\n\ty \"q\" é 😀 A / \\"]),
    (#"["\ud83d\ude00"]"#, ["😀"]),
    ("a: 'it''s'", ["a": "it's"]),
    ("a: \"one\n  two\n\n  three\"", ["a": "one two\nthree"]),
    ("a: 'one  \n  two'", ["a": "one two"]),
    ("a: \"one \\\n  two\"", ["a": "one two"]),
    ("a: \"x\\t\n  y\"", ["a": "x\t y"]),
    ("a: ''\nb: \"\"", ["a": "", "b": ""]),
    // Literal and folded scalars.
    ("a: |\n  one\n  two\n", ["a": "one\ntwo\n"]),
    ("a: |-\n  one\n  two\n", ["a": "one\ntwo"]),
    ("a: |+\n  one\n\nb: 1", ["a": "one\n\n", "b": 1]),
    ("a: |\n  one\n\n\nb: 1", ["a": "one\n", "b": 1]),
    ("a: >\n  one\n  two\n\n  three\n", ["a": "one two\nthree\n"]),
    ("a: >-\n  one\n    two\n  three\n", ["a": "one\n  two\nthree"]),
    ("a: |2\n    one\n  two\n", ["a": "  one\ntwo\n"]),
    ("a: |1-\n  one", ["a": " one"]),
    ("a: |\n  # no comment\n  x: y # {\n", ["a": "# no comment\nx: y # {\n"]),
    ("- |\n  one\n- >\n  two\n", ["one\n", "two\n"]),
    ("- a: |\n    one\n  b: 2", [["a": "one\n", "b": 2]]),
    ("a: |\nb: 1", ["a": "", "b": 1]),
    ("a: |  # note\n  x", ["a": "x"]),
    ("a: |\n\n  x\n", ["a": "\nx\n"]),
    ("a:\n    |\n  x\n", ["a": "x\n"]),
    ("a: |\n  x\n   \n  y\n", ["a": "x\n \ny\n"]),
    ("--- |\nx\ny\n", "x\ny\n"),
    // Flow collections and JSON.
    ("a: {b: 1, c: [x, 'y', \"z\"], d: }", ["a": ["b": 1, "c": ["x", "y", "z"], "d": nil]]),
    ("[a b, c,\n  d]", ["a b", "c", "d"]),
    ("[]\n", []),
    ("a: {}", ["a": [:]]),
    ("{a: http://x/y, \"b\":1,}", ["a": "http://x/y", "b": 1]),
    ("{\n  \"a\": [1, {\"b\": null}], # note\n  \"c\": \"{}\"\n}", ["a": [1, ["b": nil]], "c": "{}"]),
    ("[one\n two, three]", ["one two", "three"]),
    // Anchors, aliases and merge keys.
    ("a: &x 1\nb: *x", ["a": 1, "b": 1]),
    ("d: &d\n  p: 1\n  q: 2\nr:\n  <<: *d\n  q: 3", ["d": ["p": 1, "q": 2], "r": ["q": 3, "p": 1]]),
    ("a: &x\n- 1\nb: *x\nc: 2", ["a": [1], "b": [1], "c": 2]),
    ("- &x {k: [1, &y 2]}\n- *x\n- [*y, *x]", [["k": [1, 2]], ["k": [1, 2]], [2, ["k": [1, 2]]]]),
    ("- &a\n  k: 1\n- <<: *a\n  m: 2", [["k": 1], ["m": 2, "k": 1]]),
    (
      "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], d: 5}",
      ["x": ["a": 1, "b": 2], "y": ["b": 3, "c": 4], "z": ["d": 5, "a": 1, "b": 2, "c": 4]]
    ),
    ("- &t |\n  text\n- *t\n- &s 'it''s'\n- *s # note", ["text\n", "text\n", "it's", "it's"]),
    ("a: &x 1\nb: &x 2\nc: *x", ["a": 1, "b": 2, "c": 2]),
    ("&r\na: 1", ["a": 1]),
    ("a: &e\nb: *e", ["a": nil, "b": nil]),
    ("- &x one\n  two\n- *x", ["one two", "one two"]),
    ("\"<<\": {a: 1}\nb: 2", ["<<": ["a": 1], "b": 2]), (#"{"<<": {"a": 1}, "b": 2}"#, ["<<": ["a": 1], "b": 2]),
    ("x: &x {a: 1}\ny: {'<<': 3, <<: *x}", ["x": ["a": 1], "y": ["<<": 3, "a": 1]]),
    ("\u{a0}a\u{a0}: 1", ["\u{a0}a\u{a0}": 1]), ("a \t: 1", ["a": 1]),
    ("[-1, ?x, a#b, a|b]", [-1, "?x", "a#b", "a|b"]),
    ("a: b # c\n# d\ne: f # g", ["a": "b", "e": "f"]),
  ]

  @Test(arguments: readable.indices)
  func `a text has the value that YAML gives it`(index: Int) throws {
    let (yaml, json) = Self.readable[index]
    #expect(try YAMLReader.value(of: yaml).json == json, "\(yaml)")
  }

  @Test func `aliases cannot make a short text huge`() {
    let layers = (1...12).map {
      "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", "))]"
    }
    let long = ["a0: &a0 \(String(repeating: "x", count: 1_000_000))"]
    for lines in [
      ["a0: &a0 x"] + layers, long + ["b: [\(Array(repeating: "*a0", count: 70).joined(separator: ", "))]"],
    ] {
      #expect { _ = try YAMLReader.value(of: lines.joined(separator: "\n")) } throws: {
        "\($0)".contains("too large")
      }
    }
  }

  /// Texts that are refused, with the line and a word of the reason.
  @Test(arguments: [
    ("a: 1\nb: *x\nc: &x 2", "Line 2", "no anchor"), ("&x a: 1", "Line 1", "anchor"), ("a: &x *y", "Line 1", "alias"),
    ("*a : 1", "Line 1", "alias"), ("a: & b", "Line 1", "name"), ("a: &x 1\nb:\n  <<: *x", "Line 3", "merges"),
    ("a: !!str 1", "Line 1", "tag"),
    ("%YAML 1.2\n---\na: 1", "Line 1", "directive"),
    ("a: 1\n---\nb: 2", "Line 2", "second document"), ("a: 1\na: 2", "Line 2", "again"),
    ("{a: 1, a: 2}", "Line 1", "again"),
    ("? a\n: b", "Line 1", "?"), ("a: b: c", "Line 1", "quotes"), ("a: {{ x }}", "Line 1", "quotes"),
    ("a:\n  b: 1\n c: 2", "Line 3", "indentation"), ("a: 1\n  b: 2", "Line 2", "quotes"),
    ("a:\n\tb: 1", "Line 2", "tab"),
    ("a: \"x", "Line 1", "not closed"), ("x: 1\na: [1,\n 2", "Line 2", "not closed"),
    ("a: [1 2", "Line 1", "not closed"),
    ("a: - b", "Line 1", "list"), ("a: \"\\q\"", "Line 1", "\\q"), ("a: 'x' y", "Line 1", "more"),
    ("a: @x", "Line 1", "quotes"), ("a: .inf", "Line 1", "finite"), ("[a: 1]", "Line 1", "braces"),
    ("a: |x\n  b", "Line 1", "digit"), ("a: |+-\n  b", "Line 1", "digit"), ("a: \"\\ud800\"", "Line 1", "surrogate"),
    ("- a\nb: 1", "Line 2", "indentation"),
    ("v: hello # greeting\n  world", "Line 2", "indentation"), ("- a # b\n  c", "Line 2", "indentation"),
    ("v: a\n- b: c\nw: d", "Line 2", "indentation"), ("v: &a - y", "Line 1", "list"), ("- &a - y: 1", "Line 1", "list"),
    ("[x,#y\n z]", "Line 1", "#"), ("{? a : b}", "Line 1", "?"), ("[- a]", "Line 1", "list"), ("[-]", "Line 1", "list"),
    ("[b, | c]", "Line 1", "|"), ("[> c]", "Line 1", ">"), (": a", "Line 1", "without a key"),
    ("a: 1_000", "Line 1", "1_000"), ("- 0b11", "Line 1", "0b11"), ("a:\n- 2024-01-01", "Line 2", "2024-01-01"),
    ("[2024-01-01T10:00:00Z]", "Line 1", "date"), ("a: -.5", "Line 1", "-.5"), ("a: -0x1F", "Line 1", "-0x1F"),
  ])
  func `what is not read is refused with its line`(yaml: String, line: String, word: String) {
    #expect("\(yaml)") {
      _ = try YAMLReader.value(of: yaml)
    } throws: { error in
      let sentence = "\(error)"
      return sentence.hasPrefix(line + " ") && sentence.contains(word) && sentence.hasSuffix(".")
    }
  }

  @Test(arguments: ["[", "{a: ", "- ", "a:\n"])
  func `deep nesting is refused`(opening: String) {
    let text =
      opening == "a:\n"
      ? (0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      : String(repeating: opening, count: 10_000)
    #expect { _ = try YAMLReader.value(of: text) } throws: { "\($0)".contains("nested deeper than") }
  }

  @Test func `values know their lines`() throws {
    let root = try YAMLReader.value(of: "# x\na: 1\nb:\n  - |\n    t\n  - c: [1,\n      2]\n")
    #expect(root.line == 2)
    #expect(root.map?.map(\.line) == [2, 3])
    let list = try #require(root["b"]?.list)
    #expect(list.map(\.line) == [4, 6])
    #expect(list[1]["c"]?.list?.map(\.line) == [6, 7])
  }

  @Test func `a long line is read in linear time`() throws {
    let text =
      "a: \"" + String(repeating: "x", count: 5_000_000) + "\"\nb: " + String(repeating: "y ", count: 1_000_000)
    #expect(try YAMLReader.value(of: text)["a"]?.string?.utf8.count == 5_000_000)
  }
}
