/// A parameter of a completion request that some model somewhere refuses.
enum RequestParameter: String, Sendable, CaseIterable {
  case temperature
  case topP = "top_p"
  case seed
  case stop
  case responseSchema = "response_format"
  case maxTokens = "max_tokens"
  case user
  case logprobs
  case suffix

  /// The words by which providers' errors name it.
  var names: [String] {
    switch self {
    case .temperature, .seed, .suffix: [rawValue]
    case .topP: ["top_p", "topp"]
    case .stop: ["stop", "stop_sequences"]
    case .responseSchema:
      [
        "response_format", "json_schema", "output_config", "output_format", "structured outputs", "structured output",
        "response format", "json schema", "grammar", "guided_json",
      ]
    case .maxTokens: ["max_tokens", "max_completion_tokens", "max_new_tokens", "max_output_tokens"]
    case .user: ["user", "user_id"]
    case .logprobs: ["logprobs", "top_logprobs"]
    }
  }
}

/// How a request is put so that the model at hand takes it.
struct RequestShape: Sendable, Equatable {
  /// Set in the request, but not sent.
  var dropped: Set<RequestParameter> = []
  /// Chat Completions: the newer name of `max_tokens`, the only one that reasoning models take.
  var usesMaxCompletionTokens = false
  var renamedMaxTokens = false
  /// Chat Completions: the server does not know `stream_options`, by which a stream is asked for its usage.
  var omitsStreamOptions = false
  /// Chat Completions: JSON is asked for, without its schema.
  var asksForPlainJSON = false
  /// The most tokens that the model takes as a limit, where it has named one.
  var highestMaxTokens: Int?
  /// The same for this call only, because its prompt leaves no room for more.
  var highestMaxTokensOfCall: Int?
  private var lowerings = 0

  /// A server that names one limit after the other is given up.
  private static let mostLowerings = 3

  init(dropped: Set<RequestParameter> = [], usesMaxCompletionTokens: Bool = false, renamedMaxTokens: Bool = false) {
    self.dropped = dropped
    self.usesMaxCompletionTokens = usesMaxCompletionTokens
    self.renamedMaxTokens = renamedMaxTokens
  }

  /// The limit on tokens to send in place of the one asked for.
  func maxTokens(_ asked: Int?) -> Int? {
    asked.map { min($0, highestMaxTokens ?? $0, highestMaxTokensOfCall ?? $0) }
  }

  /// What other calls of the model can use of it.
  var lesson: RequestShape {
    var lesson = self
    lesson.highestMaxTokensOfCall = nil
    lesson.lowerings = 0
    return lesson
  }

  /// What this shape and another one know together.
  func merged(with other: RequestShape) -> RequestShape {
    var merged = renamedMaxTokens ? self : other
    merged.dropped = dropped.union(other.dropped)
    merged.omitsStreamOptions = omitsStreamOptions || other.omitsStreamOptions
    merged.asksForPlainJSON = asksForPlainJSON || other.asksForPlainJSON
    merged.highestMaxTokens = [highestMaxTokens, other.highestMaxTokens].compactMap(\.self).min()
    return merged
  }

  /// What a person should know about it, for the parameters that the request sets.
  func warnings(for request: CompletionRequest, provider: String) -> [String] {
    var warnings = RequestParameter.allCases.filter { dropped.contains($0) && request.sets($0) }
      .map { "\($0.rawValue) was not sent: \(request.model) at \(provider) does not take it." }
    if asksForPlainJSON, request.sets(.responseSchema), !dropped.contains(.responseSchema) {
      warnings.append("response_format was sent without its schema: \(request.model) at \(provider) does not take one.")
    }
    if let asked = request.maxTokens, let sent = maxTokens(asked), sent < asked {
      warnings.append("max_tokens was lowered from \(asked) to \(sent): \(request.model) at \(provider) takes no more.")
    }
    return warnings
  }

  /// Takes a refusal into account.
  ///
  /// False if nothing is left to try: then the refusal is the answer. A limit on tokens is renamed but never dropped,
  /// because it bounds what a call can cost.
  ///
  /// - Parameter asked: the limit on tokens of the request, or the one that is sent without one.
  mutating func adapt(
    to refusal: Refusal, asked: Int?, canRenameMaxTokens: Bool, canAskForPlainJSON: Bool
  ) -> Bool {
    if let limit = refusal.tokenLimit { return lowerMaxTokens(to: limit, asked: asked) }
    var changed = false
    for parameter in refusal.parameters {
      switch parameter {
      case .maxTokens:
        guard canRenameMaxTokens, !renamedMaxTokens else { continue }
        usesMaxCompletionTokens.toggle()
        renamedMaxTokens = true
        changed = true
      case .responseSchema
      where canAskForPlainJSON && refusal.mayTakePlainJSON && !asksForPlainJSON
        && !dropped.contains(.responseSchema):
        asksForPlainJSON = true
        changed = true
      default:
        changed = dropped.insert(parameter).inserted || changed
      }
    }
    return changed
  }

  /// Takes the limit that a server names, and half of it where it refuses that too.
  private mutating func lowerMaxTokens(to limit: Refusal.TokenLimit, asked: Int?) -> Bool {
    guard lowerings < Self.mostLowerings, let sent = maxTokens(asked), sent > 1 else { return false }
    lowerings += 1
    let lower = limit.tokens < sent ? limit.tokens : sent / 2
    if limit.isOfCall || limit.tokens >= sent { highestMaxTokensOfCall = lower } else { highestMaxTokens = lower }
    return true
  }
}

extension CompletionRequest {
  func sets(_ parameter: RequestParameter) -> Bool {
    switch parameter {
    case .temperature: temperature != nil
    case .topP: topP != nil
    case .seed: seed != nil
    case .stop: !stop.isEmpty
    case .responseSchema: responseSchema != nil
    case .maxTokens: maxTokens != nil
    case .user: user != nil
    case .logprobs: logprobs != nil
    case .suffix: suffix != nil
    }
  }
}
