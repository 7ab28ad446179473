package import Store

extension Scoring {
  package static let exactMatch = Scoring(rawValue: "ExactMatch")
}

extension Scorer {
  /// 1 where the response is the expected output, else 0; case counts.
  ///
  /// JSON by a schema, and tool calls, are compared by what they say.
  static let exactMatch = Scorer(
    .exactMatch, scale: .binary,
    .texts(
      TextComparison(
        score: { response, expected in response == expected ? 1 : 0 },
        comparesWhole: true,
        nearMisses: [.letterCase, .fence, .surroundings, .several, .otherText],
        // Some answers do not keep to the requested form.
        answerTokens: { $0 + 8 })))
}
