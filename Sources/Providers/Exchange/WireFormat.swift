import JSONCoding

/// How one API writes a completion request and an answer.
protocol WireFormat: Sendable {
  /// The versioned method that answers, such as `chat/completions`.
  var method: String { get }
  /// Whether the API has two names for the limit on tokens.
  var canRenameMaxTokens: Bool { get }
  /// Whether the API can be asked for JSON without a schema.
  var canAskForPlainJSON: Bool { get }
  /// The limit on tokens that is sent where the request has none; nil where none is.
  func maxTokensByDefault(_ request: CompletionRequest) -> Int?

  func headers(key: Secret?) -> HTTPHeaders
  /// What the vendor makes of the request's parameters, whatever its messages are.
  func rules(for request: CompletionRequest) -> ParameterRules
  /// Why messages cannot be sent, as a sentence; nil for those that can.
  func refusal(of messages: [ChatMessage]) -> String?
  /// How a request is put at first.
  func shape(by rules: ParameterRules) -> RequestShape
  func body(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject
  /// The body of a request for a streamed answer.
  func streamingBody(of request: CompletionRequest, _ rules: ParameterRules, shape: RequestShape) -> JSONObject
  /// What puts a streamed answer together.
  func stream() -> any StreamAssembler
  /// The counts of an answer; nil where it has none that are whole.
  func usage(of answer: JSONValue) -> TokenUsage?
  /// Reads a successful answer.
  func answer(_ value: JSONValue, to request: CompletionRequest) -> WireAnswer
}

extension WireFormat {
  func refusal(of messages: [ChatMessage]) -> String? { nil }

  /// Why the model is known not to take a request, as a sentence; nil if nothing is known against it.
  func refusal(of request: CompletionRequest, at provider: String) -> String? {
    rules(for: request).refusal(of: request, at: provider)
  }
}

/// A successful answer as read: text, or the reason why there is none.
enum WireAnswer: Sendable, Equatable {
  case completion(Completion)
  /// The body holds an error in spite of its status.
  case error(ProviderErrorBody, usage: TokenUsage?)
  /// The server gave up while it answered; the finish reason in its own word.
  case broken(String, usage: TokenUsage?)
  /// What is wrong, as the end of a sentence that begins with the provider's name.
  /// - Parameter isCutOff: whether the limit on tokens ended it.
  case unusable(String, usage: TokenUsage?, thoughts: String? = nil, isCutOff: Bool = false)
  /// It is no answer of this API; what is missing, in the same form.
  case unlike(String, usage: TokenUsage?)
}

extension HTTPHeaders {
  static let json: HTTPHeaders = ["Content-Type": "application/json", "Accept": "application/json"]
}
