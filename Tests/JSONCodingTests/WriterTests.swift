import JSONCoding
import Testing

@Suite struct `Writing` {
  @Test(
    arguments: [
      (nil, "null"),
      (true, "true"),
      (false, "false"),
      (-5, "-5"),
      (.integer(.min), "-9223372036854775808"),
      (1.5, "1.5"),
      (.double(100), "100.0"),
      (.double(1e100), "1e+100"),
      (.double(0.1), "0.1"),
      (.numeral("-98765432109876543210"), "-98765432109876543210"),
      ("", "\"\""),
      ([], "[]"),
      ([:], "{}"),
      ([1, [2, nil], ["k": "v"]], #"[1,[2,null],{"k":"v"}]"#),
      (["b": 1, "a": [:]], #"{"b":1,"a":{}}"#),
      (["\"\n": 1], #"{"\"\n":1}"#),
    ] as [(JSONValue, String)])
  func `compact text has no white space and keeps the order`(_ value: JSONValue, _ text: String) {
    #expect(value.text == text)
  }

  @Test(arguments: [
    ("\"", #"\""#), ("\\", #"\\"#), ("/", "/"), ("\n", #"\n"#), ("\r", #"\r"#), ("\t", #"\t"#), ("\0", #"\u0000"#),
    ("\u{8}", #"\u0008"#), ("\u{1b}", #"\u001b"#), ("\u{7f}", "\u{7f}"), ("é😀…", "é😀…"),
    ("\u{2028}a\u{2029}", #"\u2028a\u2029"#), ("\u{202a}", "\u{202a}"), ("€", "€"),
    ("a\"b\\c\nd", #"a\"b\\c\nd"#),
  ])
  func `only what must be escaped is escaped`(_ string: String, _ escaped: String) {
    #expect(JSONValue.string(string).text == "\"\(escaped)\"")
  }

  @Test func `no string breaks the line`() throws {
    let every = (UInt8(0)..<0x80).map { String(Character(Unicode.Scalar($0))) }.joined() + "\u{2028}\u{2029}"
    let encoded = JSONValue.string(every).encoded
    #expect(!encoded.contains { $0 < ASCII.space })
    #expect(!String(decoding: encoded, as: UTF8.self).contains { $0.isNewline })
    #expect(try JSONValue(parsing: encoded) == .string(every))
  }

  @Test func `pretty text is sorted, indented by two and ended by a line feed`() {
    let value: JSONValue = [
      "b": [1, [], [:], ["y": nil, "x": ["deep"]]],
      "a": "é\n",
      "B": 1.5,
      "": true,
    ]
    #expect(
      JSONPrettyWriter.text(value) == """
        {
          "": true,
          "B": 1.5,
          "a": "é\\n",
          "b": [
            1,
            [],
            {},
            {
              "x": [
                "deep"
              ],
              "y": null
            }
          ]
        }

        """)
  }

  @Test(
    arguments: [(nil, "null\n"), ([], "[]\n"), ([:], "{}\n"), ("s", "\"s\"\n"), ([1], "[\n  1\n]\n")]
      as [(JSONValue, String)])
  func `a short value is pretty too`(_ value: JSONValue, _ text: String) {
    #expect(JSONPrettyWriter.text(value) == text)
  }

  @Test func `a missing value is null`() {
    #expect(JSONValue.optional(String?.none) == nil)
    #expect(JSONValue.optional(Int?.none) == nil)
    #expect(JSONValue.optional(Double?.none) == nil)
    #expect(JSONValue.optional("s") == "s")
    #expect(JSONValue.optional(3) == 3)
    #expect(JSONValue.optional(0.5) == 0.5)
  }
}
