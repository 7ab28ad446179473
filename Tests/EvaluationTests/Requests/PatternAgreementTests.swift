import Testing

@testable import Evaluation

@Suite struct PatternAgreementTests {
  @Test(arguments: [
    ("PARIS", "i", "paris", true), ("[a-c]", "i", "B", true), ("[^a-c]", "i", "B", false), ("É", "i", "é", true),
    ("^b$", "m", "a\nb\nc", true), ("^b$", "", "a\nb\nc", false), ("a.b", "s", "a\nb", true),
    ("a.b", "", "a\nb", false),
    ("^A.B$", "ims", "x\na\nb", true),
  ])
  func `flags change what matches`(pattern: String, flags: String, text: String, occurs: Bool) throws {
    #expect(
      try LinearPattern(pattern, flags: Set(flags.compactMap(LinearPattern.Flag.init))).occurs(in: text) == occurs)
  }

  /// Random patterns and texts, compared with the backtracking matcher of the standard library.
  @Test(arguments: 0..<20)
  func `random patterns occur where the standard library's do`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<25 {
      let pattern = Self.pattern(depth: 3, &generator)
      let linear = try LinearPattern(pattern)
      let folded = try LinearPattern(pattern, flags: [.ignoreCase])
      let regex = try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyWordCharacters()
        .wordBoundaryKind(.simple)
      // For the standard library, a digit alone is no word.
      let letters = pattern.contains(#"\b"#) ? "abcAB- " : "abcAB1- "
      for _ in 0..<20 {
        let text = String(
          (0..<Int.random(in: 0...8, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "a" })
        #expect(linear.occurs(in: text) == (text.firstMatch(of: regex) != nil), "\(pattern) in \(text)")
        #expect(
          folded.occurs(in: text) == (text.firstMatch(of: regex.ignoresCase()) != nil),
          "\(pattern) in \(text), case aside")
      }
    }
  }

  private static let atoms = [
    "a", "b", "c", "A", "1", "-", ".", "[ab]", "[^a]", "[a-c1]", #"\d"#, #"\w"#, #"\s"#, #"\W"#,
  ]

  private static func pattern(depth: Int, _ generator: inout SeededGenerator) -> String {
    let parts = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      var part =
        depth > 0 && Int.random(in: 0..<4, using: &generator) == 0
        ? "(\(pattern(depth: depth - 1, &generator)))" : atoms.randomElement(using: &generator) ?? "a"
      part += ["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?"].randomElement(using: &generator) ?? ""
      return part
    }
    let text = parts.joined()
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return "^\(text)"
    case 1: return "\(text)$"
    case 2 where depth > 0: return "\(text)|\(pattern(depth: depth - 1, &generator))"
    case 3: return #"\b\#(text)"#
    default: return text
    }
  }
}
