import JSONCoding

extension Vendor {
  /// Models of many vendors on Groq's own hardware (console.groq.com/docs/openai).
  package static let groq = Vendor(
    "groq", "Groq", at: .address("https://api.groq.com/openai/v1"), variable: "GROQ_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: Groq.rules) }, names: ModelNames())
}

enum Groq {
  @Sendable static func rules(for request: CompletionRequest) -> ParameterRules {
    ParameterRules(
      dropped: [.logprobs, .topLogprobs, .logitBias, .n],
      adjust: { body in
        // The lowest temperature that Groq accepts; it has the effect of 0.
        if body["temperature"]?.doubleValue == 0 { body["temperature"] = 1e-8 }
      },
      efforts: request.model.contains("gpt-oss")
        ? EffortScale(.low, .medium, .high, insteadOf: [.minimal: .low, .xhigh: .high, .max: .high]) : nil,
      takesNames: false)
  }
}
