import JSONCoding

extension Vendor {
  /// Models of many makers on chips of its own (console.groq.com/docs/openai and /docs/batch, the types of groq 1.7).
  package static let groq = Vendor(
    "groq", "Groq", at: .address("https://api.groq.com/openai/v1"), variable: "GROQ_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: Groq.rules) }, names: ModelNames(),
    prices: PriceList(tierFactors: { _ in Groq.tierFactors }),
    batches: .files(BatchLimits(requests: 50_000, bytes: 100_000_000)))
}

enum Groq {
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    ParameterRules(
      // It refuses the first four, and has no model that knows penalties.
      dropped: [.logprobs, .topLogprobs, .logitBias, .n, .frequencyPenalty, .presencePenalty],
      adjust: { body in
        // The lowest temperature that Groq accepts; it has the effect of 0.
        if body["temperature"]?.doubleValue == 0 { body["temperature"] = 1e-8 }
      },
      efforts: efforts(of: request.model.lowercased()),
      takesNames: false, tiers: tiers, mostStops: 4)
  }

  /// A batch costs half (console.groq.com/docs/batch); what the performance tier costs is agreed with each customer.
  static let tierFactors = ["batch": 0.5, "flex": 1]

  /// Flex costs the same and has ten times the limits (console.groq.com/docs/flex-processing).
  private static let tiers: [ServiceTier: String] = [
    .auto: "auto", .standard: "on_demand", .flex: "flex", .flexOrDefault: "flex", .fast: "performance",
  ]

  /// Nil for models of which nothing is known.
  private static func efforts(of model: String) -> EffortScale? {
    let others: [ReasoningEffort: ReasoningEffort] = [.minimal: .low, .xhigh: .high, .max: .high]
    if model.contains("gpt-oss") { return EffortScale(.low, .medium, .high, insteadOf: others) }
    if model.contains("qwen3.8") { return EffortScale(.off, .low, .medium, .high, insteadOf: others) }
    return model.contains("qwen3") ? EffortScale(.off) : nil
  }
}
