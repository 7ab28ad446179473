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
    var body: JSONObject = ["model": .string(request.model)]
    body.append("messages", .array(request.messages.map(Self.message)))
    for parameter in request.parameters.all where shape.sends(parameter) {
      guard let value = request.parameters[parameter] else { continue }
      switch parameter {
      case .maxTokens:
        let limit = shape.maxTokens(value.intValue).map(JSONValue.int) ?? value
        body[shape.usesMaxCompletionTokens ? "max_completion_tokens" : "max_tokens"] = limit
      case .responseFormat where shape.asksForPlainJSON: body[parameter.rawValue] = ["type": "json_object"]
      default: body[parameter.rawValue] = value
      }
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
}
