package import JSONCoding

/// One message of a conversation.
package struct ChatMessage: Sendable, Equatable {
  package enum Role: String, Sendable { case system, user, assistant }

  package var role: Role
  package var content: String

  package init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }
}

/// What to ask of a model.
///
/// Everything optional is sent only when it is set.
package struct CompletionRequest: Sendable, Equatable {
  /// The model's name as the provider knows it, without a provider prefix.
  package var model: String
  package var messages: [ChatMessage]
  package var temperature: Double?
  package var topP: Double?
  package var maxTokens: Int?
  package var stop: [String]
  package var seed: Int?
  /// Who asks, for the provider's own records.
  package var user: String?
  /// How many of the likeliest tokens the raw answer shall name at each place, with their probabilities.
  package var logprobs: Int?
  /// What comes after the text to be completed, where a provider can insert.
  package var suffix: String?
  /// Whether the completion brings what was sent and what came back, as ``RawExchange``.
  package var keepsExchange = false
  /// A JSON Schema that the answer must satisfy, where the provider can enforce one.
  package var responseSchema: ResponseSchema?

  package struct ResponseSchema: Sendable, Equatable {
    package var name: String
    package var schema: JSONObject

    package init(name: String, schema: JSONObject) {
      self.name = name
      self.schema = schema
    }
  }

  package init(
    model: String, messages: [ChatMessage], temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil,
    stop: [String] = [], seed: Int? = nil, responseSchema: ResponseSchema? = nil
  ) {
    self.model = model
    self.messages = messages
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.stop = stop
    self.seed = seed
    self.responseSchema = responseSchema
  }
}

/// One call as it went over the wire, without keys.
package struct RawExchange: Sendable, Equatable {
  package var request: JSONObject
  package var response: JSONObject

  package init(request: JSONObject, response: JSONObject) {
    self.request = request
    self.response = response
  }
}

/// A model's answer.
package struct Completion: Sendable, Equatable {
  /// What follows the model's thoughts.
  package var text: String
  /// The thoughts that the model gave beside the text or at its beginning; nil where it gave none.
  package var reasoningText: String?
  /// The model that answered, as the provider names it.
  package var model: String
  /// In the words of Chat Completions: `stop`, `length`, `content_filter`, ...; nil where the provider gave none.
  package var finishReason: String?
  package var usage: TokenUsage?
  /// US dollars, where the provider itself says what the call cost.
  package var reportedCost: Double?
  /// Milliseconds from sending the request to the whole answer.
  package var latency: Double
  /// Milliseconds from sending the request to the first text, where the answer was streamed.
  package var firstTextLatency: Double?
  /// What was changed to get an answer, such as a parameter dropped that the model refuses; empty for most calls.
  package var warnings: [String]
  /// How many requests were refused before this answer because of such a parameter.
  package var refusals: Int
  /// The service tier that answered, as the provider names it, such as `flex`; nil where it named none.
  package var serviceTier: String? { usage?.serviceTier }
  /// What was sent and what came back, for a request that ``CompletionRequest/keepsExchange``.
  package var exchange: RawExchange?

  package init(
    text: String, model: String, finishReason: String? = nil, usage: TokenUsage? = nil, reportedCost: Double? = nil,
    latency: Double = 0, warnings: [String] = [], refusals: Int = 0, reasoningText: String? = nil
  ) {
    self.text = text
    self.reasoningText = reasoningText
    self.model = model
    self.finishReason = finishReason
    self.usage = usage
    self.reportedCost = reportedCost
    self.latency = latency
    self.warnings = warnings
    self.refusals = refusals
  }
}
