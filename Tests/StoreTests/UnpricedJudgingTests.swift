import Testing

@testable import Store

/// What is known of the cost of judges where a part is not.
@Suite struct UnpricedJudgingTests {
  private static let tokens = TokenCounts(promptTokens: 10, completionTokens: 2)

  private static func review(by judge: String) -> ReviewRecord {
    ReviewRecord {
      $0.judgeModel = judge
      $0.score = 4
    }
  }

  /// A response of format 16, which records no more than that the cost of its judgements is not known.
  private static func old() -> ResponseRecord {
    var response = ResponseRecord()
    response.judgeUsage = tokens
    response.reviews = [review(by: "a"), review(by: "a")]
    return response
  }

  private static func unpriced(_ response: ResponseRecord) -> [String] {
    response.unpricedJudgements.map { "\($0.judgeModel ?? "?") \($0.count) \($0.usage?.totalTokens ?? -1)" }
  }

  @Test func `the judgements of an older format stay their judge's when another one judges`() {
    var response = Self.old()
    #expect(Self.unpriced(response) == ["a 2 12"])
    response.addJudging(by: "b", Self.tokens, known: 0.5, isPriced: true)
    #expect(Self.unpriced(response) == ["a 2 12"])
    #expect(response.judgeCost == nil && response.pricedJudgeCost == 0.5 && response.judgeUsage?.totalTokens == 24)
    response.addJudging(by: "c", Self.tokens, known: 0.25, isPriced: false)
    #expect(Self.unpriced(response) == ["a 2 12", "c 1 12"] && response.pricedJudgeCost == 0.75)
  }

  @Test func `a single judge without a price leaves nothing to record`() {
    var response = ResponseRecord()
    for _ in 0..<2 {
      response.addJudging(by: "a", Self.tokens, known: 0, isPriced: false)
      response.reviews.append(Self.review(by: "a"))
    }
    #expect(response.unpricedJudging.isEmpty && response.knownJudgeCost == nil)
    #expect(Self.unpriced(response) == ["a 2 24"])
    // A free judgement is not one without a price.
    response.addJudging(by: "a", Self.tokens, known: 0, isPriced: true)
    #expect(Self.unpriced(response) == ["a 2 24"])
  }

  @Test func `the tokens of each judge are recorded apart once there are two`() {
    var response = ResponseRecord()
    for judge in ["a", "a", "b", "a"] {
      response.addJudging(by: judge, Self.tokens, known: 0.5, isPriced: true)
      response.reviews.append(Self.review(by: judge))
      if judge == "a", response.reviews.count < 3 { #expect(response.judgeShares.isEmpty) }
    }
    #expect(
      response.judgeShares.map { "\($0.judgeModel ?? "?") \($0.count) \($0.usage?.totalTokens ?? -1)" } == [
        "a 3 36", "b 1 12",
      ])
    #expect(response.judgeUsage?.totalTokens == 48 && response.judgeCost == 2)
  }

  @Test func `costs that are all known stay one number`() {
    var response = ResponseRecord()
    for _ in 0..<2 { response.addJudging(by: "a", Self.tokens, known: 0.5, isPriced: true) }
    #expect(response.judgeCost == 1 && response.unpricedJudgements.isEmpty && response.knownJudgeCost == nil)
    response.addJudging(by: "b", nil, known: 0, isPriced: false)
    #expect(response.judgeCost == nil && response.pricedJudgeCost == 1)
    #expect(response.unpricedJudgements.first?.lacksTokens == true)
  }
}
