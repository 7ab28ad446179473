import JSONCoding

/// The form of requests and answers in an API.
protocol WireFormat: Sendable {
  /// The versioned method of completions, such as `chat/completions`.
  var method: String { get }
  /// Whether the API has two names for the token limit.
  var canRenameMaxTokens: Bool { get }
  /// Whether the API supports JSON without a schema.
  var canAskForPlainJSON: Bool { get }
  /// The default token limit of a request; nil if none is sent.
  func maxTokensByDefault(_ request: CompletionRequest) -> Int?

  func headers(key: Secret?) -> HTTPHeaders
  /// The vendor's rules for the request's parameters, independent of its messages.
  func rules(for request: CompletionRequest) -> ParameterRules
  /// Why the messages cannot be sent, as a sentence; nil if they can.
  func refusal(of messages: [ChatMessage]) -> String?
  /// The initial shape of a request.
  func shape(by rules: ParameterRules) -> RequestShape
  func body(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject
  /// The body of a request for a streamed answer.
  func streamingBody(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject
  /// A new assembler of a streamed answer.
  func stream() -> any StreamAssembler
  /// The token counts of an answer; nil unless they are complete.
  func usage(of answer: JSONValue) -> TokenUsage?
  /// Parses a successful answer.
  func answer(_ value: JSONValue, to request: CompletionRequest) -> WireAnswer
}

extension WireFormat {
  func refusal(of messages: [ChatMessage]) -> String? { nil }

  /// Why the model is known not to accept a request, as a sentence; nil if no objection is known.
  func refusal(of request: CompletionRequest, at provider: String) -> String? {
    rules(for: request).refusal(of: request, at: provider)
  }
}

/// A parsed successful answer: text, or the reason why there is none.
enum WireAnswer: Sendable, Equatable {
  case completion(Completion)
  /// The body holds an error despite its status.
  case error(ProviderErrorBody, usage: TokenUsage?)
  /// The server gave up in the middle, with its own word for the finish reason.
  case broken(String, usage: TokenUsage?)
  /// What is wrong, as the end of a sentence that begins with the provider's name.
  /// - Parameter finishReason: why it ended, in the words of Chat Completions.
  case unusable(String, usage: TokenUsage?, thoughts: String? = nil, finishReason: String? = nil)
  /// It is no answer of this API; what is missing, in the same form.
  case unlike(String, usage: TokenUsage?)
}

extension HTTPHeaders {
  static let json: HTTPHeaders = ["Content-Type": "application/json", "Accept": "application/json"]
}
