/// The fields of an encoded generation, in the order they are written, each with what its value must be.
enum GenerationField: Int, EncodedField {
  case id, experimentID, promptID, sampleIndex, status, outcome, inputs, output, error, model, finishReason, latency
  case usage, cost, sessionID, sessionReferenceID, user, metadata, warnings, providerRequest, providerResponse,
    createdAt

  var name: String {
    switch self {
    case .id: "id"
    case .experimentID: "experiment_id"
    case .promptID: "prompt_id"
    case .sampleIndex: "sample_index"
    case .status: "status"
    case .outcome: "outcome"
    case .inputs: "inputs"
    case .output: "output"
    case .error: "error"
    case .model: "model"
    case .finishReason: "finish_reason"
    case .latency: "latency_ms"
    case .usage: "usage"
    case .cost: "cost"
    case .sessionID: "session_id"
    case .sessionReferenceID: "session_reference_id"
    case .user: "user"
    case .metadata: "metadata"
    case .warnings: "warnings"
    case .providerRequest: "provider_request"
    case .providerResponse: "provider_response"
    case .createdAt: "created_at"
    }
  }

  static let required: [Self] = [.id, .experimentID, .promptID, .sampleIndex, .status, .inputs, .createdAt]
  static let names = allCases.map { Array($0.name.utf8) }
}
