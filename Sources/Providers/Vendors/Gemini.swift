extension Vendor {
  /// Google's models through the Chat Completions API (ai.google.dev/gemini-api/docs/openai).
  package static let gemini = Vendor(
    "gemini", "Gemini", at: .address("https://generativelanguage.googleapis.com/v1beta/openai"),
    variable: "GEMINI_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: Gemini.rules) },
    names: ModelNames(canBe: { name in ["gemini-", "gemma-", "models/"].contains { name.hasPrefix($0) } }))
}

enum Gemini {
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    ParameterRules(
      efforts: efforts(of: request.model.lowercased()), takesExtraContent: true, tiers: tiers,
      mostStops: 5)
  }

  /// ai.google.dev/gemini-api/docs/optimization.
  private static let tiers: [ServiceTier: String] = [
    .standard: "standard", .flex: "flex", .flexOrDefault: "flex", .priority: "priority",
  ]

  /// The larger models always reason (ai.google.dev/gemini-api/docs/openai).
  private static func efforts(of model: String) -> EffortScale? {
    let above: [ReasoningEffort: ReasoningEffort] = [.xhigh: .high, .max: .high]
    guard let start = model.firstRange(of: "gemini-")?.upperBound else { return nil }
    let isPro = model.contains("-pro")
    return switch Int(model[start...].prefix { $0.isNumber }) {
    case 3? where isPro: EffortScale(.low, .medium, .high, insteadOf: above)
    case 2? where isPro: EffortScale(.minimal, .low, .medium, .high, insteadOf: above)
    case 2?, 3?: EffortScale(.off, .minimal, .low, .medium, .high, insteadOf: above)
    default: nil
    }
  }
}
