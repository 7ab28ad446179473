import JSONCoding

/// The fields of an encoded response, in the order they are written, each with what its value must be.
enum ResponseField: Int, CaseIterable {
  case id, runID, rowIndex, status, input, expectedOutput, responseText, score, reviews, attempts, error, model
  case finishReason, latency, usage, cost, judgeUsage, judgeCost, createdAt

  var name: String {
    switch self {
    case .id: "id"
    case .runID: "run_id"
    case .rowIndex: "row_index"
    case .status: "status"
    case .input: "input"
    case .expectedOutput: "expected_output"
    case .responseText: "response_text"
    case .score: "score"
    case .reviews: "reviews"
    case .attempts: "attempts"
    case .error: "error"
    case .model: "model"
    case .finishReason: "finish_reason"
    case .latency: "latency_ms"
    case .usage: "usage"
    case .cost: "cost"
    case .judgeUsage: "judge_usage"
    case .judgeCost: "judge_cost"
    case .createdAt: "created_at"
    }
  }

  /// The set of all fields that every response has, a bit each.
  static let required: UInt32 = [Self.id, .runID, .rowIndex, .status, .input, .attempts, .createdAt]
    .reduce(0) { $0 | 1 << $1.rawValue }

  /// The field of this name; nil if there is none.
  /// - Parameter expected: the one to try first, since fields are nearly always in their order.
  static func field(named key: JSONReader.RawString, in bytes: Span<UInt8>, expected: Int) -> ResponseField? {
    let name = bytes.extracting(key.contents)
    for step in 0..<names.count {
      let index = (expected + step) % names.count
      if matches(name, names[index]) { return ResponseField(rawValue: index) }
    }
    return nil
  }

  private static let names = allCases.map { Array($0.name.utf8) }

  private static func matches(_ name: Span<UInt8>, _ known: [UInt8]) -> Bool {
    guard name.count == known.count else { return false }
    for index in known.indices where name[index] != known[index] { return false }
    return true
  }
}
