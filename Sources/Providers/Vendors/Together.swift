import JSONCoding

extension Vendor {
  /// Models of many makers (docs.together.ai/reference/chat-completions, the types of together 3.1).
  package static let together = Vendor(
    "together", "Together", at: .address("https://api.together.xyz/v1"), variable: "TOGETHER_API_KEY",
    format: { _ in ChatCompletionsFormat(rules: { _ in Together.rules }) }, names: ModelNames())
}

enum Together {
  static let rules = ParameterRules(
    dropped: [.user, .serviceTier, .parallelToolCalls],
    adjust: { body in
      // One number is both the switch and the count.
      guard let isWanted = body["logprobs"]?.boolValue else { return }
      body["logprobs"] = isWanted ? body["top_logprobs"] ?? 1 : nil
      body["top_logprobs"] = nil
    },
    efforts: EffortScale(.low, .medium, .high, insteadOf: [.minimal: .low, .xhigh: .high, .max: .high])
      .adding(.off, ["reasoning": ["enabled": false]]))
}
