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
      ["response_format", "json_schema", "output_config", "output_format", "structured outputs", "structured output"]
    case .maxTokens: ["max_tokens", "max_completion_tokens"]
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

  /// What this shape and another one know together.
  func merged(with other: RequestShape) -> RequestShape {
    var merged = renamedMaxTokens ? self : other
    merged.dropped = dropped.union(other.dropped)
    merged.omitsStreamOptions = omitsStreamOptions || other.omitsStreamOptions
    return merged
  }

  /// What a person should know about it, for the parameters that the request sets.
  func warnings(for request: CompletionRequest, provider: String) -> [String] {
    RequestParameter.allCases.filter { dropped.contains($0) && request.sets($0) }
      .map { "\($0.rawValue) was not sent: \(request.model) at \(provider) does not take it." }
  }

  /// Takes a refusal into account.
  ///
  /// False if nothing is left to try: then the refusal is the answer. A limit on tokens is renamed but never dropped,
  /// because it bounds what a call can cost.
  mutating func adapt(to refused: [RequestParameter], canRenameMaxTokens: Bool) -> Bool {
    var changed = false
    for parameter in refused {
      if parameter == .maxTokens {
        guard canRenameMaxTokens, !renamedMaxTokens else { continue }
        usesMaxCompletionTokens.toggle()
        renamedMaxTokens = true
        changed = true
      } else {
        changed = dropped.insert(parameter).inserted || changed
      }
    }
    return changed
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
