/// The fields of an encoded response, in the order they are written, each with what its value must be.
enum ResponseField: Int, EncodedField {
  case id, runID, rowIndex, status, input, expectedOutput, responseText, reasoningText, score, scoring, expectedColumn
  case reviews, attempts, error, model, finishReason, latency, usage, cost, judgeUsage, judgeCost, serviceTier
  case uncountedCalls, createdAt

  var name: String {
    switch self {
    case .id: "id"
    case .runID: "run_id"
    case .rowIndex: "row_index"
    case .status: "status"
    case .input: "input"
    case .expectedOutput: "expected_output"
    case .responseText: "response_text"
    case .reasoningText: "reasoning_text"
    case .score: "score"
    case .scoring: "scoring"
    case .expectedColumn: "expected_column"
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
    case .serviceTier: "service_tier"
    case .uncountedCalls: "uncounted_calls"
    case .createdAt: "created_at"
    }
  }

  static let required: [Self] = [.id, .runID, .rowIndex, .status, .input, .attempts, .createdAt]
  static let names = allCases.map { Array($0.name.utf8) }
}
