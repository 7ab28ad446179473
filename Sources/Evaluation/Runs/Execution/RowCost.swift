import Providers
import Store

/// The known cost and usage of the calls for a row.
struct RowCost: Sendable, Equatable {
  /// The new answer to a row.
  struct Answer: Sendable, Equatable {
    /// The ``TextSize`` of its text.
    var bytes: Int
    /// Nil if the tokens were not counted, or were counted for several attempts together.
    var tokens: TokenCounts?
    var isPriced: Bool
  }

  var key: AnswerKey
  var promptBytes: Int
  /// US dollars of the calls for the answer, as far as they are known.
  var answerCost = 0.0
  var reviewCost = 0.0
  /// The number of calls that returned nothing from which their cost follows.
  var lostCalls = 0
  /// The number of calls that ended in errors of servers, which cost nothing unless their provider bills them.
  var serverErrors = 0
  /// Nil if no new answer was given.
  var answer: Answer?
  /// The tokens of an answer from an earlier attempt.
  var earlierAnswerTokens = 0
  /// Whether a batch gave the answer, at another price.
  var isBatched = false
  /// Whether the calls that returned nothing were requests of a batch.
  var isLostInBatch = false
  /// Whether the row has no answer of its own, so that its cost is not that of a row.
  var isCopied = false
  /// The number of new reviews.
  var reviews = 0
  /// The number of judgements of which they are made; nil for as many as the run takes samples.
  var reviewCalls: Int?
  var reviewTokens: TokenCounts?
  var areReviewsPriced = true
  /// Of the new reviews, those with a known cost where others have none.
  var pricedReviews = 0
  /// Whether the run's own judge made all of them.
  var areReviewsByJudge = true
  /// Whether the cost of the reviews is also that of other judges' reviews.
  var isReviewCostShared = false
  /// The ``TextSize`` of the answer that was judged.
  var judgedBytes = 0
  /// By what the judge was told to judge.
  var instructions = Instructions.planned

  /// The length of the judge's instructions (``TextSize``).
  enum Instructions: Sendable, Equatable {
    /// As long as those of the calls to come.
    case planned
    case other(Int)
    case unknown
  }

  /// US dollars of the calls with a known cost.
  var known: Double { answerCost + reviewCost }
  /// Whether the cost of every call is known.
  var isPriced: Bool { lostCalls == 0 && answer?.isPriced != false && areReviewsPriced }
  /// Whether no call was made that may have cost something.
  var isEmpty: Bool { known == 0 && isPriced && answer == nil && reviews == 0 && serverErrors == 0 }
}

extension RowCost {
  /// The cost of the calls of a judge's test since an earlier state of its record, or of all without one.
  init(of probe: ProbeRecord, since earlier: ProbeRecord? = nil, promptBytes: Int) {
    let count = probe.results.count - (earlier?.results.count ?? 0)
    // Each question is one call.
    self.init(
      key: AnswerKey(rowIndex: 0), promptBytes: promptBytes,
      reviewCost: max((probe.cost ?? 0) - (earlier?.cost ?? 0), 0),
      lostCalls: probe.uncountedCalls - (earlier?.uncountedCalls ?? 0),
      serverErrors: probe.serverErrors - (earlier?.serverErrors ?? 0),
      reviews: count, reviewCalls: count, reviewTokens: probe.usage,
      areReviewsPriced: probe.usage == nil || probe.cost != nil)
  }
}

extension RunRecord {
  /// The spending on the tests of judges that the run made itself.
  ///
  /// - Parameter lengths: the sizes of the prompts by row.
  func probeCosts(_ lengths: PromptLengths) -> [RowCost] {
    probes.filter { $0.sourceRunID == nil }.map { probe in
      RowCost(of: probe, promptBytes: probe.results.first.flatMap { lengths[$0.rowIndex] } ?? lengths.longest)
    }
  }
}

extension RowCost {
  /// What it tells of one judge, if others have judged the row as well and the tokens of each are recorded.
  func narrowed(to judge: String?, in response: ResponseRecord) -> RowCost {
    guard let share = response.judgeShares.first(where: { $0.judgeModel == judge }) else { return self }
    let reviews = response.reviews.filter { $0.check == nil && $0.judgeModel == judge }
    var account = self
    (account.areReviewsByJudge, account.isReviewCostShared) = (true, true)
    (account.reviews, account.reviewCalls) = (share.count, share.count * max(reviews.first?.judgeSamples ?? 1, 1))
    // Of a judge that has judged again, perhaps with other samples, the number of calls is not known.
    let pairwise = response.pairwise.reduce(0) { $0 + ($1.judgeModel == judge ? $1.judgementCount : 0) }
    account.reviewTokens = share.count == reviews.count + pairwise ? share.usage : nil
    return account
  }
}

extension ResponseRecord {
  /// The ``TextSize`` of all that the model wrote as its answer.
  var answerBytes: Int { [responseText, textBesideCalls].reduce(0) { $0 + ($1.map(TextSize.of) ?? 0) } }
}

extension RowCost {
  /// The cost and usage of the calls for a row since its last recording, or of all its calls without one.
  ///
  /// - Parameter judge: the canonical name of the run's judge.
  init(of response: ResponseRecord, since entry: ResponseEntry? = nil, promptBytes: Int, judge: String?) {
    self.init(
      key: response.key, promptBytes: promptBytes,
      lostCalls: response.uncountedCalls - Int(entry?.uncountedCalls ?? 0),
      serverErrors: response.serverErrors - (entry?.serverErrors ?? 0))
    let isNewAnswer = entry.map { $0.status == .failed } ?? true
    let known = response.knownCost - (entry?.knownCost ?? 0)
    // Only a row that was answered before has earlier reviews.
    answerCost = isNewAnswer ? known - response.pricedJudgeCost : 0
    reviewCost = known - answerCost
    isCopied = response.reusedFrom != nil
    isBatched = !isCopied && response.serviceTier == TokenUsage.batchTier
    // An earlier attempt may have been a call of its own.
    isLostInBatch = isBatched && response.attempts <= 1
    let counted = isCopied ? nil : response.usage?.completionTokens
    earlierAnswerTokens = counted ?? TokenEstimator().tokens(ofBytes: response.answerBytes)
    if isNewAnswer, !isCopied {
      if response.responseText != nil {
        answer = Answer(
          bytes: response.answerBytes, tokens: response.attempts == 1 ? response.usage : nil,
          isPriced: response.cost != nil)
      } else if response.usage != nil, response.cost == nil {
        // The failure has tokens without a price.
        lostCalls = max(lostCalls, 1)
      }
    }
    let judged = response.reviews.filter { $0.check == nil }
    reviews = max(response.judgementCount - (entry?.judgeReviewCount ?? 0), 0)
    if reviews > 0 {
      judgedBytes = response.answerBytes
      if entry == nil, response.pairwise.isEmpty { reviewCalls = judged.reduce(0) { $0 + max($1.judgeSamples, 1) } }
      areReviewsByJudge = entry != nil || judged.allSatisfy { $0.judgeModel == judge }
      // The sum also contains the tokens of earlier reviews.
      reviewTokens = entry?.judgeReviewCount ?? 0 == 0 ? response.judgeUsage : nil
      let unpriced = response.unpricedJudgements.reduce(-(entry?.unpricedJudgementCount ?? 0)) { $0 + $1.count }
      areReviewsPriced = unpriced <= 0
      pricedReviews = areReviewsPriced ? 0 : max(reviews - unpriced, 0)
    }
  }
}
