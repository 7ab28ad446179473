package import Store

extension ResponseEntry {
  /// Whether its answer, or what was paid for in place of one, has no known cost.
  var lacksAnswerCost: Bool {
    // A copied answer has cost nothing, whatever its source did.
    !isCopied && uncountedCalls == 0 && generationCost == nil
      && (status != .failed || tokens.prompt + tokens.completion > 0)
  }

  /// Whether the server that answered counted no tokens.
  func lacksAnswerTokens() throws -> Bool { try (decoded().usage ?? TokenCounts()) == TokenCounts() }

  /// The number of its calls of unknown cost, at least one if its cost is not known.
  var callsOfUnknownCost: Int {
    let calls = Int(uncountedCalls) + (lacksAnswerCost ? 1 : 0) + unpricedJudgementCount
    return hasUnpricedJudging ? max(calls, 1) : calls
  }
}

/// Answers and reviews that arrived and whose cost is not known.
package struct UnknownCost: Sendable {
  /// What they come to at today's prices; nil if that is not known.
  package var later: LaterCost?
  /// Whether that was worked out; a list of runs does not, because it takes the tokens of all answers.
  package var isLaterKnown = true
  private let run: RunRecord
  private let answers: Int
  /// The reviews, by their judges.
  private let reviews: UnpricedReviews
  /// Whether the server that answers counts no tokens; nil if no answer lacks its cost.
  private let answersLackTokens: Bool?

  /// Nil if the cost of all of them is known.
  package init?(_ run: RunRecord, _ entries: [ResponseEntry]) throws {
    var answers = 0
    var unpaidAnswer: ResponseEntry?
    // Not lists, which would copy the entries of a long run.
    entries.forEachInPlace { entry in
      if entry.lacksAnswerCost {
        answers += 1
        if answers == 1 { unpaidAnswer = entry }
      }
    }
    reviews = try UnpricedReviews(entries)
    if unpaidAnswer == nil, reviews.judges.isEmpty { return nil }
    self.run = run
    self.answers = answers
    answersLackTokens = try unpaidAnswer?.lacksAnswerTokens()
  }

  /// What is unknown, of which model and server, why, and what can be done.
  package var sentence: String {
    let model = run.snapshot?.model ?? run.model ?? "the model"
    let place = run.snapshot?.destination.map { " at \($0.address ?? $0.provider)" } ?? ""
    let ofAnswers = answersLackTokens.map {
      sentence(answers == 1 ? "1 answer" : "\(answers) answers", "\(model)\(place)", Cause.Lack($0))
    }
    let ofReviews = reviews.judges.map { judge in
      sentence(
        judge.count == 1 ? "1 review" : "\(judge.count) reviews",
        judge.judgeModel.map { "the judge \($0)" } ?? "the judge",
        Cause.Lack(judge.lacksTokens))
    }
    return ([ofAnswers].compactMap(\.self) + ofReviews).joined(separator: " ")
  }

  /// What these calls and the whole run come to at today's prices; nil if that is not known.
  ///
  /// - Parameters:
  ///   - known: US dollars of the other calls.
  ///   - isAll: whether nothing else is unknown.
  package func laterSentence(known: Double, isAll: Bool) -> String? {
    guard let later else { return nil }
    let whole = known + later.dollars
    let run =
      isAll
      ? "the run to \(Dollars.text(whole)) (cost_at_current_prices)" : "the run to at least \(Dollars.text(whole))"
    return
      "At today's prices of \(later.models.joined(separator: " and ")) these come to \(Dollars.text(later.dollars)), and \(run)."
  }

  private func sentence(_ count: String, _ who: String, _ lack: Cause.Lack) -> String {
    let (reason, remedy) =
      switch (lack, later) {
      case (.price, nil) where isLaterKnown: (lack.reason, Self.remedy)
      case (.price, nil): (Self.formerReason, "\(Self.look) \(Self.remedy)")
      case (.price, _): (Self.formerReason, "")
      case (.tokens, _): (lack.reason, lack.remedy)
      }
    let sentence = "The cost of \(count) by \(who) is not known, because \(reason); total_cost is null."
    return remedy.isEmpty ? sentence : "\(sentence) \(remedy)"
  }

  private static let formerReason = "the model had no known price when it was called"
  private static let look = "If it has one now, runs_get shows what these come to; otherwise"
  private static let remedy =
    "provider_credentials_update with input_price and output_price gives one: later calls then have a cost, and runs_get works "
    + "out from the recorded tokens what these come to (cost_at_current_prices)."
}
