import JSONCoding

/// The requests and answers of the Messages API (`POST /v1/messages`).
///
/// A temperature above 1 is rejected before anything is sent. Anthropic's range ends there, and silently lowering it
/// would distort a comparison with other providers.
struct MessagesFormat: WireFormat {
  let version: String

  let method = "messages"
  let canRenameMaxTokens = false
  let canAskForPlainJSON = false

  /// The default token limit of the answer, because the API requires one.
  static let defaultMaxTokens = 4_096
  private static let firstVersionWithoutSampling = "2026-10-21"

  /// Dates in this form can be compared as texts.
  private var takesSampling: Bool { version < Self.firstVersionWithoutSampling }

  func headers(key: Secret?) -> HTTPHeaders {
    var headers = HTTPHeaders.json
    headers.append("anthropic-version", version)
    guard let key = key?.reveal() else { return headers }
    // With later versions the official clients send it like all other vendors.
    if takesSampling { headers.append("x-api-key", key) } else { headers.append("Authorization", "Bearer \(key)") }
    return headers
  }

  /// Reasoning counts too, so the limit must leave room for the answer after it.
  func maxTokensByDefault(_ request: CompletionRequest) -> Int? {
    Self.defaultMaxTokens + Anthropic.efforts(of: request.model).budget(of: request.reasoningEffort)
  }

  func rules(for request: CompletionRequest) -> ParameterRules {
    var rules = ParameterRules()
    rules.efforts = Anthropic.efforts(of: request.model)
    rules.takesNames = false
    rules.tiers = Anthropic.tiers
    rules.dropped = Set(
      request.parameters.all.filter { parameter in
        guard let value = request.parameters[parameter], let members = Self.parameters[parameter] else { return true }
        return members(value) == nil
      })
    let isThinking = budget(of: request) > 0
    if !takesSampling || isThinking { rules.dropped.formUnion([.temperature, .topP, .topK]) }
    rules.refusal = refusal(of: request)
    return rules
  }

  func shape(by rules: ParameterRules) -> RequestShape { RequestShape(dropped: rules.dropped) }

  private func budget(of request: CompletionRequest) -> Int {
    Anthropic.efforts(of: request.model).budget(of: request.reasoningEffort)
  }

  func refusal(of messages: [ChatMessage]) -> String? {
    guard !messages.isEmpty, messages.allSatisfy(MessagesConversation.isSystem) else { return nil }
    return "Anthropic needs a user message: a system message alone is not a request."
  }

  private func refusal(of request: CompletionRequest) -> String? {
    if takesSampling, let temperature = request.temperature, temperature > 1 {
      return "Anthropic takes a temperature from 0 to 1, not \(temperature)."
    }
    let budget = budget(of: request)
    if budget > 0, let limit = request.maxTokens, limit <= budget, let effort = request.reasoningEffort {
      return "With reasoning_effort \(effort.rawValue) \(request.model) may think for \(budget) tokens, "
        + "which max_tokens must exceed: it is \(limit)."
    }
    if let choice = request.toolChoice, choice != "auto", choice != "none",
      budget > 0 || Anthropic.alwaysReasons(request.model)
    {
      return "\(request.model) at Anthropic cannot be made to call a tool while it thinks: give tool_choice auto."
    }
    return nil
  }

  func body(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject {
    var body: JSONObject = ["model": .string(request.model)]
    let asked = request.maxTokens ?? maxTokensByDefault(request) ?? Self.defaultMaxTokens
    body.append("max_tokens", .int(shape.maxTokens(asked) ?? asked))
    let prefix = request.sets(.promptCacheKey) && shape.sends(.promptCacheKey) ? request.sharedPrefix : nil
    let conversation = MessagesConversation(request.messages, keeping: prefix.flatMap(request.divided))
    if let system = conversation.system { body.append("system", system) }
    body.append("messages", .array(conversation.turns))
    for parameter in request.parameters.all where shape.sends(parameter) {
      if let value = request.parameters[parameter], let members = Self.parameters[parameter]?(value) {
        body.merge(members)
      }
    }
    if let effort = request.reasoningEffort, shape.sends(.reasoningEffort) {
      body.merge(Anthropic.efforts(of: request.model).members(for: effort))
    }
    if let choice = body["tool_choice"]?.objectValue { body["tool_choice"] = Self.whole(choice) }
    return body
  }

  func streamingBody(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject {
    var body = body(of: request, rules, shape: shape)
    body.append("stream", true)
    return body
  }

  func stream() -> any StreamAssembler { MessagesStream() }
}

extension JSONObject {
  /// Merges the members of another object; objects under the same name are merged too.
  fileprivate mutating func merge(_ other: JSONObject) {
    for member in other.members {
      if var inner = self[member.key]?.objectValue, let more = member.value.objectValue {
        inner.merge(more)
        self[member.key] = .object(inner)
      } else {
        self[member.key] = member.value
      }
    }
  }
}
