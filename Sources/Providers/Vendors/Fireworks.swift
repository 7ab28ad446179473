extension Vendor {
  /// Models of many makers (docs.fireworks.ai/api-reference/post-chatcompletions, the types of fireworks-ai 1.2).
  package static let fireworks = Vendor(
    "fireworks", "Fireworks", at: .address("https://api.fireworks.ai/inference/v1"), variable: "FIREWORKS_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: Fireworks.rules) }, names: ModelNames())
}

enum Fireworks {
  /// It takes everything that Chat Completions has, but for the name of a speaker.
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    let others: [ReasoningEffort: ReasoningEffort] = [.minimal: .low, .xhigh: .high, .max: .high]
    return ParameterRules(
      efforts: request.model.contains("gpt-oss")
        ? EffortScale(.low, .medium, .high, insteadOf: others)
        : EffortScale(.off, .low, .medium, .high, insteadOf: others),
      takesNames: false)
  }
}
