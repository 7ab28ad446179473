package import Store

extension ResponseEntry {
  /// Whether its answer, or what was paid for in place of one, has no known cost.
  var lacksAnswerCost: Bool {
    // A copied answer has cost nothing, whatever its source did.
    !isCopied && uncountedCalls == 0 && generationCost == nil
      && (status != .failed || tokens.prompt + tokens.completion > 0)
  }

  /// Whether the cost of its reviews is not known, although that of its answer is.
  var lacksReviewCost: Bool { uncountedCalls == 0 && (isCopied || generationCost != nil) && cost == nil }

  /// Whether the server that answered counted no tokens.
  func lacksAnswerTokens() throws -> Bool { try (decoded().usage ?? TokenCounts()) == TokenCounts() }

  /// Whether the judge's server counted no tokens.
  func lacksReviewTokens() throws -> Bool { try (decoded().judgeUsage ?? TokenCounts()) == TokenCounts() }

  /// The number of its calls of unknown cost, at least one if its cost is not known.
  var callsOfUnknownCost: Int {
    max(Int(uncountedCalls), (lacksAnswerCost ? 1 : 0) + (lacksReviewCost ? judgeReviewCount : 0))
  }
}

/// Answers and reviews that arrived and whose cost is not known.
package struct UnknownCost: Sendable {
  private let run: RunRecord
  private let answers: Int
  private let reviews: Int
  /// Whether the server that answers counts no tokens; nil if no answer lacks its cost.
  private let answersLackTokens: Bool?
  /// The same of the judge's server.
  private let reviewsLackTokens: Bool?

  /// Nil if the cost of all of them is known.
  package init?(_ run: RunRecord, _ entries: [ResponseEntry]) throws {
    var (answers, reviews) = (0, 0)
    var (unpaidAnswer, unpaidReview): (ResponseEntry?, ResponseEntry?)
    // Not lists, which would copy the entries of a long run.
    entries.forEachInPlace { entry in
      if entry.lacksAnswerCost {
        answers += 1
        if answers == 1 { unpaidAnswer = entry }
      } else if entry.lacksReviewCost {
        reviews += entry.judgeReviewCount
        unpaidReview = unpaidReview ?? entry
      }
    }
    if unpaidAnswer == nil, unpaidReview == nil { return nil }
    self.run = run
    (self.answers, self.reviews) = (answers, reviews)
    answersLackTokens = try unpaidAnswer?.lacksAnswerTokens()
    reviewsLackTokens = try unpaidReview?.lacksReviewTokens()
  }

  /// What is unknown, of which model and server, why, and what can be done.
  package var sentence: String {
    let model = run.snapshot?.model ?? run.model ?? "the model"
    let place = run.snapshot?.destination.map { " at \($0.address ?? $0.provider)" } ?? ""
    return [
      answersLackTokens.map {
        Self.sentence(answers == 1 ? "1 answer" : "\(answers) answers", "\(model)\(place)", Cause.Lack($0))
      },
      reviewsLackTokens.map {
        Self.sentence(
          reviews == 1 ? "1 review" : "\(reviews) reviews", run.judgeModel.map { "the judge \($0)" } ?? "the judge",
          Cause.Lack($0))
      },
    ].compactMap(\.self).joined(separator: " ")
  }

  private static func sentence(_ count: String, _ who: String, _ lack: Cause.Lack) -> String {
    "The cost of \(count) by \(who) is not known, because \(lack.reason); total_cost is null. \(lack.remedy)"
  }
}
