import JSONCoding

/// The requests and answers of Chat Completions (`POST /v1/chat/completions`).
struct ChatCompletionsFormat: WireFormat {
  /// The vendor's rules for a request.
  var rules: @Sendable (CompletionRequest) -> ParameterRules = { _ in ParameterRules() }

  /// The header of the key.
  var keyHeader = KeyHeader.authorization

  enum KeyHeader: Sendable {
    /// `Authorization: Bearer KEY`.
    case authorization
    /// A header with this name, whose value is the key.
    case named(String)
  }

  let method = "chat/completions"
  let canRenameMaxTokens = true
  let canAskForPlainJSON = true

  func maxTokensByDefault(_ request: CompletionRequest) -> Int? { nil }

  func headers(key: Secret?) -> HTTPHeaders {
    var headers = HTTPHeaders.json
    guard let key = key?.reveal() else { return headers }
    switch keyHeader {
    case .authorization: headers.append("Authorization", "Bearer \(key)")
    case .named(let name): headers.append(name, key)
    }
    return headers
  }

  func rules(for request: CompletionRequest) -> ParameterRules {
    var rules = rules(request)
    // Chat Completions continues a conversation; only the older completions API could insert.
    rules.dropped.insert(.suffix)
    if let tier = request.serviceTier, let tiers = rules.tiers, tiers[tier] == nil {
      rules.dropped.insert(.serviceTier)
    }
    return rules
  }

  func shape(by rules: ParameterRules) -> RequestShape {
    var shape = RequestShape(dropped: rules.dropped, usesMaxCompletionTokens: rules.usesMaxCompletionTokens)
    shape.asksForPlainJSON = !rules.takesSchema
    return shape
  }

  func body(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject {
    var body: JSONObject = ["model": .string(request.model)]
    body.append("messages", .array(request.messages.map { Self.message($0, rules) }))
    for parameter in request.parameters.all where shape.sends(parameter) {
      guard let value = request.parameters[parameter] else { continue }
      switch parameter {
      case .maxTokens:
        let limit = shape.maxTokens(request.maxTokens).map(JSONValue.int) ?? value
        body[shape.usesMaxCompletionTokens ? "max_completion_tokens" : "max_tokens"] = limit
      case .responseFormat where shape.asksForPlainJSON && request.responseSchema != nil:
        body[parameter.rawValue] = ["type": "json_object"]
      case .reasoningEffort:
        let members = request.reasoningEffort.flatMap { rules.efforts?.members(for: $0).members }
        for member in members ?? [.init(key: parameter.rawValue, value: value)] { body[member.key] = member.value }
      case .serviceTier: body[parameter.rawValue] = request.serviceTier.map { .string(rules.word(for: $0)) } ?? value
      default: body[rules.renamed[parameter] ?? parameter.rawValue] = value
      }
    }
    rules.adjust?(&body)
    return body
  }

  func streamingBody(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject {
    var body = body(of: request, rules, shape: shape)
    body.append("stream", true)
    if !shape.omitsStreamOptions { body.append("stream_options", ["include_usage": true]) }
    return body
  }

  func stream() -> any StreamAssembler { ChatCompletionsStream() }
}
