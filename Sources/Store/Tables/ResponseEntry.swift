import JSONCoding

/// A response as the store holds it: its encoded bytes and the few fields that lists and sums need.
package struct ResponseEntry: Sendable {
  package let id: Int
  package let runID: Int
  package let rowIndex: Int
  package let status: ResponseStatus
  package let score: Double?
  /// Milliseconds.
  package let latency: Double?
  package let promptTokens: Int32
  package let completionTokens: Int32
  /// US dollars for the answer and its reviews; nil where a part cannot be known.
  package let cost: Double?
  /// Whether the model stopped at its token limit.
  package let isTruncated: Bool
  package let reviews: [ReviewMark]
  let slice: EncodedSlice

  /// What sums over reviews need of one.
  package struct ReviewMark: Sendable, Equatable {
    package let metricID: Int
    /// Nil for a failed review.
    package let score: Double?
  }

  /// The whole record.
  /// - Throws: ``StoreError/damaged(path:line:reason:)`` if the bytes are no response, which loading has ruled out.
  package func decoded() throws(StoreError) -> ResponseRecord {
    do {
      let bytes = slice.bytes
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
  var ownerID: Int { runID }

  init(_ record: ResponseRecord, encodedAs slice: EncodedSlice) {
    self.init(
      id: record.id, runID: record.runID, rowIndex: record.rowIndex, status: record.status, score: record.score,
      latency: record.latency,
      promptTokens: Int32(clamping: (record.usage?.promptTokens ?? 0) + (record.judgeUsage?.promptTokens ?? 0)),
      completionTokens: Int32(
        clamping: (record.usage?.completionTokens ?? 0) + (record.judgeUsage?.completionTokens ?? 0)),
      cost: record.totalCost,
      isTruncated: record.finishReason == Self.tokenLimit,
      reviews: record.reviews.map { ReviewMark(metricID: $0.metricID ?? 0, score: $0.score) }, slice: slice)
  }

  /// The finish reason of an answer that was cut off.
  static let tokenLimit = "length"

  /// The sum of the parts that were spent; nil if a part was spent but its cost is unknown.
  ///
  /// A failed row was paid for only if tokens were counted.
  static func totalCost(
    _ status: ResponseStatus, cost: Double?, judgeCost: Double?, hasUsage: Bool, wasJudged: Bool
  ) -> Double? {
    let wasSpent = status != .failed || hasUsage
    if wasSpent && cost == nil || wasJudged && judgeCost == nil { return nil }
    return (cost ?? 0) + (judgeCost ?? 0)
  }
}

extension ResponseRecord {
  /// US dollars for the answer and its reviews; nil where a part cannot be known.
  package var totalCost: Double? {
    ResponseEntry.totalCost(
      status, cost: cost, judgeCost: judgeCost, hasUsage: usage != nil, wasJudged: judgeUsage != nil)
  }
}
