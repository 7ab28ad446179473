package import JSONCoding

/// A model's answer.
package struct Completion: Sendable, Equatable {
  /// The text after the model's reasoning.
  package var text: String
  /// The model's reasoning, sent beside the text or at its beginning; nil if there is none.
  package var reasoningText: String?
  /// The model's tool calls; an answer may consist of these alone.
  package var toolCalls: [ToolCall] = []
  /// The thoughts before tool calls, as blocks of the Messages API with their signatures: it wants them back with the calls.
  package var signedThoughts: [JSONValue] = []
  /// The further choices of a request for several.
  package var alternatives: [Choice] = []
  /// The model's refusal, if the provider marks it; ``text`` contains it too.
  package var refusal: String?
  /// The model that answered, as the provider names it.
  package var model: String
  /// The log probabilities of the tokens in the form of Chat Completions, if requested and provided.
  package var logprobs: JSONValue?
  /// The reason in the words of Chat Completions: `stop`, `length`, `content_filter`, ...; nil if the provider gave
  /// none.
  package var finishReason: String?
  package var usage: TokenUsage?
  /// US dollars, if the provider reports the cost of the call.
  package var reportedCost: Double?
  /// Milliseconds from sending the request to the whole answer.
  package var latency: Double
  /// Milliseconds from sending the request to the first text, for a streamed answer.
  package var firstTextLatency: Double?
  /// Changes made to get an answer, such as dropping a rejected parameter; empty for most calls.
  package var warnings: [String]
  /// The number of requests that were rejected before this answer because of a parameter.
  package var refusals: Int
  /// The service tier of the answer, such as `flex`; nil if the provider named none.
  package var serviceTier: String? { usage?.serviceTier }
  /// The request and response, if ``CompletionRequest/keepsExchange`` is set.
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
