import Testing

@testable import Evaluation

@Suite struct LinearPatternTests {
  @Test(arguments: [
    ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true), ("^(?:ab|cd)+$", "abcdab", true),
    ("^(?:ab|cd)+$", "abcda", false), ("^a{2,3}$", "a", false), ("^a{2,3}$", "aaa", true), ("^a{2,3}$", "aaaa", false),
    ("^a{2,}$", "aaaaa", true), ("^a{2}?$", "aa", true), ("^[^a-c]$", "d", true), ("^[^a-c]$", "b", false),
    (#"^\d{3}-\w\s$"#, "123-x ", true), (#"^[\w.+-]+@[\w-]+\.[a-z]{2,}$"#, "a.b+c@d-e.org", true),
    (#"^[\w.+-]+@[\w-]+\.[a-z]{2,}$"#, "a@b", false), (#"\bcat\b"#, "a cat.", true), (#"\bcat\b"#, "concat", false),
    (".", "\n", false), (#"\u00e9"#, "caf\u{e9}", true), (#"^\u{1F600}$"#, "\u{1F600}", true), ("^$", "", true),
    ("(a*)*$", "b", true), ("x{", "x{", true), ("^[]$", "a", false), (#"[\]\-]"#, "-", true), ("a|", "", true),
    ("^(?<year>[0-9]{4})$", "2026", true), ("^a?b+?$", "bb", true), ("", "anything", true),
  ])
  func `a pattern occurs in a text, or does not`(pattern: String, text: String, occurs: Bool) throws {
    #expect(try LinearPattern(pattern).occurs(in: text) == occurs)
  }

  @Test(arguments: ["(", ")", "[a", "*a", #"\"#, "(?=a)", "(?!a)", "(?<=a)", #"(a)\1"#, #"\p{L}"#, "a{5,2}", "a{9999}"])
  func `an unsupported pattern is refused`(pattern: String) {
    #expect(throws: EvaluationError.self) { try LinearPattern(pattern) }
  }

  @Test func `no pattern makes a search hang`() throws {
    let text = String(repeating: "a", count: 5_000) + "b"
    for pattern in ["^(a+)+$", "^(a|a)*$", "^(a*)*$", "(x+x+)+y"] {
      #expect(try LinearPattern(pattern).occurs(in: text) == false)
    }
    #expect(throws: EvaluationError.self) { try LinearPattern("((a{100}){100}){100}") }
  }

  @Test(arguments: ["(((){1000}){1000}){1000}", "(?:(?:(?:(?:){999}|){999}){999}){999}"])
  func `no repetition of nothing makes compiling hang`(pattern: String) {
    #expect(throws: EvaluationError.self) { try LinearPattern(pattern) }
  }

  @Test func `a class of many characters counts for the size of a search`() throws {
    let letters = String(String.UnicodeScalarView((0x4e00..<0x9000).compactMap(Unicode.Scalar.init)))
    let pattern = try LinearPattern("[\(letters)]")
    #expect(pattern.occurs(in: "abc\u{4e01}") == true)
    #expect(pattern.occurs(in: String(repeating: "a", count: 100_000)) == nil)
  }
}
