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

  /// Whether a parameter is sent where a request sets it.
  func sends(_ parameter: RequestParameter) -> Bool {
    !dropped.contains(parameter) && parameter.principal.map(sends) ?? true
  }

  /// The limit on tokens to send in place of the one asked for.
  func maxTokens(_ asked: Int?) -> Int? {
    asked.map { min($0, highestMaxTokens ?? $0, highestMaxTokensOfCall ?? $0) }
  }

  /// What other calls of the model can use of it, beyond what is known of them at first.
  func lesson(beyond first: RequestShape) -> RequestShape {
    var lesson = self
    lesson.dropped.subtract(first.dropped)
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
    // Of what depends on another parameter nothing needs to be said where that is not sent either.
    var warnings = request.parameters.all.filter { dropped.contains($0) && $0.principal.map(sends) ?? true }
      .map { "\($0.rawValue) was not sent: \(request.model) at \(provider) does not take it." }
    if asksForPlainJSON, request.responseSchema != nil, !dropped.contains(.responseFormat) {
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
      case .responseFormat
      where canAskForPlainJSON && refusal.mayTakePlainJSON && !asksForPlainJSON
        && !dropped.contains(.responseFormat):
        asksForPlainJSON = true
        changed = true
      // An answer without the tools that it was to choose from is one to another question.
      case .tools, .toolChoice: continue
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
