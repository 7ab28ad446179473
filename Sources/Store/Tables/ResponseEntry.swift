/// A stored response: its encoded bytes and the few fields needed for lists and sums.
package struct ResponseEntry: Sendable {
  package let id: Int
  package let runID: Int
  /// Its place in the run.
  package let key: AnswerKey
  package let status: ResponseStatus
  /// Whether the model stopped at its token limit.
  package let isTruncated: Bool
  /// The number of calls of unknown cost, such as those that timed out.
  package let uncountedCalls: Int32
  private let packedScore: PackedOptional
  /// The origin of ``score``, as ``Origin/ofComparison(scoring:expectedColumn:form:)``; 0 if unrecorded.
  package let comparison: UInt64
  /// Milliseconds of the run's own call; nil for a copied answer.
  package var latency: Double? { packedLatency.value }
  private let packedLatency: PackedOptional
  package let tokens: Tokens
  /// US dollars for the answer and its reviews; nil if a part is unknown.
  package var cost: Double? { packedCost.value }
  private let packedCost: PackedOptional
  /// US dollars for the answer alone, for a copied one those that it cost where it was made; nil if unknown.
  package var generationCost: Double? { packedGenerationCost.value }
  private let packedGenerationCost: PackedOptional
  /// US dollars for the reviews; nil if unknown.
  package var reviewCost: Double? { packedReviewCost.value }
  private let packedReviewCost: PackedOptional
  /// US dollars for the known parts.
  package let knownCost: Double
  /// As ``ResponseRecord/cacheSaving``; 0 for nil.
  package let cacheSaving: Double
  /// As ``ResponseRecord/reusedFrom``; 0 for nil.
  package let reusedFrom: Int
  package let reviews: [ReviewSummary]
  package let pairwise: [PairwiseSummary]
  package var slice: EncodedSlice

  package var score: Double? { packedScore.value }

  /// The zero-based row index in the dataset.
  package var rowIndex: Int { key.rowIndex }

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
    key = record.key
    status = record.status
    packedScore = PackedOptional(record.score)
    comparison =
      record.scoring.map {
        Origin.ofComparison(scoring: $0, expectedColumn: record.expectedColumn, form: record.comparedForm)
      } ?? 0
    packedLatency = PackedOptional(record.reusedFrom == nil ? record.latency : nil)
    tokens = Tokens(record.usage, record.judgeUsage)
    let cost = record.totalCost
    packedCost = PackedOptional(cost)
    packedGenerationCost = PackedOptional(record.answerCost)
    packedReviewCost = PackedOptional(cost.map { _ in record.judgeCost ?? 0 })
    reusedFrom = record.reusedFrom ?? 0
    knownCost = (record.cost ?? 0) + (record.judgeCost ?? 0)
    cacheSaving = record.cacheSaving ?? 0
    uncountedCalls = Int32(clamping: record.uncountedCalls)
    isTruncated = record.finishReason == "length"
    reviews = record.reviews.map(ReviewSummary.init)
    pairwise = record.pairwise.map(PairwiseSummary.init)
    self.slice = slice
  }
}

extension ResponseRecord {
  /// US dollars for the answer and its reviews; nil if a part was paid for but its cost is unknown.
  ///
  /// A failed row was paid for only if tokens were counted.
  package var totalCost: Double? {
    if uncountedCalls > 0 { return nil }
    let wasSpent = status != .failed || usage != nil
    if wasSpent && cost == nil || judgeUsage != nil && judgeCost == nil { return nil }
    return (cost ?? 0) + (judgeCost ?? 0)
  }
}
