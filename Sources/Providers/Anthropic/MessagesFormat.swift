import JSONCoding

/// The requests and answers of the Messages API (`POST /v1/messages`).
///
/// A temperature above 1 is refused before anything is sent: Anthropic's range ends there, and a silently lower one would
/// make a comparison with other providers wrong. `seed`, `logprobs` and `suffix` do not exist there and are dropped with a warning, as are
/// temperature and top_p from API version 2026-10-21 on.
struct MessagesFormat: WireFormat {
  let version: String

  let method = "messages"
  let canRenameMaxTokens = false
  let canAskForPlainJSON = false
  let maxTokensByDefault: Int? = Self.defaultMaxTokens

  /// What is sent when nobody set a limit: the API demands one.
  static let defaultMaxTokens = 4_096
  private static let firstVersionWithoutSampling = "2026-10-21"

  private static let unknown: Set<RequestParameter> = [.seed, .logprobs, .suffix]

  func headers(key: Secret?) -> HTTPHeaders {
    var headers = HTTPHeaders.json
    headers.append("anthropic-version", version)
    if let key { headers.append("x-api-key", key.reveal()) }
    return headers
  }

  func shape(of request: CompletionRequest) throws(ProviderError) -> RequestShape {
    guard request.messages.contains(where: { $0.role != .system }) else {
      throw ProviderError(.invalidRequest, "Anthropic needs a user message: a system message alone is no request.")
    }
    // Dates in this form compare as texts.
    let takesSampling = version < Self.firstVersionWithoutSampling
    if takesSampling, let temperature = request.temperature, temperature > 1 {
      throw ProviderError(.invalidRequest, "Anthropic takes a temperature from 0 to 1, not \(temperature).")
    }
    return RequestShape(
      dropped: takesSampling ? Self.unknown : Self.unknown.union([.temperature, .topP]))
  }

  func body(of request: CompletionRequest, shape: RequestShape) -> JSONObject {
    var body: JSONObject = ["model": .string(request.model)]
    let asked = request.maxTokens ?? Self.defaultMaxTokens
    body.append("max_tokens", .int(shape.maxTokens(asked) ?? asked))
    let system = request.messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n\n")
    if !system.isEmpty { body.append("system", .string(system)) }
    body.append("messages", .array(request.messages.filter { $0.role != .system }.map(Self.message)))
    if let temperature = request.temperature, shape.sends(.temperature) {
      body.append("temperature", .double(temperature))
    }
    if let topP = request.topP, shape.sends(.topP) { body.append("top_p", .double(topP)) }
    if !request.stop.isEmpty, shape.sends(.stop) {
      body.append("stop_sequences", .array(request.stop.map(JSONValue.string)))
    }
    if let user = request.user, shape.sends(.user) { body.append("metadata", ["user_id": .string(user)]) }
    if let schema = request.responseSchema, shape.sends(.responseFormat) {
      body.append("output_config", ["format": ["type": "json_schema", "schema": .object(schema.schema)]])
    }
    return body
  }

  func streamingBody(of request: CompletionRequest, shape: RequestShape) -> JSONObject {
    var body = body(of: request, shape: shape)
    body.append("stream", true)
    return body
  }

  func stream() -> any StreamAssembler { MessagesStream() }

  private static func message(_ message: ChatMessage) -> JSONValue {
    ["role": .string(message.role.rawValue), "content": .string(message.content)]
  }
}
