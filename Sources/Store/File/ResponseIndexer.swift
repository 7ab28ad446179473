import JSONCoding

/// Reads of an encoded response what a ``ResponseEntry`` holds, and checks the rest without building it.
///
/// A store may hold hundreds of thousands of them, and most are never asked for.
struct ResponseIndexer {
  private var integers = (id: 0, runID: 0, rowIndex: 0)
  private var status = ResponseStatus.pending
  private var score: Double?
  private var latency: Double?
  private var cost: Double?
  private var judgeCost: Double?
  private var isTruncated = false
  private var usage: Usage?
  private var judgeUsage: Usage?
  private var reviews: [ResponseEntry.ReviewMark] = []
  private var reviewIDs: [Int] = []
  private var seen: UInt32 = 0

  private typealias Usage = ResponseRecord.Usage

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
    try indexer.readFields(in: bytes, &reader)
    let missing = ResponseField.required & ~indexer.seen
    if missing != 0 {
      throw RecordError.missing(field: ResponseField.allCases[missing.trailingZeroBitCount].name)
    }
    return indexer.result(in: EncodedSlice(of: text, start..<reader.position))
  }

  private func result(in slice: EncodedSlice) -> Result {
    let entry = ResponseEntry(
      id: integers.id, runID: integers.runID, rowIndex: integers.rowIndex, status: status, score: score,
      latency: latency,
      promptTokens: Int32(clamping: (usage?.promptTokens ?? 0) + (judgeUsage?.promptTokens ?? 0)),
      completionTokens: Int32(clamping: (usage?.completionTokens ?? 0) + (judgeUsage?.completionTokens ?? 0)),
      cost: ResponseEntry.totalCost(
        cost: cost, judgeCost: judgeCost, wasAnswered: has(.responseText), wasJudged: has(.judgeUsage)),
      isTruncated: isTruncated, reviews: reviews, slice: slice)
    return Result(entry: entry, reviewIDs: reviewIDs)
  }

  private func has(_ field: ResponseField) -> Bool { seen & 1 << field.rawValue != 0 }

  private mutating func readFields(in bytes: Span<UInt8>, _ reader: inout JSONReader) throws {
    var first = true
    var expected = 0
    while let key = try reader.nextRawKey(in: bytes, first: &first) {
      guard let field = ResponseField.field(named: key, in: bytes, expected: expected) else {
        throw LoadFailure(
          offset: key.contents.lowerBound, "\(RecordError.unknown(field: JSONReader.text(key, in: bytes)))")
      }
      let bit: UInt32 = 1 << field.rawValue
      if seen & bit != 0 { throw JSONError(.duplicateKey(field.name), at: key.contents.lowerBound) }
      expected = field.rawValue + 1
      if try reader.peek(in: bytes) == UInt8(ascii: "n") {
        try reader.skipValue(in: bytes)
      } else {
        seen |= bit
        try readValue(of: field, in: bytes, &reader)
      }
    }
  }

  private mutating func readValue(of field: ResponseField, in bytes: Span<UInt8>, _ reader: inout JSONReader) throws {
    switch field {
    case .id: integers.id = try ValueRange.id.check(Self.integer(field.name, in: bytes, &reader), field.name)
    case .runID: integers.runID = try ValueRange.id.check(Self.integer(field.name, in: bytes, &reader), field.name)
    case .rowIndex:
      integers.rowIndex = try ValueRange.count.check(Self.integer(field.name, in: bytes, &reader), field.name)
    case .attempts: _ = try ValueRange.count.check(Self.integer(field.name, in: bytes, &reader), field.name)
    case .score: score = try ValueRange.score.check(Self.number(field.name, in: bytes, &reader), field.name)
    case .latency: latency = try Self.number(field.name, in: bytes, &reader)
    case .cost: cost = try Self.number(field.name, in: bytes, &reader)
    case .judgeCost: judgeCost = try Self.number(field.name, in: bytes, &reader)
    case .usage: usage = try Self.usage(field.name, in: bytes, &reader)
    case .judgeUsage: judgeUsage = try Self.usage(field.name, in: bytes, &reader)
    case .status:
      guard let value = ResponseStatus(rawValue: try Self.string(field.name, in: bytes, &reader)) else {
        throw RecordError.wrongType(field: field.name, expected: "one of its names")
      }
      status = value
    case .input:
      guard try reader.peek(in: bytes) == ASCII.openBrace else {
        throw RecordError.wrongType(field: field.name, expected: "an object")
      }
      try reader.skipValue(in: bytes)
    case .createdAt:
      let text = try Self.rawString(field.name, in: bytes, &reader)
      guard Timestamp.isWellFormed(bytes.extracting(text.contents)) else {
        throw RecordError.wrongType(field: field.name, expected: Timestamp.expectation)
      }
    case .finishReason:
      isTruncated = try Self.string(field.name, in: bytes, &reader) == ResponseEntry.tokenLimit
    case .expectedOutput, .responseText, .error, .model:
      _ = try Self.rawString(field.name, in: bytes, &reader)
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
      reviews.append(ResponseEntry.ReviewMark(metricID: review.metricID ?? 0, score: review.score))
    }
  }

  // MARK: Values

  private static func integer(_ name: String, in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> Int {
    guard let value = try reader.value(in: bytes).intValue else {
      throw RecordError.wrongType(field: name, expected: "an integer")
    }
    return value
  }

  private static func number(_ name: String, in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> Double {
    guard let value = try reader.value(in: bytes).doubleValue else {
      throw RecordError.wrongType(field: name, expected: "a number")
    }
    return value
  }

  private static func rawString(
    _ name: String, in bytes: Span<UInt8>, _ reader: inout JSONReader
  ) throws -> JSONReader.RawString {
    guard try reader.peek(in: bytes) == ASCII.quote else {
      throw RecordError.wrongType(field: name, expected: "a string")
    }
    return try reader.skipString(in: bytes)
  }

  private static func string(_ name: String, in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> String {
    JSONReader.text(try rawString(name, in: bytes, &reader), in: bytes)
  }

  private static func usage(_ name: String, in bytes: Span<UInt8>, _ reader: inout JSONReader) throws -> Usage {
    guard let object = try reader.value(in: bytes).objectValue else {
      throw RecordError.wrongType(field: name, expected: "an object")
    }
    return try Usage(object)
  }
}
