/// The form of a request that the model accepts.
struct RequestShape: Sendable, Equatable {
  /// Parameters that the request sets but that are not sent.
  var dropped: Set<RequestParameter> = []
  /// Chat Completions: the newer name of `max_tokens`, the only one that reasoning models accept.
  var usesMaxCompletionTokens = false
  var renamedMaxTokens = false
  /// Chat Completions: the server does not support `stream_options`, which requests the usage of a stream.
  var omitsStreamOptions = false
  /// Chat Completions: JSON is requested without its schema.
  var asksForPlainJSON = false
  /// The highest token limit that the model accepts, if known.
  var highestMaxTokens: Int?
  /// The highest token limit for this call only, because of the length of its prompt.
  var highestMaxTokensOfCall: Int?
  private var lowerings = 0

  /// The number of lower limits to try; a server that keeps naming lower ones is given up.
  private static let mostLowerings = 3

  init(dropped: Set<RequestParameter> = [], usesMaxCompletionTokens: Bool = false, renamedMaxTokens: Bool = false) {
    self.dropped = dropped
    self.usesMaxCompletionTokens = usesMaxCompletionTokens
    self.renamedMaxTokens = renamedMaxTokens
  }

  /// Whether a set parameter is sent.
  func sends(_ parameter: RequestParameter) -> Bool {
    !dropped.contains(parameter) && parameter.principal.map(sends) ?? true
  }

  /// The token limit to send in place of the requested one.
  func maxTokens(_ asked: Int?) -> Int? {
    asked.map { min($0, highestMaxTokens ?? $0, highestMaxTokensOfCall ?? $0) }
  }

  /// What other calls of the model can reuse, beyond the model's initial shape.
  func lesson(beyond first: RequestShape) -> RequestShape {
    var lesson = self
    lesson.dropped.subtract(first.dropped)
    lesson.highestMaxTokensOfCall = nil
    lesson.lowerings = 0
    return lesson
  }

  /// The combined knowledge of two shapes.
  func merged(with other: RequestShape) -> RequestShape {
    var merged = renamedMaxTokens ? self : other
    merged.dropped = dropped.union(other.dropped)
    merged.omitsStreamOptions = omitsStreamOptions || other.omitsStreamOptions
    merged.asksForPlainJSON = asksForPlainJSON || other.asksForPlainJSON
    merged.highestMaxTokens = [highestMaxTokens, other.highestMaxTokens].compactMap(\.self).min()
    return merged
  }

  /// The warnings about the parameters that the request sets.
  func warnings(for request: CompletionRequest, provider: String) -> [String] {
    // A dependent parameter needs no warning if the one it depends on is not sent either.
    var warnings = request.parameters.all.filter {
      $0.isAsked && dropped.contains($0) && $0.principal.map(sends) ?? true
    }
    .map { "\($0.rawValue) was not sent: \(request.model) at \(provider) does not take it." }
    if asksForPlainJSON, request.responseSchema != nil, !dropped.contains(.responseFormat) {
      warnings.append("response_format was sent without its schema: \(request.model) at \(provider) does not take one.")
    }
    if let asked = request.maxTokens, let sent = maxTokens(asked), sent < asked {
      warnings.append("max_tokens was lowered from \(asked) to \(sent): \(request.model) at \(provider) takes no more.")
    }
    return warnings
  }

  /// Adapts to a refusal.
  ///
  /// Returns false if nothing is left to try; the refusal is then the result. A token limit is renamed but never
  /// dropped, because it bounds the cost of a call.
  ///
  /// - Parameter asked: the token limit of the request, or the default that is sent.
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
      case .responseFormat
      where canAskForPlainJSON && refusal.mayTakePlainJSON && !asksForPlainJSON
        && !dropped.contains(.responseFormat):
        asksForPlainJSON = true
        changed = true
      // Without its tools, the model would answer another question.
      case .tools, .toolChoice: continue
      default:
        changed = dropped.insert(parameter).inserted || changed
      }
    }
    return changed
  }

  /// Adopts the limit that a server names, or half of it if that was rejected too.
  private mutating func lowerMaxTokens(to limit: Refusal.TokenLimit, asked: Int?) -> Bool {
    guard lowerings < Self.mostLowerings, let sent = maxTokens(asked), sent > 1 else { return false }
    lowerings += 1
    let lower = limit.tokens < sent ? limit.tokens : sent / 2
    if limit.isOfCall || limit.tokens >= sent { highestMaxTokensOfCall = lower } else { highestMaxTokens = lower }
    return true
  }
}
