import JSONCoding

/// Reads of an encoded response what a ``ResponseEntry`` holds, and checks the rest without building it.
///
/// A store may hold hundreds of thousands of them, and most are never asked for.
struct ResponseIndexer {
  private var integers = (id: 0, runID: 0, rowIndex: 0)
  private var status = ResponseStatus.pending
  private var score: Double?
  private var scoring: Scoring?
  private var expectedColumn: String?
  private var uncountedCalls = 0
  private var latency: Double?
  private var cost: Double?
  private var judgeCost: Double?
  private var isTruncated = false
  private var usage: TokenCounts?
  private var judgeUsage: TokenCounts?
  private var reviews: [ResponseEntry.ReviewMark] = []
  private var reviewIDs: [Int] = []

  /// What was found at one place of a text.
  struct Result {
    let entry: ResponseEntry
    let reviewIDs: [Int]
  }

  /// Reads the response at the reader's position and moves behind it.
  /// - Throws: `JSONError`, ``RecordError`` or ``LoadFailure``.
  static func read(in text: [UInt8], _ reader: inout JSONReader) throws -> Result {
    let bytes = text.span
    _ = try reader.peek(in: bytes)
    let start = reader.position
    var indexer = ResponseIndexer()
    try ResponseField.read(in: bytes, &reader) { field, bytes, reader in
      try indexer.readValue(of: field, in: bytes, &reader)
    }
    return indexer.result(in: EncodedSlice(of: text, start..<reader.position))
  }

  private func result(in slice: EncodedSlice) -> Result {
    let entry = ResponseEntry(
      id: integers.id, runID: integers.runID, rowIndex: integers.rowIndex, status: status, score: score,
      comparison: scoring.map { Origin.ofComparison(scoring: $0, expectedColumn: expectedColumn) } ?? 0,
      latency: latency, tokens: ResponseEntry.Tokens(usage, judgeUsage),
      cost: ResponseEntry.totalCost(
        status, cost: cost, judgeCost: judgeCost, hasUsage: usage != nil, wasJudged: judgeUsage != nil,
        uncountedCalls: uncountedCalls),
      generationCost: uncountedCalls > 0 ? nil : cost, knownCost: (cost ?? 0) + (judgeCost ?? 0),
      uncountedCalls: Int32(clamping: uncountedCalls),
      isTruncated: isTruncated, reviews: reviews, slice: slice)
    return Result(entry: entry, reviewIDs: reviewIDs)
  }

  private mutating func readValue(of field: ResponseField, in bytes: Span<UInt8>, _ reader: inout JSONReader) throws {
    switch field {
    case .id: integers.id = try field.integer(in: bytes, &reader, .id)
    case .runID: integers.runID = try field.integer(in: bytes, &reader, .id)
    case .rowIndex: integers.rowIndex = try field.integer(in: bytes, &reader, .rows)
    case .attempts: _ = try field.integer(in: bytes, &reader, .calls)
    case .score: score = try field.number(in: bytes, &reader, .score)
    case .latency: latency = try field.number(in: bytes, &reader, .latency)
    case .cost: cost = try field.number(in: bytes, &reader, .money)
    case .judgeCost: judgeCost = try field.number(in: bytes, &reader, .money)
    case .usage: usage = try field.tokenCounts(in: bytes, &reader)
    case .judgeUsage: judgeUsage = try field.tokenCounts(in: bytes, &reader)
    case .scoring: scoring = try field.choice(in: bytes, &reader)
    case .expectedColumn: expectedColumn = try field.string(in: bytes, &reader)
    case .uncountedCalls: uncountedCalls = try field.integer(in: bytes, &reader, .calls)
    case .status: status = try field.choice(in: bytes, &reader)
    case .input: try field.skipObject(in: bytes, &reader)
    case .createdAt: try field.skipTimestamp(in: bytes, &reader)
    case .finishReason: isTruncated = try field.string(in: bytes, &reader) == ResponseEntry.tokenLimit
    case .expectedOutput, .responseText, .reasoningText, .error, .model, .serviceTier:
      try field.rawString(in: bytes, &reader)
    case .reviews: try readReviews(in: bytes, &reader)
    }
  }

  private mutating func readReviews(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws {
    guard let values = try reader.value(in: bytes).arrayValue else {
      throw RecordError.wrongType(field: ResponseField.reviews.name, expected: "a list of objects")
    }
    reviews.reserveCapacity(values.count)
    for value in values {
      guard let object = value.objectValue else {
        throw RecordError.wrongType(field: ResponseField.reviews.name, expected: "a list of objects")
      }
      let review = try ReviewRecord(object)
      reviewIDs.append(review.id)
      reviews.append(ResponseEntry.ReviewMark(review))
    }
  }
}
