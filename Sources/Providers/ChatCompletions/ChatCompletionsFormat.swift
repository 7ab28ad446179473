import JSONCoding

/// The requests and answers of Chat Completions (`POST /v1/chat/completions`).
struct ChatCompletionsFormat: WireFormat {
  /// Whether a model takes `max_completion_tokens` in place of `max_tokens`.
  var usesMaxCompletionTokens: @Sendable (String) -> Bool = { _ in false }

  /// Where the key is shown.
  var keyHeader = KeyHeader.authorization

  enum KeyHeader: Sendable {
    /// `Authorization: Bearer KEY`.
    case authorization
    /// The key alone, in a header of this name.
    case named(String)
  }

  let method = "chat/completions"
  let canRenameMaxTokens = true
  let canAskForPlainJSON = true
  let maxTokensByDefault: Int? = nil

  func headers(key: Secret?) -> HTTPHeaders {
    var headers = HTTPHeaders.json
    guard let key = key?.reveal() else { return headers }
    switch keyHeader {
    case .authorization: headers.append("Authorization", "Bearer \(key)")
    case .named(let name): headers.append(name, key)
    }
    return headers
  }

  func shape(of request: CompletionRequest) -> RequestShape {
    // Chat Completions continues a conversation; to insert was for the completions before it.
    RequestShape(
      dropped: [.suffix], usesMaxCompletionTokens: usesMaxCompletionTokens(request.model))
  }

  func body(of request: CompletionRequest, shape: RequestShape) -> JSONObject {
    func sends(_ parameter: RequestParameter) -> Bool { !shape.dropped.contains(parameter) }
    var body: JSONObject = ["model": .string(request.model)]
    body.append("messages", .array(request.messages.map(Self.message)))
    if let temperature = request.temperature, sends(.temperature) { body.append("temperature", .double(temperature)) }
    if let topP = request.topP, sends(.topP) { body.append("top_p", .double(topP)) }
    if let maxTokens = shape.maxTokens(request.maxTokens) {
      body.append(shape.usesMaxCompletionTokens ? "max_completion_tokens" : "max_tokens", .int(maxTokens))
    }
    if !request.stop.isEmpty, sends(.stop) { body.append("stop", .array(request.stop.map(JSONValue.string))) }
    if let seed = request.seed, sends(.seed) { body.append("seed", .int(seed)) }
    if let user = request.user, sends(.user) { body.append("user", .string(user)) }
    if let count = request.logprobs, sends(.logprobs) {
      body.append("logprobs", true)
      body.append("top_logprobs", .int(count))
    }
    if let schema = request.responseSchema, sends(.responseSchema) {
      body.append(
        "response_format", shape.asksForPlainJSON ? ["type": "json_object"] : Self.responseFormat(schema))
    }
    return body
  }

  func streamingBody(of request: CompletionRequest, shape: RequestShape) -> JSONObject {
    var body = body(of: request, shape: shape)
    body.append("stream", true)
    if !shape.omitsStreamOptions { body.append("stream_options", ["include_usage": true]) }
    return body
  }

  func stream() -> any StreamAssembler { ChatCompletionsStream() }

  private static func message(_ message: ChatMessage) -> JSONValue {
    ["role": .string(message.role.rawValue), "content": .string(message.content)]
  }

  private static func responseFormat(_ schema: CompletionRequest.ResponseSchema) -> JSONValue {
    [
      "type": "json_schema",
      "json_schema": ["name": .string(schema.name), "strict": true, "schema": .object(schema.schema)],
    ]
  }
}
