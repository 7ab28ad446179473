package import JSONCoding

/// What to ask of a model.
///
/// Everything optional is sent only when it is set. The members of ``parameters`` can be read and set as the request's own:
/// `request.temperature = 0`.
@dynamicMemberLookup
package struct CompletionRequest: Sendable, Equatable {
  /// The model's name as the provider knows it, without a provider prefix.
  package var model: String
  package var messages: [ChatMessage]
  package var parameters: RequestParameters
  /// Whether the completion brings what was sent and what came back, as ``RawExchange``.
  package var keepsExchange = false

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

  func sets(_ parameter: RequestParameter) -> Bool { parameters[parameter] != nil }
}

extension CompletionRequest {
  /// How an answer was used up before any text, and what to do: the end of a sentence.
  func emptiness(hasThoughts: Bool) -> String {
    let use = hasThoughts ? "on reasoning before any text" : "before any text, perhaps on reasoning"
    let effort = parameters.reasoningEffort.map { "reasoning_effort, which is \($0.rawValue)" } ?? "reasoning_effort"
    return "used up max_tokens \(use). Raise max_tokens, or lower \(effort)."
  }
}

/// One call as it went over the wire, without keys, and without the bytes of images, which are not for reading.
package struct RawExchange: Sendable, Equatable {
  package var request: JSONObject
  package var response: JSONObject

  package init(request: JSONObject, response: JSONObject) {
    self.request = request.withoutImages
    self.response = response
  }
}
