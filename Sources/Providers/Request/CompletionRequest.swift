package import JSONCoding

/// A request to a model.
///
/// Optional members are sent only if set. The members of ``parameters`` can be accessed as the request's own:
/// `request.temperature = 0`.
@dynamicMemberLookup
package struct CompletionRequest: Sendable, Equatable {
  /// The model's name at the provider, without a provider prefix.
  package var model: String
  package var messages: [ChatMessage]
  package var parameters: RequestParameters
  /// Whether the completion includes the request and response as ``RawExchange``.
  package var keepsExchange = false
  /// What it has in common with other requests; nil for nothing.
  package var sharedPrefix: SharedPrefix?

  package typealias ResponseSchema = Providers.ResponseSchema

  package init(model: String, messages: [ChatMessage], parameters: RequestParameters) {
    self.model = model
    self.messages = messages
    self.parameters = parameters
  }

  package init(
    model: String, messages: [ChatMessage], temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil,
    stop: [String] = [], seed: Int? = nil, responseSchema: ResponseSchema? = nil
  ) {
    self.init(model: model, messages: messages, parameters: RequestParameters())
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
    self.responseSchema = responseSchema
  }

  package subscript<Value>(dynamicMember member: WritableKeyPath<RequestParameters, Value>) -> Value {
    get { parameters[keyPath: member] }
    set { parameters[keyPath: member] = newValue }
  }

  /// Asks the provider to keep ``sharedPrefix`` if that pays.
  ///
  /// - Parameters:
  ///   - cache: the provider's; nil if it has none.
  ///   - requests: the number of requests that share it.
  package mutating func usePromptCache(_ cache: PromptCache?, requests: Int) {
    guard let sharedPrefix, let cache, cache.keeps(sharedPrefix, requests: requests) else { return }
    parameters[.promptCacheKey] = .string(sharedPrefix.key)
  }

  func sets(_ parameter: RequestParameter) -> Bool { parameters[parameter] != nil }
}

extension CompletionRequest {
  /// The sentence ending for an answer that the model ended itself before any text, with what can be done.
  ///
  /// - Parameter isLasting: whether the same request would probably end so again (``ProviderError/isAboutRequest``).
  static func silence(hasThoughts: Bool, isLasting: Bool) -> String {
    let finding = hasThoughts ? "with reasoning only, without any text after it" : "without any text"
    return isLasting
      ? "answered \(finding). The same request would probably fail again: change the prompt, or use another model."
      : "answered \(finding). Ask again, or change the prompt."
  }

  /// The sentence ending for an answer that was used up before any text: the cause and the remedy.
  func emptiness(hasThoughts: Bool) -> String {
    let use = hasThoughts ? "on reasoning before any text" : "before any text, perhaps on reasoning"
    let effort = parameters.reasoningEffort.map { "reasoning_effort, which is \($0.rawValue)" } ?? "reasoning_effort"
    return "used up max_tokens \(use). Raise max_tokens, or lower \(effort)."
  }
}

/// The request and response of one call, without keys and without the bytes of images.
package struct RawExchange: Sendable, Equatable {
  package var request: JSONObject
  package var response: JSONObject

  package init(request: JSONObject, response: JSONObject) {
    self.request = request.withoutImages
    self.response = response
  }
}
