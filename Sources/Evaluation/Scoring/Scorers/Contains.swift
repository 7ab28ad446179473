package import Store

extension Scoring {
  package static let contains = Scoring(rawValue: "Contains")
}

extension Scorer {
  /// 1 where the expected output occurs in the response, else 0; case counts.
  ///
  /// Where the expected output is empty there is no score.
  static let contains = Scorer(
    .contains, scale: .binary,
    .texts(
      TextComparison(
        score: { response, expected in expected.isEmpty ? nil : response.contains(expected) ? 1 : 0 },
        nearMisses: [.letterCase],
        // What is looked for stands in a sentence.
        answerTokens: { max(2 * $0, 40) })))
}
