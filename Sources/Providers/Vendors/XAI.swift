extension Vendor {
  /// The Grok models (docs.x.ai).
  package static let xai = Vendor(
    "xai", "xAI", at: .address("https://api.x.ai/v1"), variable: "XAI_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: XAI.rules) },
    names: ModelNames(canBe: { $0.lowercased().hasPrefix("grok-") }))
}

enum XAI {
  /// Models that reason refuse penalties and stops (docs.x.ai/developers/model-capabilities/text/reasoning).
  ///
  /// Others since Grok 4 refuse penalties too, as their errors say.
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    let name = request.model.lowercased()
    var rules = ParameterRules(dropped: [.logitBias], efforts: efforts(of: name))
    guard name.hasPrefix("grok-"), !isOld(name) else { return rules }
    rules.dropped.formUnion([.frequencyPenalty, .presencePenalty])
    if !name.contains("non-reasoning") { rules.dropped.insert(.stop) }
    return rules
  }

  private static func isOld(_ name: String) -> Bool {
    name.hasPrefix("grok-2") || name.hasPrefix("grok-3") && !name.hasPrefix("grok-3-mini")
  }

  /// Nil for models newer than this list.
  private static func efforts(of name: String) -> EffortScale? {
    let ends: [ReasoningEffort: ReasoningEffort] = [.minimal: .low, .xhigh: .high, .max: .high]
    if name.hasPrefix("grok-3-mini") { return EffortScale(.low, .high, insteadOf: ends) }
    if name.hasPrefix("grok-4.6") {
      return EffortScale(.low, .medium, .high, .xhigh, insteadOf: [.minimal: .low, .max: .xhigh])
    }
    if name.hasPrefix("grok-4.5") { return EffortScale(.low, .medium, .high, insteadOf: ends) }
    if name.hasPrefix("grok-4.3") { return EffortScale(.off, .low, .medium, .high, insteadOf: ends) }
    let older = ["grok-2", "grok-3", "grok-4-", "grok-4.1", "grok-4.20", "grok-code"]
    return name == "grok-4" || older.contains { name.hasPrefix($0) } ? .nothing : nil
  }
}
