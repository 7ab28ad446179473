import Store
import Testing

@testable import Evaluation

@Suite struct NearMissesTests {
  private func kind(_ response: String, _ expected: String, _ scoring: Scoring = .exactMatch) -> NearMisses.Kind? {
    NearMisses.kind(response, expected, RunScoring(scoring: scoring))
  }

  @Test(arguments: [
    ("PARIS", "Paris", NearMisses.Kind.letterCase), ("Paris.", "Paris", .surroundings),
    ("\"Paris\"", "Paris", .surroundings), ("**Paris**", "Paris", .surroundings),
    ("\u{201C}Paris\u{201D}", "Paris", .surroundings), ("```\nParis\n```", "Paris", .fence),
    ("```json\n{\"a\": 1}\n```", "{\"a\": 1}", .fence), ("```\nparis.\n```", "Paris", .several),
    ("\"paris\"", "Paris", .several), ("The capital is Paris", "Paris", .otherText),
  ])
  func `the only difference is named`(response: String, expected: String, kind: NearMisses.Kind) {
    #expect(self.kind(response, expected) == kind)
  }

  @Test(arguments: [("London", "Paris"), ("", "Paris"), ("Paris", ""), ("par is", "Paris")])
  func `a wrong answer is not a near miss`(response: String, expected: String) {
    #expect(kind(response, expected) == nil)
  }

  @Test func `Contains only forgives letter case`() {
    #expect(kind("It is PARIS.", "Paris", .contains) == .letterCase)
    #expect(kind("It is London.", "Paris", .contains) == nil)
  }

  @Test func `the sentences give their share of all compared answers`() throws {
    let sentences = try sentences(["YES", "Yes", "yes.", "no", "yes"])
    #expect(sentences.count == 2)
    #expect(sentences[0].hasPrefix("2 of 5 answers differ from the expected output only by case"))
    #expect(sentences[1].hasPrefix("1 of 5 answers differ from the expected output only by punctuation"))
  }

  /// The sentences of a run of answers, each with the expected output `yes`.
  private func sentences(_ answers: [String]) throws -> [String] {
    var transaction = makeTransaction()
    let run = transaction.run(prompt: try transaction.prompt().id)
    for (row, answer) in answers.enumerated() {
      transaction.insert(
        ResponseRecord {
          ($0.runID, $0.rowIndex, $0.status) = (run.id, row, .completed)
          ($0.responseText, $0.expectedOutput, $0.score) = (answer, "yes", answer == "yes" ? 1 : 0)
        })
    }
    let entries = transaction.tables.responses.entries(ofRun: run.id)
    return try NearMisses(entries, RunScoring(scoring: .exactMatch)).sentences
  }

  @Test func `of a large run the share is that of the answers that were read`() throws {
    let wrong = Array(repeating: "YES", count: 1_500)
    let all = try sentences(wrong)
    #expect(all.count == 1 && all[0].hasPrefix("1000 of the first 1000 answers differ"))
    #expect(try sentences(Array(repeating: "yes", count: 1_200)).isEmpty)
    // Right answers are known without being read.
    let late = try sentences(Array(repeating: "yes", count: 1_200) + wrong)
    #expect(late.count == 1 && late[0].hasPrefix("1000 of the first 2200 answers differ"))
    let whole = try sentences(Array(repeating: "yes", count: 200) + wrong.prefix(1_000))
    #expect(whole.count == 1 && whole[0].hasPrefix("1000 of 1200 answers differ"))
  }
}
