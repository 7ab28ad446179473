import Providers
import Store

/// What the calls for a row took, as far as it is known.
struct RowAccount: Sendable, Equatable {
  /// An answer that was given.
  struct Answer: Sendable, Equatable {
    /// UTF-8 length of its text.
    var bytes: Int
    /// Nil where they were not counted, or counted for several attempts together.
    var tokens: TokenCounts?
    var isPriced: Bool
  }

  var rowIndex: Int
  var promptBytes: Int
  /// US dollars of the calls for the answer, and for its reviews, as far as they are known.
  var answerCost = 0.0
  var reviewCost = 0.0
  /// Calls of which nothing has come back that tells what they cost.
  var lostCalls = 0
  /// Nil where no answer was given now.
  var answer: Answer?
  /// Tokens of an answer that was there before.
  var earlierAnswerTokens = 0
  /// Reviews that were made now.
  var reviews = 0
  var reviewTokens: TokenCounts?
  var areReviewsPriced = true
  /// Whether the run's own judge made all of them.
  var areReviewsByJudge = true

  /// US dollars of the calls whose cost is known.
  var known: Double { answerCost + reviewCost }
  /// Whether the cost of every call is known.
  var isPriced: Bool { lostCalls == 0 && answer?.isPriced != false && areReviewsPriced }
  /// Whether nothing was asked that may have cost something.
  var isEmpty: Bool { known == 0 && isPriced && answer == nil && reviews == 0 }
}

extension RowAccount {
  /// What the calls for a row took since it was last recorded; all of them where it was not.
  ///
  /// - Parameter judge: the run's, by its canonical name.
  init(of response: ResponseRecord, since entry: ResponseEntry? = nil, promptBytes: Int, judge: String?) {
    self.init(
      rowIndex: response.rowIndex, promptBytes: promptBytes,
      lostCalls: response.uncountedCalls - Int(entry?.uncountedCalls ?? 0))
    let isNewAnswer = entry.map { $0.status == .failed } ?? true
    let known = (response.cost ?? 0) + (response.judgeCost ?? 0) - (entry?.knownCost ?? 0)
    // Only a row that was answered before has reviews from before.
    answerCost = isNewAnswer ? known - (response.judgeCost ?? 0) : 0
    reviewCost = known - answerCost
    if isNewAnswer, let text = response.responseText {
      answer = Answer(
        bytes: text.utf8.count, tokens: response.attempts == 1 ? response.usage : nil, isPriced: response.cost != nil)
    } else if isNewAnswer, response.usage != nil, response.cost == nil {
      // A failure whose tokens have no price.
      lostCalls = max(lostCalls, 1)
    }
    earlierAnswerTokens = response.usage?.completionTokens ?? 0
    reviews = max(response.reviews.count - (entry?.reviews.count ?? 0), 0)
    if reviews > 0 {
      areReviewsByJudge = entry != nil || response.reviews.allSatisfy { $0.judgeModel == judge }
      // Tokens of earlier reviews are in the sum as well.
      reviewTokens = entry?.reviews.isEmpty ?? true ? response.judgeUsage : nil
      areReviewsPriced = response.judgeUsage == nil || response.judgeCost != nil
    }
  }
}
