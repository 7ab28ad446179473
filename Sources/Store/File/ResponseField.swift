/// The fields of an encoded response, in the order they are written, each with what its value must be.
enum ResponseField: Int, EncodedField {
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

  static let required: [Self] = [.id, .runID, .rowIndex, .status, .input, .attempts, .createdAt]
  static let names = allCases.map { Array($0.name.utf8) }
}
