import Store
import Testing

@testable import Evaluation

@Suite struct NearMissesTests {
  private func kinds(_ response: String, _ expected: String, _ scoring: Scoring = .exactMatch) -> [NearMisses.Kind] {
    var misses = NearMisses()
    misses.add(response, expected: expected, scoring: scoring, hasPoint: false)
    return NearMisses.Kind.allCases.filter { misses.count($0) > 0 }
  }

  @Test(arguments: [
    ("PARIS", "Paris", NearMisses.Kind.letterCase), ("Paris.", "Paris", .surroundings),
    ("\"Paris\"", "Paris", .surroundings), ("**Paris**", "Paris", .surroundings),
    ("\u{201C}Paris\u{201D}", "Paris", .surroundings), ("```\nParis\n```", "Paris", .fence),
    ("```json\n{\"a\": 1}\n```", "{\"a\": 1}", .fence), ("```\nparis.\n```", "Paris", .several),
    ("\"paris\"", "Paris", .several), ("The capital is Paris", "Paris", .otherText),
  ])
  func `the only difference is named`(response: String, expected: String, kind: NearMisses.Kind) {
    #expect(kinds(response, expected) == [kind])
  }

  @Test(arguments: [("London", "Paris"), ("", "Paris"), ("Paris", ""), ("par is", "Paris")])
  func `a wrong answer is not a near miss`(response: String, expected: String) {
    #expect(kinds(response, expected).isEmpty)
  }

  @Test func `Contains only forgives letter case`() {
    #expect(kinds("It is PARIS.", "Paris", .contains) == [.letterCase])
    #expect(kinds("It is London.", "Paris", .contains).isEmpty)
  }

  @Test func `the sentences give their share of all compared answers`() {
    var misses = NearMisses()
    for answer in ["PARIS", "paris", "Paris.", "London"] {
      misses.add(answer, expected: "Paris", scoring: .exactMatch, hasPoint: false)
    }
    misses.add("Paris", expected: "Paris", scoring: .exactMatch, hasPoint: true)
    #expect(misses.sentences.count == 2)
    #expect(misses.sentences[0].hasPrefix("2 of 5 answers differ from the expected output only by case"))
    #expect(misses.sentences[1].hasPrefix("1 of 5 answers differ from the expected output only by punctuation"))
  }
}
