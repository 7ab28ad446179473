package import Store

extension Scoring {
  package static let exactMatch = Scoring(rawValue: "ExactMatch")
}

extension Scorer {
  /// 1 if the response equals the expected output, otherwise 0; case-sensitive.
  static let exactMatch = Scorer(
    .exactMatch, scale: .binary,
    .texts(
      TextComparison(
        score: { response, expected in response == expected ? 1 : 0 },
        nearMisses: [.letterCase, .fence, .surroundings, .several, .otherText],
        // Some answers do not keep to the requested form.
        answerTokens: { $0 + 8 })))
}
