import JSONCoding

/// A response as the store holds it: its encoded bytes and the few fields that lists and sums need.
package struct ResponseEntry: Sendable {
  package let id: Int
  package let runID: Int
  package let rowIndex: Int
  package let status: ResponseStatus
  package let score: Double?
  /// What ``score`` was made with, as ``Origin/ofComparison(scoring:expectedColumn:)``; 0 where that was not recorded.
  package let comparison: UInt64
  /// Milliseconds.
  package let latency: Double?
  package let tokens: Tokens
  /// US dollars for the answer and its reviews; nil where a part cannot be known.
  package let cost: Double?
  /// US dollars for the answer alone; nil where it cannot be known.
  package let generationCost: Double?
  /// US dollars for the parts that are known.
  package let knownCost: Double
  /// Calls whose cost cannot be known, such as those that timed out.
  package let uncountedCalls: Int32
  /// Whether the model stopped at its token limit.
  package let isTruncated: Bool
  package let reviews: [ReviewMark]
  let slice: EncodedSlice

  /// Tokens of the answer and its reviews.
  package struct Tokens: Sendable, Equatable {
    package let prompt: Int32
    package let completion: Int32
    /// Of the completion tokens, those spent on reasoning.
    package let reasoning: Int32

    init(_ usage: TokenCounts?, _ judgeUsage: TokenCounts?) {
      func sum(_ count: KeyPath<TokenCounts, Int>) -> Int32 {
        Int32(clamping: (usage?[keyPath: count] ?? 0) + (judgeUsage?[keyPath: count] ?? 0))
      }
      prompt = sum(\.promptTokens)
      completion = sum(\.completionTokens)
      reasoning = sum(\.reasoningTokens)
    }
  }

  /// What sums over reviews need of one.
  package struct ReviewMark: Sendable, Equatable {
    package let metricID: Int
    /// What tells reviews of one metric apart, as ``ReviewRecord/origin``; 0 where that was not recorded.
    package let origin: UInt64
    /// Nil for a failed review.
    package let score: Double?

    init(_ review: ReviewRecord) {
      metricID = review.metricID ?? 0
      origin = review.origin
      score = review.score
    }
  }

  /// The whole record.
  /// - Throws: ``StoreError/damaged(path:line:reason:)`` if the bytes are no response, which loading has ruled out.
  package func decoded() throws(StoreError) -> ResponseRecord {
    do {
      guard let object = try JSONValue(parsing: bytes.span).objectValue else {
        throw RecordError.wrongType(field: "responses", expected: "an object")
      }
      return try ResponseRecord(object)
    } catch {
      throw .damagedRecord(kind: .responses, id: id, reason: String(describing: error))
    }
  }
}

extension ResponseEntry: TableEntry {
  package var ownerID: Int { runID }
  package var bytes: ArraySlice<UInt8> { slice.bytes }

  init(_ record: ResponseRecord, encodedAs slice: EncodedSlice) {
    self.init(
      id: record.id, runID: record.runID, rowIndex: record.rowIndex, status: record.status, score: record.score,
      comparison: record.scoring.map { Origin.ofComparison(scoring: $0, expectedColumn: record.expectedColumn) } ?? 0,
      latency: record.latency, tokens: Tokens(record.usage, record.judgeUsage), cost: record.totalCost,
      generationCost: record.uncountedCalls > 0 ? nil : record.cost,
      knownCost: (record.cost ?? 0) + (record.judgeCost ?? 0),
      uncountedCalls: Int32(clamping: record.uncountedCalls), isTruncated: record.finishReason == Self.tokenLimit,
      reviews: record.reviews.map(ReviewMark.init), slice: slice)
  }

  /// The finish reason of an answer that was cut off.
  static let tokenLimit = "length"

  /// The sum of the parts that were spent; nil if a part was spent but its cost is unknown.
  ///
  /// A failed row was paid for only if tokens were counted.
  static func totalCost(
    _ status: ResponseStatus, cost: Double?, judgeCost: Double?, hasUsage: Bool, wasJudged: Bool, uncountedCalls: Int
  ) -> Double? {
    if uncountedCalls > 0 { return nil }
    let wasSpent = status != .failed || hasUsage
    if wasSpent && cost == nil || wasJudged && judgeCost == nil { return nil }
    return (cost ?? 0) + (judgeCost ?? 0)
  }
}

extension ResponseRecord {
  /// US dollars for the answer and its reviews; nil where a part cannot be known.
  package var totalCost: Double? {
    ResponseEntry.totalCost(
      status, cost: cost, judgeCost: judgeCost, hasUsage: usage != nil, wasJudged: judgeUsage != nil,
      uncountedCalls: uncountedCalls)
  }
}
