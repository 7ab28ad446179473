import Store
import Testing

@testable import Evaluation

/// Laws of every scorer in the list.
@Suite struct ScorerLawTests {
  static let texts = ["", " ", "Paris", "paris", "\"Paris\"", "It is Paris.", "```\nParis\n```", "(", "[a-z]+", "7"]

  @Test(arguments: Scoring.allCases)
  func `a scorer has a unique name by which it is found`(scoring: Scoring) {
    #expect(scoring.rawValue.wholeMatch(of: /[A-Z][A-Za-z]+/) != nil)
    #expect(Scorer.all.filter { $0.scoring == scoring }.count == 1)
    #expect(scoring.scorer.scoring == scoring && Scorer.isKnown(scoring))
  }

  @Test(arguments: Scoring.allCases)
  func `a scorer with scores has a scale`(scoring: Scoring) {
    let scorer = scoring.scorer
    #expect((scorer.scale == nil) == (scoring == .none))
    if let scale = scorer.scale { #expect(scale.range > 0 && scale.bounds.upperBound.isFinite) }
  }

  @Test(arguments: Scoring.allCases, Self.texts)
  func `a score of texts is on the scale and ignores surrounding white space`(
    scoring: Scoring, response: String
  ) throws {
    let scorer = scoring.scorer
    for expected in Self.texts {
      let score = scorer.score(of: response, expected: expected)
      #expect(score == scorer.score(of: " \(response)\n", expected: "\t\(expected) "))
      guard let score else { continue }
      #expect(scorer.comparesTexts)
      let scale = try #require(scorer.scale)
      #expect(scale == .binary ? score == 0 || score == 1 : scale.bounds.contains(score))
    }
  }

  @Test(arguments: Scoring.allCases.filter(\.scorer.comparesTexts))
  func `a near miss is found, of a kind that the scorer lists`(scoring: Scoring) {
    guard case .texts(let comparison) = scoring.scorer.source else { return }
    var kinds: Set<NearMisses.Kind> = []
    for response in Self.texts {
      for expected in Self.texts {
        guard scoring.scorer.score(of: response, expected: expected) == 0 else { continue }
        if let kind = NearMisses.kind(response, expected, scoring.scorer, .text) { kinds.insert(kind) }
      }
    }
    #expect(!kinds.isEmpty && kinds.isSubset(of: comparison.nearMisses))
  }

  @Test(arguments: Scoring.allCases.filter(\.scorer.comparesTexts), [1, 10, 1_000])
  func `an expected answer is at least as long as the expected output`(scoring: Scoring, tokens: Int) {
    guard case .texts(let comparison) = scoring.scorer.source else { return }
    #expect(comparison.answerTokens(tokens) >= tokens)
  }

  @Test(arguments: [(Scoring.exactMatch, "0 or 1"), (.llmJudge, "1 to 5")])
  func `a scale describes its scores`(scoring: Scoring, text: String) {
    #expect(scoring.scorer.scale?.description == text)
  }

  @Test func `an unknown scorer gives no score, and the run says so`() {
    let scoring = Scoring(rawValue: "ByDice")
    let rule = RunScoring(scoring: scoring)
    var response = ResponseRecord()
    (response.id, response.status, response.score, response.scoring) = (1, .completed, 1, scoring)
    (response.responseText, response.expectedOutput) = ("a", "a")
    #expect(rule.score(of: response) == nil)
    #expect(!Scorer.isKnown(scoring))
    let warnings = RunWarnings.sentences(RunStatistics([], rule), rule) { nil }
    #expect(warnings.count == 1 && warnings[0].contains("\"ByDice\"") && warnings[0].contains("runs_update"))
  }
}
