/// A stored response: its encoded bytes and the few fields needed for lists and sums.
///
/// A store may have a million entries, so rare fields are kept apart, and what follows from others is computed.
package struct ResponseEntry: Sendable {
  package let id: Int
  package let runID: Int
  private let packedKey: (row: Int32, repeat: Int32)
  package let status: ResponseStatus
  /// Whether the model stopped at its token limit.
  package let isTruncated: Bool
  /// Whether the provider counted tokens of the answer.
  private let hasUsage: Bool
  /// Whether judges were asked about the answer.
  package let hasJudgeUsage: Bool
  /// The number of calls of unknown cost, such as those that timed out.
  package let uncountedCalls: Int32
  private let packedScore: PackedOptional
  /// The origin of ``score``, as ``Origin/ofComparison(scoring:expectedColumn:form:)``; 0 if unrecorded.
  package let comparison: UInt64
  private let packedLatency: PackedOptional
  package let tokens: Tokens
  /// As ``ResponseRecord/cost`` and ``ResponseRecord/judgeCost``.
  private let (ownCost, judgeCost): (PackedOptional, PackedOptional)
  /// As ``ResponseRecord/cacheSaving``; 0 for nil.
  package let cacheSaving: Double
  package let reviews: [ReviewSummary]
  /// Nil for a response without any of these fields.
  private let rare: RareFields?
  package var slice: EncodedSlice

  /// Fields that few responses have.
  private final class RareFields: Sendable {
    let reusedFrom: Int
    let sourceCost: Double?
    let pairwise: [PairwiseSummary]
    let failure: ResponseFailure?
    let isRefusal: Bool
    /// US dollars of the judge's calls with a known cost, and the judgements without one.
    let knownJudgeCost: Double
    let unpricedJudging: [JudgingShare]
    let serverErrors: Int

    /// Nil if the record has none of these fields.
    static func of(_ record: ResponseRecord) -> RareFields? {
      // An initializer that returns nil has already allocated the object.
      let isRefusal = record.finishReason == "refusal"
      if record.reusedFrom == nil, record.pairwise.isEmpty, record.failure == nil, !isRefusal,
        record.unpricedJudging.isEmpty, record.serverErrors == 0
      {
        return nil
      }
      return RareFields(record, isRefusal: isRefusal)
    }

    private init(_ record: ResponseRecord, isRefusal: Bool) {
      self.isRefusal = isRefusal
      failure = record.failure
      reusedFrom = record.reusedFrom ?? 0
      sourceCost = record.sourceCost
      (knownJudgeCost, unpricedJudging) = (record.knownJudgeCost ?? 0, record.unpricedJudging)
      serverErrors = record.serverErrors
      pairwise = record.pairwise.map(PairwiseSummary.init)
    }
  }

  /// Its place in the run.
  package var key: AnswerKey { AnswerKey(rowIndex: Int(packedKey.row), repeatIndex: Int(packedKey.repeat)) }

  /// The zero-based row index in the dataset.
  package var rowIndex: Int { Int(packedKey.row) }

  package var score: Double? { packedScore.value }

  /// Milliseconds of the run's own call; nil for a copied answer.
  package var latency: Double? { packedLatency.value }

  /// US dollars for the answer and its reviews; nil if a part is unknown.
  package var cost: Double? {
    ResponseRecord.totalCost(
      status, hasUsage: hasUsage, cost: ownCost.value, hasJudgeUsage: hasJudgeUsage, judgeCost: judgeCost.value,
      uncountedCalls: Int(uncountedCalls))
  }

  /// US dollars for the answer alone, for a copied one those that it cost where it was made; nil if unknown.
  package var generationCost: Double? {
    isCopied ? rare?.sourceCost : uncountedCalls > 0 ? nil : ownCost.value
  }

  /// US dollars for the reviews; nil if unknown.
  package var reviewCost: Double? { cost.map { _ in judgeCost.value ?? 0 } }

  /// US dollars for the known parts.
  package var knownCost: Double { (ownCost.value ?? 0) + (judgeCost.value ?? rare?.knownJudgeCost ?? 0) }

  /// Whether judgements were made whose cost is not known.
  package var hasUnpricedJudging: Bool { hasJudgeUsage && judgeCost.value == nil }

  /// The judgements without a known cost, by judge; empty where they follow from the reviews.
  package var unpricedJudging: [JudgingShare] { rare?.unpricedJudging ?? [] }

  /// The number of judgements whose cost is not known, as far as it is recorded.
  package var unpricedJudgementCount: Int {
    guard hasUnpricedJudging else { return 0 }
    return unpricedJudging.isEmpty ? judgeReviewCount : unpricedJudging.reduce(0) { $0 + $1.count }
  }

  /// As ``ResponseRecord/serverErrors``.
  package var serverErrors: Int { rare?.serverErrors ?? 0 }

  /// As ``ResponseRecord/reusedFrom``; 0 for nil.
  package var reusedFrom: Int { rare?.reusedFrom ?? 0 }

  package var pairwise: [PairwiseSummary] { rare?.pairwise ?? [] }

  /// As ``ResponseRecord/failure``.
  package var failure: ResponseFailure? { rare?.failure }

  /// Whether the model refused to answer.
  package var isRefusal: Bool { rare?.isRefusal ?? false }

  /// Whether the answer was copied from another run's.
  package var isCopied: Bool { reusedFrom != 0 }

  /// The response for which the answer was made: this one, unless it was copied.
  package var sourceID: Int { isCopied ? reusedFrom : id }

  /// The number of judgements by judges, which are paid for.
  package var judgeReviewCount: Int {
    reviews.count { !$0.isCheck && !$0.isSkipped } + pairwise.reduce(0) { $0 + $1.judgementCount }
  }

  /// The tokens of the answer and its reviews.
  package struct Tokens: Sendable, Equatable {
    package let prompt: Int32
    package let completion: Int32
    /// The completion tokens that were spent on reasoning.
    package let reasoning: Int32
    /// The prompt tokens that were read from the providers' caches, and those that were written to them.
    package let cached: Int32
    package let cacheWrite: Int32

    init(_ usage: TokenCounts?, _ judgeUsage: TokenCounts?) {
      func sum(_ count: (TokenCounts) -> Int) -> Int32 {
        Int32(clamping: (usage.map(count) ?? 0) + (judgeUsage.map(count) ?? 0))
      }
      // Not key paths, which are made anew for each of the many records of a file.
      prompt = sum { $0.promptTokens }
      completion = sum { $0.completionTokens }
      reasoning = sum { $0.reasoningTokens }
      cached = sum { $0.cachedTokens }
      cacheWrite = sum { $0.cacheWriteTokens }
    }
  }

  /// The fields of a review needed for sums.
  package struct ReviewSummary: Sendable, Equatable {
    package let metricID: Int
    /// The origin of the review, as ``ReviewRecord/origin``; 0 if unrecorded.
    package let origin: UInt64
    /// Nil for a failed or skipped review.
    package let score: Double?
    /// Whether the metric does not apply to the row.
    package let isSkipped: Bool
    /// Whether a review was tried and gave no score.
    package var isFailed: Bool { score == nil && !isSkipped }
    /// Whether a check made it.
    package let isCheck: Bool
    /// As ``ReviewRecord/cutOffLimit``; 0 for nil.
    package let cutOffLimit: Int32
    /// The number of samples that could be read.
    package let sampleCount: Int32
    /// The difference between the highest and the lowest sample.
    package let sampleSpread: Double

    init(_ review: ReviewRecord) {
      metricID = review.metricID ?? 0
      origin = review.origin
      score = review.score
      isSkipped = review.status == .skipped
      isCheck = review.check != nil
      cutOffLimit = Int32(clamping: review.cutOffLimit ?? 0)
      sampleCount = Int32(clamping: review.samples.count)
      sampleSpread = (review.samples.max() ?? 0) - (review.samples.min() ?? 0)
    }
  }
}

extension ResponseEntry: TableEntry {
  package static var table: WritableKeyPath<Tables, EntryTable<Self>> { \.responses }
  package static var kind: RecordKind { .responses }
  package var ownerID: Int { runID }

  /// The expected output and the answer, without decoding the rest of the record.
  package func comparedTexts() throws(StoreError) -> (expected: String?, answer: String?) {
    var reader = EncodedSlice.Reader()
    return try comparedTexts(from: &reader)
  }

  /// As ``comparedTexts()``, for loops over many responses.
  package func comparedTexts(
    from reader: inout EncodedSlice.Reader
  ) throws(StoreError) -> (expected: String?, answer: String?) {
    let texts = try strings(["expected_output", "response_text"], from: &reader)
    return (texts[0], texts[1])
  }

  package init(_ record: ResponseRecord, encodedAs slice: EncodedSlice) {
    id = record.id
    runID = record.runID
    packedKey = (Int32(clamping: record.rowIndex), Int32(clamping: record.repeatIndex))
    status = record.status
    packedScore = PackedOptional(record.score)
    comparison =
      record.scoring.map {
        Origin.ofComparison(scoring: $0, expectedColumn: record.expectedColumn, form: record.comparedForm)
      } ?? 0
    packedLatency = PackedOptional(record.reusedFrom == nil ? record.latency : nil)
    tokens = Tokens(record.usage, record.judgeUsage)
    (hasUsage, hasJudgeUsage) = (record.usage != nil, record.judgeUsage != nil)
    (ownCost, judgeCost) = (PackedOptional(record.cost), PackedOptional(record.judgeCost))
    cacheSaving = record.cacheSaving ?? 0
    uncountedCalls = Int32(clamping: record.uncountedCalls)
    isTruncated = record.finishReason == "length"
    reviews = record.reviews.map(ReviewSummary.init)
    rare = RareFields.of(record)
    self.slice = slice
  }
}

extension [ResponseEntry] {
  /// The number of responses with a status; here, because a loop in another module copies each entry.
  package func count(of status: ResponseStatus) -> Int {
    let span = self.span
    return span.indices.count { span[$0].status == status }
  }
}

extension ResponseRecord {
  /// US dollars for the answer and its reviews; nil if a part was paid for but its cost is unknown.
  ///
  /// A failed row was paid for only if tokens were counted.
  package var totalCost: Double? {
    Self.totalCost(
      status, hasUsage: usage != nil, cost: cost, hasJudgeUsage: judgeUsage != nil, judgeCost: judgeCost,
      uncountedCalls: uncountedCalls)
  }

  fileprivate static func totalCost(
    _ status: ResponseStatus, hasUsage: Bool, cost: Double?, hasJudgeUsage: Bool, judgeCost: Double?,
    uncountedCalls: Int
  ) -> Double? {
    if uncountedCalls > 0 { return nil }
    let wasSpent = status != .failed || hasUsage
    if wasSpent && cost == nil || hasJudgeUsage && judgeCost == nil { return nil }
    return (cost ?? 0) + (judgeCost ?? 0)
  }
}
