import JSONCoding

/// What a vendor makes of requests to one of its models; what is not named here is passed on as it is.
struct ParameterRules: Sendable {
  /// What the model does not take: it is left out, with a warning.
  var dropped: Set<RequestParameter> = []
  /// The vendor's own names.
  var renamed: [RequestParameter: String] = [:]
  /// Changes what is about to be sent, where a vendor writes a value in another way than everybody else.
  var adjust: (@Sendable (inout JSONObject) -> Void)?
  /// The efforts that the model takes; nil where that is not known, so that any is passed on.
  var efforts: EffortScale?
  /// Whether the limit on tokens has its newer name.
  var usesMaxCompletionTokens = false
  /// Whether the vendor holds an answer to a schema; else it is asked for JSON without one.
  var takesSchema = true
  /// Whether a message may name its speaker.
  var takesNames = true
  /// Whether a tool call is sent with its ``ToolCall/extraContent``.
  var takesExtraContent = false
  /// Whether there is a role of developers; else their messages are the system's.
  var takesDeveloper = false
  /// How many texts may end an answer; nil where that is not limited, or not known.
  var mostStops: Int?
  /// Why the request as a whole cannot be taken.
  var refusal: String?

  /// Why the model is known not to take a request, as a sentence; nil if nothing is known against it.
  func refusal(of request: CompletionRequest, at provider: String) -> String? {
    if let word = request.parameters[.reasoningEffort], let efforts,
      let sentence = efforts.refusal(of: word.stringValue ?? word.text, by: request.model, at: provider)
    {
      return sentence
    }
    if let mostStops, !dropped.contains(.stop), request.stop.count > mostStops {
      return "\(provider) takes at most \(mostStops) texts in stop, not \(request.stop.count). Leave some of them out."
    }
    return refusal
  }

  /// What a person should know about how a request was put.
  func warnings(for request: CompletionRequest, at provider: String) -> [String] {
    var warnings: [String] = []
    if let effort = request.reasoningEffort,
      let warning = efforts?.warning(for: effort, to: request.model, at: provider)
    {
      warnings.append(warning)
    }
    if !takesNames, request.messages.contains(where: { $0.name != nil }) {
      warnings.append("name was not sent with its message: \(request.model) at \(provider) does not take it.")
    }
    return warnings
  }
}
