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

/// Tokens of one call, as the provider counted them.
package struct TokenUsage: Sendable, Equatable {
  package var promptTokens: Int
  package var completionTokens: Int
  /// Of the prompt tokens, those read from the provider's cache.
  package var cachedTokens: Int
  /// Of the completion tokens, those spent on reasoning.
  package var reasoningTokens: Int

  package var totalTokens: Int { promptTokens + completionTokens }

  /// A number that cannot be a count becomes the nearest that can: sums of whatever a server says must not overflow.
  package init(promptTokens: Int, completionTokens: Int, cachedTokens: Int = 0, reasoningTokens: Int = 0) {
    self.promptTokens = Self.count(promptTokens)
    self.completionTokens = Self.count(completionTokens)
    self.cachedTokens = Self.count(cachedTokens)
    self.reasoningTokens = Self.count(reasoningTokens)
  }

  /// The highest integer that every JSON library reads exactly.
  private static let highest = 1 << 53 - 1

  static func count(_ number: Int) -> Int { min(max(number, 0), highest) }
}

/// A model's answer.
package struct Completion: Sendable, Equatable {
  package var text: String
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
  /// What was sent and what came back, for a request that ``CompletionRequest/keepsExchange``.
  package var exchange: RawExchange?

  package init(
    text: String, model: String, finishReason: String? = nil, usage: TokenUsage? = nil, reportedCost: Double? = nil,
    latency: Double = 0, warnings: [String] = [], refusals: Int = 0
  ) {
    self.text = text
    self.model = model
    self.finishReason = finishReason
    self.usage = usage
    self.reportedCost = reportedCost
    self.latency = latency
    self.warnings = warnings
    self.refusals = refusals
  }
}
