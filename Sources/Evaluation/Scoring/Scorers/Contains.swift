package import Store

extension Scoring {
  package static let contains = Scoring(rawValue: "Contains")
}

extension Scorer {
  /// 1 if the response contains the expected output, otherwise 0; case-sensitive.
  ///
  /// Expected tool calls are contained where the answer has each of them.
  static let contains = Scorer(
    .contains, scale: .binary,
    .texts(
      TextComparison(
        score: { response, expected in response.contains(expected) ? 1 : 0 },
        nearMisses: [.letterCase],
        // The expected output is usually part of a sentence.
        answerTokens: { max(2 * $0, 40) })))
}
