package import JSONCoding

/// A model's answer.
package struct Completion: Sendable, Equatable {
  /// What follows the model's thoughts.
  package var text: String
  /// The thoughts that the model gave beside the text or at its beginning; nil where it gave none.
  package var reasoningText: String?
  /// The tools that the model asks for; an answer can be these alone.
  package var toolCalls: [ToolCall] = []
  /// The thoughts before tool calls, as blocks of the Messages API with their signatures: it wants them back with the calls.
  package var signedThoughts: [JSONValue] = []
  /// The choices behind the first, for a request that asks for several.
  package var alternatives: [Choice] = []
  /// The words in which the model refused, where the provider tells them from an answer; ``text`` has them too.
  package var refusal: String?
  /// The model that answered, as the provider names it.
  package var model: String
  /// The log probabilities of the tokens in the form of Chat Completions, where they were asked for and given.
  package var logprobs: JSONValue?
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

  /// One of several answers to a request.
  package struct Choice: Sendable, Equatable {
    package var text: String
    package var toolCalls: [ToolCall]
    package var finishReason: String?

    package init(text: String, toolCalls: [ToolCall] = [], finishReason: String? = nil) {
      self.text = text
      self.toolCalls = toolCalls
      self.finishReason = finishReason
    }
  }

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
