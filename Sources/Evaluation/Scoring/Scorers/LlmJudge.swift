package import Store

extension Scoring {
  package static let llmJudge = Scoring(rawValue: "LlmJudge")
}

extension Scorer {
  /// The mean of the judge's reviews, 1 to 5; without metrics the judge scores agreement with the expected output.
  static let llmJudge = Scorer(.llmJudge, scale: .bounded(1...5), .reviews)
}
