import JSONCoding

/// A vendor's rules for requests to one of its models; anything not named here is passed on unchanged.
struct ParameterRules: Sendable {
  /// Parameters that the model does not accept; they are dropped with a warning.
  var dropped: Set<RequestParameter> = []
  /// The vendor's own names.
  var renamed: [RequestParameter: String] = [:]
  /// Adjusts the body for a vendor that writes a value differently.
  var adjust: (@Sendable (inout JSONObject) -> Void)?
  /// The efforts that the model supports; nil if unknown, so that any effort is passed on.
  var efforts: EffortScale?
  /// Whether the token limit has its newer name.
  var usesMaxCompletionTokens = false
  /// Whether the vendor enforces a schema; otherwise JSON is requested without one.
  var takesSchema = true
  /// Whether a message may name its speaker.
  var takesNames = true
  /// Whether a tool call is sent with its ``ToolCall/extraContent``.
  var takesExtraContent = false
  /// Whether an assistant's turn that calls tools is sent with its `reasoning_content`.
  var takesReasoning = false
  /// Whether the developer role exists; otherwise its messages get the system role.
  var takesDeveloper = false
  /// The service tiers of the model, with the vendor's words for them; nil if they are unknown, so that any is passed on.
  var tiers: [ServiceTier: String]?
  /// How many texts may end an answer; nil where that is not limited, or not known.
  var mostStops: Int?
  /// Why the request as a whole cannot be taken.
  var refusal: String?

  /// Why the model is known not to accept a request, as a sentence; nil if no objection is known.
  func refusal(of request: CompletionRequest, at provider: String) -> String? {
    if let word = request.parameters[.reasoningEffort], let efforts,
      let sentence = efforts.refusal(of: word.stringValue ?? word.text, by: request.model, at: provider)
    {
      return sentence
    }
    if let sentence = refusal(ofTier: request, at: provider) { return sentence }
    if let mostStops, !dropped.contains(.stop), request.stop.count > mostStops {
      return "\(provider) takes at most \(mostStops) texts in stop, not \(request.stop.count). Leave some of them out."
    }
    return refusal
  }

  /// Why the model has not the tier that is asked for.
  ///
  /// The usual tier is what a vendor without tiers has too.
  private func refusal(ofTier request: CompletionRequest, at provider: String) -> String? {
    guard let tier = request.serviceTier, ![.auto, .standard].contains(tier),
      let tiers = tiers ?? (dropped.contains(.serviceTier) ? [:] : nil), tiers[tier] == nil
    else { return nil }
    let words = ServiceTier.allCases.filter { tiers[$0] != nil }.map(\.rawValue)
    return words.isEmpty
      ? "\(provider) has no service tiers: leave service_tier out."
      : "\(request.model) at \(provider) has no service tier \(tier.rawValue). It has \(words.joined(separator: ", "))."
  }

  /// Whether it is known which tiers the model has.
  var knowsTiers: Bool { tiers != nil || dropped.contains(.serviceTier) }

  /// The vendor's word for the tier of a request.
  func word(for tier: ServiceTier) -> String {
    tiers?[tier] ?? (tier == .flexOrDefault ? ServiceTier.flex : tier).rawValue
  }

  /// The warnings about changes to a request.
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
