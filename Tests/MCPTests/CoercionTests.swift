import JSONCoding
import Testing

@testable import MCP

/// A value given for a shape, with its reading or its error.
struct Coercion: Sendable, CustomTestStringConvertible {
  let shape: ValueShape
  let given: JSONValue
  /// Nil if the value is refused.
  let read: JSONValue?

  init(_ shape: ValueShape, _ given: JSONValue, _ read: JSONValue?) {
    self.shape = shape
    self.given = given
    self.read = read
  }

  var testDescription: String { "\(given.text) for \(shape.name)" }
}

@Suite struct CoercionTests {
  private static let anyInteger = ValueShape.integer(minimum: nil, maximum: nil)
  private static let anyNumber = ValueShape.number(minimum: nil, maximum: nil)
  private static let band = ValueShape.object([
    Field<Int>.required("stars", .integer(1...5), "Stars.").declaration,
    Field<String?>.optional("description", .string, "Text.").declaration,
  ])

  static let accepted = [
    Coercion(.string, "text", "text"), Coercion(.string, "", ""), Coercion(.string, "5", "5"),
    Coercion(.string, "null", "null"), Coercion(.string, "[1]", "[1]"), Coercion(.string, "true", "true"),
    Coercion(.choice(["a", "b"]), "b", "b"),
    Coercion(anyInteger, 5, 5), Coercion(anyInteger, 5.0, 5), Coercion(anyInteger, "5", 5),
    Coercion(anyInteger, "5.0", 5), Coercion(anyInteger, "-7", -7), Coercion(anyInteger, " 5 ", 5),
    Coercion(anyInteger, 1e3, 1000), Coercion(.integer(minimum: 1, maximum: 3), "3", 3),
    Coercion(anyNumber, 5, 5), Coercion(anyNumber, 0.5, 0.5), Coercion(anyNumber, "0.5", 0.5),
    Coercion(anyNumber, "1e2", 100.0), Coercion(anyNumber, "7", 7),
    Coercion(anyNumber, .numeral("99999999999999999999"), .numeral("99999999999999999999")),
    Coercion(.number(minimum: 0, maximum: 2), 2, 2),
    Coercion(.boolean, true, true), Coercion(.boolean, "true", true), Coercion(.boolean, "False", false),
    Coercion(.freeObject, ["a": 1], ["a": 1]), Coercion(.freeObject, #"{"a":[1]}"#, ["a": [1]]),
    Coercion(band, ["stars": 5], ["stars": 5]),
    Coercion(band, #"{"stars":"4","description":"5"}"#, ["stars": 4, "description": "5"]),
    Coercion(band, ["stars": 3.0, "description": nil], ["stars": 3, "description": nil]),
    Coercion(.array(anyInteger), [1, "2", 3.0], [1, 2, 3]), Coercion(.array(anyInteger), [], []),
    Coercion(.array(anyInteger), 1, [1]), Coercion(.array(anyInteger), "1", [1]),
    Coercion(.array(anyInteger), "[1,\"2\"]", [1, 2]), Coercion(.array(.string), "draft", ["draft"]),
    Coercion(.array(.string), #"["a","b"]"#, ["a", "b"]), Coercion(.array(.string), "[draft]", ["[draft]"]),
    Coercion(.array(.string), "5", ["5"]),
    Coercion(.array(band), ["stars": 5], [["stars": 5]]),
    Coercion(.array(band), #"[{"stars":5}]"#, [["stars": 5]]),
    Coercion(.array(band), [#"{"stars":"5"}"#], [["stars": 5]]),
  ]

  @Test(arguments: accepted) func `a value that a client has wrapped is unwrapped`(coercion: Coercion) {
    let value = coercion.shape.coerced(coercion.given)
    #expect(value == coercion.read)
    #expect(coercion.shape.problems(with: value, at: "x") == [])
  }

  static let refused = [
    Coercion(.string, 5, nil), Coercion(.string, true, nil), Coercion(.string, ["a"], nil),
    Coercion(.string, ["a": 1], nil),
    Coercion(.choice(["a"]), "b", nil), Coercion(.choice(["a"]), 1, nil),
    Coercion(anyInteger, 5.5, nil), Coercion(anyInteger, "5.5", nil), Coercion(anyInteger, "five", nil),
    Coercion(anyInteger, true, nil), Coercion(anyInteger, "true", nil), Coercion(anyInteger, [5], nil),
    Coercion(anyInteger, .numeral("99999999999999999999"), nil), Coercion(anyInteger, 1e300, nil),
    Coercion(anyInteger, "\"5\"", nil), Coercion(anyInteger, ["a": 1], nil),
    Coercion(.integer(minimum: 1, maximum: nil), 0, nil), Coercion(.integer(minimum: nil, maximum: 3), "4", nil),
    Coercion(anyNumber, "much", nil), Coercion(anyNumber, false, nil), Coercion(anyNumber, "null", nil),
    Coercion(anyNumber, .numeral(String(repeating: "9", count: 400)), nil),
    Coercion(.number(minimum: 0, maximum: 2), 2.01, nil), Coercion(.number(minimum: 0, maximum: nil), "-1", nil),
    Coercion(.boolean, 1, nil), Coercion(.boolean, "yes", nil), Coercion(.boolean, [], nil),
    Coercion(.freeObject, "text", nil), Coercion(.freeObject, "[1]", nil), Coercion(.freeObject, 5, nil),
    Coercion(band, "5", nil), Coercion(band, [5], nil), Coercion(band, ["stars": 6], nil),
    Coercion(band, ["description": "x"], nil), Coercion(band, ["stars": 1, "colour": "red"], nil),
    Coercion(.array(anyInteger), "many", nil), Coercion(.array(anyInteger), [1, "x"], nil),
    Coercion(.array(anyInteger), [nil], nil), Coercion(.array(.string), [1], nil),
    Coercion(.array(.string), ["a": 1], nil), Coercion(.array(band), [["stars": 0]], nil),
  ]

  @Test(arguments: refused) func `an invalid value is refused with a sentence`(coercion: Coercion) {
    let problems = coercion.shape.problems(with: coercion.shape.coerced(coercion.given), at: "x")
    #expect(problems.count == 1)
    #expect(problems.allSatisfy { $0.hasPrefix("x") && $0.hasSuffix(".") }, "\(problems)")
  }

  static let sentences: [(ValueShape, JSONValue, String)] = [
    (ValueShape.integer(minimum: 1, maximum: 500), JSONValue.int(501), "x must be an integer from 1 to 500, not 501."),
    (.integer(minimum: 1, maximum: nil), "true", "x must be an integer of at least 1, not the string \"true\"."),
    (.integer(minimum: nil, maximum: nil), 5.5, "x must be an integer, not 5.5."),
    (
      .integer(minimum: nil, maximum: nil), .numeral("99999999999999999999"),
      "x must be an integer, not 99999999999999999999."
    ),
    (.number(minimum: 0, maximum: 2), 3, "x must be a number from 0 to 2, not 3."),
    (.number(minimum: nil, maximum: 0.5), "a", "x must be a number of at most 0.5, not the string \"a\"."),
    (.boolean, "yes", "x must be true or false, not the string \"yes\"."),
    (.freeObject, "5", "x must be an object, not the string \"5\"."),
    (.array(.string), [true], "x[0] must be a string, not a boolean."),
    (
      .choice(["openai", "ollama"]), "openia",
      #"x must be one of "openai", "ollama", not "openia". Did you mean "openai"?"#
    ),
    (.choice(["row", "score"]), "zebra", #"x must be one of "row", "score", not "zebra"."#),
    (.string, ["a"], "x must be a string, not an array."),
    (.text(longest: 3), "four", "x must have at most 3 characters, not 4."),
    (.array(.text(longest: 3)), ["one", "four"], "x[1] must have at most 3 characters, not 4."),
    (
      .word(of: ["openai", "ollama"], advice: "Others speak openai's protocol."), "gemini",
      #"x must be one of "openai", "ollama", not "gemini". Others speak openai's protocol."#
    ),
    (
      .word(of: ["openai", "ollama"], advice: "Others speak openai's protocol."), "openia",
      #"x must be one of "openai", "ollama", not "openia". Did you mean "openai"?"#
    ),
  ]

  @Test func `an object is accepted in place of a text if either is allowed`() {
    let shape = ValueShape.textOrObject
    #expect(shape.coerced("auto") == "auto")
    #expect(shape.coerced(#"{"type":"function"}"#) == ["type": "function"])
    for right in ["auto", ["type": "function"]] as [JSONValue] { #expect(shape.problems(with: right, at: "x").isEmpty) }
    for wrong in [[], 5] as [JSONValue] {
      #expect(shape.problems(with: wrong, at: "x").first?.hasPrefix("x must be a string or an object, not ") == true)
    }
  }

  @Test(arguments: ["", "abc", "äöü", "🙂🙂🙂"]) func `the length of a text is counted in code points`(text: String) {
    #expect(ValueShape.text(longest: 3).problems(with: .string(text), at: "x") == [])
  }

  @Test(arguments: sentences)
  func `a refusal says what is expected and what was given`(shape: ValueShape, given: JSONValue, sentence: String) {
    #expect(shape.problems(with: shape.coerced(given), at: "x") == [sentence])
  }

  @Test func `a long value is not quoted as a whole`() {
    let problems = ValueShape.boolean.problems(with: .string(String(repeating: "x", count: 100_000)), at: "x")
    #expect(problems[0].count < 120)
    // One visible letter.
    let tower = "e" + String(repeating: "\u{301}", count: 41_000)
    #expect(ValueShape.boolean.problems(with: .string(tower), at: "x")[0].unicodeScalars.count < 120)
  }
}
